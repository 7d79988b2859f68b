"""What assets are described with: types of forms and assets, glossaries, and rules."""

import time

from local.datazone.domains import Asked, Domains, new_id
from local.datazone.wire import Json, conflict, invalid, missing, page

SUBSCRIBING = "CREATE_SUBSCRIPTION_REQUEST"


class Vocabulary:
    def __init__(self, domains: Domains) -> None:
        self._domains, self._store = domains, domains.store

    # --- types ---

    def create_form_type(self, asked: Asked) -> Json:
        if "smithy" not in asked.request["model"]:
            raise invalid("The model of a form type is a Smithy structure.")
        return self._new_type("form type", asked, asked.request["name"], {"status": "ENABLED"})

    def create_asset_type(self, asked: Asked) -> Json:
        """The same name again makes another revision."""
        domain_id = asked.domain["id"]
        for form in asked.request["formsInput"].values():
            self.type_of("form type", domain_id, form["typeIdentifier"], form["typeRevision"])
        forms = {
            name: {"typeName": form["typeIdentifier"], "typeRevision": form["typeRevision"]}
            | {"required": form.get("required", False)}
            for name, form in asked.request["formsInput"].items()
        }
        return self._new_type("asset type", asked, asked.request["name"], {"formsOutput": forms})

    def get_form_type(self, asked: Asked) -> Json:
        request = asked.request
        return self.type_of("form type", asked.domain["id"], request["formTypeIdentifier"], request.get("revision"))

    def get_asset_type(self, asked: Asked) -> Json:
        request = asked.request
        return self.type_of("asset type", asked.domain["id"], request["identifier"], request.get("revision"))

    def _new_type(self, kind: str, asked: Asked, name: str, more: Json) -> Json:
        domain_id, project = asked.domain["id"], asked.request["owningProjectIdentifier"]
        self._domains.check_member(asked, project)
        before = [each for each in self._store.listed(kind, domain_id) if each["name"] == name]
        if before and before[0]["owningProjectId"] != project:
            raise conflict(f"There is a {kind} {name} of another project.")
        if before and kind == "form type":
            raise conflict(f"There is a form type {name} already.")
        made = {
            "domainId": domain_id,
            "name": name,
            "revision": str(len(before) + 1),
            "description": asked.request.get("description", ""),
            "owningProjectId": project,
            "originDomainId": domain_id,
            "originProjectId": project,
            "model": asked.request.get("model"),
            "createdAt": time.time(),
            "createdBy": asked.user_id,
        } | more
        self._store.put(kind, f"{domain_id}/{kind}/{name}/{made['revision']}", made, domain_id)
        return made

    def type_of(self, kind: str, domain_id: str, name: str, revision: str | None = None) -> Json:
        found = [each for each in self._store.listed(kind, domain_id) if each["name"] == name]
        if revision is not None:
            found = [each for each in found if each["revision"] == revision]
        if not found:
            raise missing(kind, name)
        return max(found, key=lambda each: int(each["revision"]))

    # --- glossaries ---

    def create_glossary(self, asked: Asked) -> Json:
        return self._named("glossary", asked, {"status": asked.request.get("status", "DISABLED")})

    def get_glossary(self, asked: Asked) -> Json:
        return self.found("glossary", asked.domain["id"], asked.request["identifier"])

    def create_term(self, asked: Asked) -> Json:
        glossary = self.found("glossary", asked.domain["id"], asked.request["glossaryIdentifier"])
        own = {"glossaryId": glossary["id"], "owningProjectId": glossary["owningProjectId"]}
        return self._named("glossary term", asked, own | {"status": asked.request.get("status", "DISABLED")})

    def get_term(self, asked: Asked) -> Json:
        return self.found("glossary term", asked.domain["id"], asked.request["identifier"])

    def _named(self, kind: str, asked: Asked, more: Json) -> Json:
        """Of a glossary, or of the domain: the same name is taken once."""
        domain_id = asked.domain["id"]
        project: str = more.get("owningProjectId") or asked.request["owningProjectIdentifier"]
        self._domains.check_member(asked, project)
        if made := self._store.made_with(token_of(asked)):
            return made
        for each in self._store.listed(kind, domain_id):
            if (each["name"], each.get("glossaryId")) == (asked.request["name"], more.get("glossaryId")):
                raise conflict(f"There is a {kind} {each['name']} already.")
        made = {"id": new_id(), "domainId": domain_id, "owningProjectId": project} | texts_of(asked.request) | more
        made |= {"createdAt": time.time(), "createdBy": asked.user_id}
        key = f"{domain_id}/{kind}/{made['id']}"
        self._store.put(kind, key, made, domain_id)
        self._store.remember(token_of(asked), key)
        return made

    # --- rules ---

    def create_rule(self, asked: Asked) -> Json:
        domain_id, detail = asked.domain["id"], asked.request["detail"]
        for form in detail.get("metadataFormEnforcementDetail", {}).get("requiredMetadataForms", []):
            self.type_of("form type", domain_id, form["typeIdentifier"], form["typeRevision"])
        if any(each["name"] == asked.request["name"] for each in self._store.listed("rule", domain_id)):
            raise conflict(f"There is a rule {asked.request['name']} already.")
        forms = "metadataFormEnforcementDetail" in detail
        rule = {
            "identifier": new_id(),
            "name": asked.request["name"],
            "ruleType": "METADATA_FORM_ENFORCEMENT" if forms else "GLOSSARY_TERM_ENFORCEMENT",
            "target": asked.request["target"],
            "targetType": "DOMAIN_UNIT",
            "action": asked.request["action"],
            "scope": asked.request["scope"],
            "detail": detail,
            "revision": "1",
            "createdAt": time.time(),
            "createdBy": asked.user_id,
            "updatedAt": time.time(),
            "lastUpdatedBy": asked.user_id,
        }
        self._store.put("rule", f"{domain_id}/rule/{rule['identifier']}", rule, domain_id)
        return rule

    def list_rules(self, asked: Asked) -> Json:
        unit, action = asked.request["targetIdentifier"], asked.request.get("action")
        found = [
            each
            for each in self._store.listed("rule", asked.domain["id"])
            if each["target"]["domainUnitTarget"]["domainUnitId"] == unit and action in (None, each["action"])
        ]
        return page(found, asked.request)

    def required_forms(self, domain_id: str, asset_type: str, action: str) -> set[str]:
        """Types of forms that a rule makes obligatory."""
        needed: set[str] = set()
        for rule in self._store.listed("rule", domain_id):
            chosen = rule["scope"].get("assetType", {"selectionMode": "ALL"})
            applies = chosen["selectionMode"] == "ALL" or asset_type in chosen.get("specificAssetTypes", [])
            if rule["action"] == action and applies:
                forms = rule["detail"].get("metadataFormEnforcementDetail", {}).get("requiredMetadataForms", [])
                needed |= {form["typeIdentifier"] for form in forms}
        return needed

    def found(self, kind: str, domain_id: str, identifier: str) -> Json:
        found = self._store.get(f"{domain_id}/{kind}/{identifier}")
        if found is None:
            raise missing(kind, identifier)
        return found


def texts_of(request: Json) -> Json:
    names = ("name", "description", "shortDescription", "longDescription")
    return {name: request[name] for name in names if name in request}


def token_of(asked: Asked) -> str | None:
    token = asked.request.get("clientToken")
    return f"{asked.domain['id']}/{token}" if token else None
