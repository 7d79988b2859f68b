"""What a domain's catalogue has: assets and their listings.

A new revision of an asset is not listed until it is published again.
"""

import json
import time
from collections.abc import Mapping

from local.datazone.domains import Asked, Domains, Publish, new_id
from local.datazone.vocabulary import Vocabulary, token_of
from local.datazone.wire import Json, conflict, invalid, missing, page


class Catalog:
    def __init__(self, domains: Domains, vocabulary: Vocabulary, publish: Publish) -> None:
        self._domains, self._store, self._vocabulary, self._publish = domains, domains.store, vocabulary, publish

    # --- assets ---

    def create_asset(self, asked: Asked) -> Json:
        domain_id, project = asked.domain["id"], asked.request["owningProjectIdentifier"]
        self._domains.check_member(asked, project)
        if made := self._store.made_with(token_of(asked)):
            return self._shown(made)
        kind = self._vocabulary.type_of(
            "asset type", domain_id, asked.request["typeIdentifier"], asked.request.get("typeRevision")
        )
        asset = self._revision(asked, kind, {"id": new_id(), "revision": "1", "owningProjectId": project})
        asset |= {"firstRevisionCreatedAt": asset["createdAt"], "firstRevisionCreatedBy": asked.user_id}
        asset["externalIdentifier"] = asked.request.get("externalIdentifier")
        key = f"{domain_id}/asset/{asset['id']}"
        with self._store.transaction():
            self._store.put("asset", key, asset, domain_id)
            self._store.put("asset revision", f"{key}/1", asset, key)
            self._store.remember(token_of(asked), key)
        self._tell("Asset Added To Inventory", asked, asset)
        return self._shown(asset)

    def create_revision(self, asked: Asked) -> Json:
        """The whole asset again, and not what has changed."""
        domain_id = asked.domain["id"]
        before = self._vocabulary.found("asset", domain_id, asked.request["identifier"])
        self._domains.check_member(asked, before["owningProjectId"])
        kind = self._vocabulary.type_of(
            "asset type", domain_id, before["typeIdentifier"], asked.request.get("typeRevision")
        )
        kept = ("id", "owningProjectId", "externalIdentifier", "firstRevisionCreatedAt", "firstRevisionCreatedBy")
        own = {name: before[name] for name in (*kept, "listing") if name in before}
        key = f"{domain_id}/asset/{before['id']}"
        with self._store.transaction():
            latest = int(self._vocabulary.found("asset", domain_id, before["id"])["revision"])
            asset = self._revision(asked, kind, own | {"revision": str(latest + 1)})
            self._store.put("asset", key, asset, domain_id)
            self._store.put("asset revision", f"{key}/{asset['revision']}", asset, key)
        self._tell("New Asset Version Available", asked, asset)
        return self._shown(asset)

    def get_asset(self, asked: Asked) -> Json:
        domain_id, identifier = asked.domain["id"], asked.request["identifier"]
        asset = self._vocabulary.found("asset", domain_id, identifier)
        if revision := asked.request.get("revision"):
            asset = self._store.get(f"{domain_id}/asset/{identifier}/{revision}") or {}
        if not asset:
            raise missing("revision of the asset", identifier)
        return self._shown(asset)

    def delete_asset(self, asked: Asked) -> Json:
        domain_id = asked.domain["id"]
        asset = self._vocabulary.found("asset", domain_id, asked.request["identifier"])
        self._domains.check_member(asked, asset["owningProjectId"])
        listing = self._listing_of(domain_id, asset["id"])
        if listing and listing["status"] == "ACTIVE":
            raise conflict(f"The asset {asset['id']} is published. Unpublish it first.")
        self._store.remove(f"{domain_id}/asset/{asset['id']}")
        return {}

    def search(self, asked: Asked) -> Json:
        domain_id, scope = asked.domain["id"], asked.request["searchScope"]
        kind = {"ASSET": "asset", "GLOSSARY": "glossary", "GLOSSARY_TERM": "glossary term"}.get(scope)
        if kind is None:
            raise invalid(f"{scope} cannot be searched here.")
        project = asked.request.get("owningProjectIdentifier")
        found = [
            each
            for each in self._store.listed(kind, domain_id)
            if project in (None, each["owningProjectId"]) and _matches(asked.request, each)
        ]
        member = {"ASSET": "assetItem", "GLOSSARY": "glossaryItem", "GLOSSARY_TERM": "glossaryTermItem"}[scope]
        shown = [{member: each | {"identifier": each["id"]}} for each in found]
        return page(shown, asked.request) | {"totalMatchCount": len(found)}

    def _revision(self, asked: Asked, kind: Json, own: Json) -> Json:
        forms = {form["formName"]: form for form in asked.request.get("formsInput", [])}
        for name, form in kind["formsOutput"].items():
            if form["required"] and name not in forms:
                raise invalid(f"The form {name} is required.")
        for name, form in forms.items():
            if name not in kind["formsOutput"] and "typeIdentifier" not in form:
                raise invalid(f"The asset type has no form {name}.")
            _content(form)
        for term in asked.request.get("glossaryTerms", []):
            self._vocabulary.found("glossary term", asked.domain["id"], term)
        types = {name: each["typeName"] for name, each in kind["formsOutput"].items()}
        shown = [
            {"formName": name, "typeName": form.get("typeIdentifier", types.get(name)), "content": form.get("content")}
            for name, form in forms.items()
        ]
        return own | {
            "domainId": asked.domain["id"],
            "name": asked.request["name"],
            "description": asked.request.get("description"),
            "typeIdentifier": kind["name"],
            "typeRevision": kind["revision"],
            "glossaryTerms": asked.request.get("glossaryTerms"),
            "formsOutput": shown,
            "createdAt": time.time(),
            "createdBy": asked.user_id,
        }

    def _shown(self, asset: Json) -> Json:
        listing = self._listing_of(asset["domainId"], asset["id"])
        if not listing:
            return asset
        return asset | {"listing": {"listingId": listing["id"], "listingStatus": listing["status"]}}

    # --- listings ---

    def change_listing(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        if request["entityType"] != "ASSET":
            raise invalid("Only assets are published here.")
        asset = self._vocabulary.found("asset", domain_id, request["entityIdentifier"])
        self._domains.check_member(asked, asset["owningProjectId"])
        listing = self._listing_of(domain_id, asset["id"])
        if request["action"] == "UNPUBLISH":
            if not listing or listing["status"] != "ACTIVE":
                raise invalid(f"The asset {asset['id']} is not published.")
            listing |= {"status": "INACTIVE", "updatedAt": time.time(), "updatedBy": asked.user_id}
        else:
            revision = request.get("entityRevision", asset["revision"])
            published = self._store.get(f"{domain_id}/asset/{asset['id']}/{revision}")
            if published is None:
                raise missing("revision of the asset", asset["id"])
            listing = self._published(asked, published, listing)
        self._store.put("listing", f"{domain_id}/listing/{listing['id']}", listing, domain_id)
        if request["action"] == "PUBLISH":
            self._tell("Asset Added To Catalog", asked, asset)
        return {"listingId": listing["id"], "listingRevision": listing["listingRevision"], "status": listing["status"]}

    def _published(self, asked: Asked, asset: Json, before: Json | None) -> Json:
        names = {each["id"]: each for each in self._store.listed("glossary term", asset["domainId"])}
        terms = [
            {"name": names[term]["name"], "shortDescription": names[term].get("shortDescription")}
            for term in asset.get("glossaryTerms") or []
        ]
        forms = {form["formName"]: json.loads(form["content"] or "{}") for form in asset["formsOutput"]}
        now = time.time()
        return {
            "id": before["id"] if before else new_id(),
            "domainId": asset["domainId"],
            "listingRevision": str(int(before["listingRevision"]) + 1 if before else 1),
            "name": asset["name"],
            "description": asset.get("description"),
            "status": "ACTIVE",
            "createdAt": before["createdAt"] if before else now,
            "createdBy": before["createdBy"] if before else asked.user_id,
            "updatedAt": now,
            "updatedBy": asked.user_id,
            "item": {
                "assetListing": {
                    "assetId": asset["id"],
                    "assetRevision": asset["revision"],
                    "assetType": asset["typeIdentifier"],
                    "createdAt": now,
                    "forms": json.dumps(forms),
                    "glossaryTerms": terms,
                    "owningProjectId": asset["owningProjectId"],
                }
            },
        }

    def get_listing(self, asked: Asked) -> Json:
        return self.listing(asked.domain["id"], asked.request["identifier"])

    def delete_listing(self, asked: Asked) -> Json:
        listing = self.get_listing(asked)
        self._domains.check_member(asked, listing["item"]["assetListing"]["owningProjectId"])
        if listing["status"] == "ACTIVE":
            raise conflict(f"The listing {listing['id']} is active. Unpublish its asset first.")
        self._store.remove(f"{asked.domain['id']}/listing/{listing['id']}")
        return {}

    def search_listings(self, asked: Asked) -> Json:
        found = [
            each
            for each in self._store.listed("listing", asked.domain["id"])
            if each["status"] == "ACTIVE" and _matches(asked.request, each | each["item"]["assetListing"])
        ]
        shown: list[Json] = []
        for each in found:
            asset = each["item"]["assetListing"]
            told = {"listingId": each["id"], "listingRevision": each["listingRevision"], "name": each["name"]}
            told |= {"entityId": asset["assetId"], "entityRevision": asset["assetRevision"]}
            told |= {"entityType": asset["assetType"], "description": each.get("description")}
            told |= {"createdAt": each["createdAt"], "listingCreatedBy": each["createdBy"]}
            told |= {"listingUpdatedBy": each["updatedBy"], "glossaryTerms": asset["glossaryTerms"]}
            told["owningProjectId"] = asset["owningProjectId"]
            if "FORMS" in asked.request.get("additionalAttributes", []):
                told["additionalAttributes"] = {"forms": asset["forms"]}
            shown.append({"assetListing": told})
        return page(shown, asked.request) | {"totalMatchCount": len(found)}

    def listing(self, domain_id: str, listing_id: str) -> Json:
        return self._vocabulary.found("listing", domain_id, listing_id)

    def _listing_of(self, domain_id: str, asset_id: str) -> Json | None:
        for each in self._store.listed("listing", domain_id):
            if each["item"]["assetListing"]["assetId"] == asset_id:
                return each
        return None

    def _tell(self, detail_type: str, asked: Asked, asset: Json) -> None:
        metadata = {"id": asset["id"], "typeName": "AssetEntityType", "owningProjectId": asset["owningProjectId"]}
        metadata |= {
            "domain": asked.domain["id"],
            "user": asked.user_id,
            "awsAccountId": asked.domain["arn"].split(":")[4],
        }
        self._publish(asked.domain, detail_type, {"metadata": metadata, "data": {"name": asset["name"]}})


def _matches(request: Json, thing: Json) -> bool:
    """All words of the text, as parts of words, and the filters by the members of the thing."""
    text = " ".join(str(thing.get(name) or "") for name in ("name", "description", "shortDescription")).casefold()
    words = request.get("searchText", "").casefold().split()
    return all(word in text for word in words) and _passes(request.get("filters"), thing)


def _passes(clause: Json | None, thing: Json) -> bool:
    match clause:
        case {"filter": {"attribute": attribute, "value": value}}:
            return str(thing.get(attribute)) == value
        case {"and": clauses}:
            return all(_passes(each, thing) for each in clauses)
        case {"or": clauses}:
            return any(_passes(each, thing) for each in clauses)
    return True


def _content(form: Mapping[str, str]) -> None:
    try:
        content = json.loads(form.get("content") or "{}")
    except ValueError as error:
        raise invalid(f"The content of the form {form['formName']} is not JSON.") from error
    if not isinstance(content, dict):
        raise invalid(f"The content of the form {form['formName']} is not a JSON object.")
