"""Requests for what is listed, the subscriptions that follow, and their fulfilment.

DataZone does not fulfil subscriptions to custom asset types: an application reports grants and revocations with
UpdateSubscriptionGrantStatus. A member of the listing's own project is accepted at once (`autoApproved`).
"""

import json
import time
from typing import Any

from local.datazone.catalog import SUBSCRIBING, Catalog
from local.datazone.domains import Asked, Domains, Publish, new_id
from local.datazone.wire import Json, conflict, denied, invalid, missing, page

_GRANTING = ("GRANT_PENDING", "GRANT_IN_PROGRESS", "GRANTED", "GRANT_FAILED")


class Subscriptions:
    def __init__(self, domains: Domains, catalog: Catalog, publish: Publish) -> None:
        self._domains, self._catalog, self._publish, self._store = domains, catalog, publish, domains.store

    # --- requests ---

    def request(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        if request.get("clientToken") and (made := self._store.made_with(f"{domain_id}/{request['clientToken']}")):
            return made
        listing = self._catalog.listing(domain_id, request["subscribedListings"][0]["identifier"])
        if listing["status"] != "ACTIVE":
            raise invalid(f"The listing {listing['id']} is not active.")
        principal = self._principal(asked, request["subscribedPrincipals"][0])
        self._check_forms(domain_id, listing, request)
        for each in self._store.listed("request", domain_id):
            same = each["listing_id"] == listing["id"] and each["subscribedPrincipals"] == [principal]
            if same and each["status"] == "PENDING":
                raise conflict("There is a pending subscription request of this principal for the listing.")
        existing = self._existing(domain_id, listing["id"], principal)
        now, owner = time.time(), listing["item"]["assetListing"]["owningProjectId"]
        made = {
            "id": new_id(),
            "domainId": domain_id,
            "status": "PENDING",
            "createdAt": now,
            "createdBy": asked.user_id,
            "updatedAt": now,
            "requestReason": request["requestReason"],
            "subscribedPrincipals": [principal],
            "subscribedListings": [self._subscribed(domain_id, listing)],
            "metadataForms": [self._form(each) for each in request.get("metadataForms", [])],
            "existingSubscriptionId": existing["id"] if existing else None,
            "listing_id": listing["id"],
            "approver": owner,
        }
        key = f"{domain_id}/request/{made['id']}"
        self._store.put("request", key, made, domain_id)
        if request.get("clientToken"):
            self._store.remember(f"{domain_id}/{request['clientToken']}", key)
        is_own = asked.user_id in self._domains.project(domain_id, owner)["members"]
        self._tell_request("Subscription Request Created", asked, made, auto_approved=is_own)
        return self._accepted(asked, made, "", auto_approved=True) if is_own else made

    def accept(self, asked: Asked) -> Json:
        return self._accepted(asked, self._pending(asked), asked.request.get("decisionComment", ""))

    def reject(self, asked: Asked) -> Json:
        made = self._pending(asked)
        made |= {
            "status": "REJECTED",
            "reviewerId": asked.user_id,
            "updatedAt": time.time(),
            "updatedBy": asked.user_id,
        }
        made["decisionComment"] = asked.request.get("decisionComment")
        self._put(made, "request")
        self._tell_request("Subscription Request Rejected", asked, made)
        return made

    def delete_request(self, asked: Asked) -> Json:
        """Only the requester can, and only while the request is pending."""
        made = self._found("request", asked)
        if made["status"] != "PENDING":
            raise conflict(f"The subscription request {made['id']} is decided.")
        if not asked.is_root and made["createdBy"] != asked.user_id:
            raise denied("Only the requester deletes a subscription request.")
        self._store.remove(f"{asked.domain['id']}/request/{made['id']}")
        self._tell_request("Subscription Request Deleted", asked, made)
        return {}

    def details(self, asked: Asked) -> Json:
        return self._found("request", asked)

    def list_requests(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._store.listed("request", asked.domain["id"])
            if request.get("status") in (None, each["status"])
            and request.get("subscribedListingId") in (None, each["listing_id"])
            and request.get("approverProjectId") in (None, each["approver"])
            and _is_of(request, each["subscribedPrincipals"][0])
        ]
        return page(_sorted(found, request), request)

    def _pending(self, asked: Asked) -> Json:
        made = self._found("request", asked)
        self._domains.check_member(asked, made["approver"])
        if made["status"] != "PENDING":
            raise conflict(f"The subscription request {made['id']} is {made['status']}.")
        return made

    def _accepted(self, asked: Asked, made: Json, comment: str, *, auto_approved: bool = False) -> Json:
        """The event still says PENDING, as AWS's does."""
        domain_id, now = asked.domain["id"], time.time()
        listing = made["subscribedListings"][0]
        with self._store.transaction():
            existing = self._store.get(f"{domain_id}/subscription/{made['existingSubscriptionId']}")
            subscription = existing or {"id": new_id(), "createdAt": now, "createdBy": made["createdBy"]}
            subscription |= {
                "domainId": domain_id,
                "status": "APPROVED",
                "updatedAt": now,
                "updatedBy": asked.user_id,
                "subscribedPrincipal": made["subscribedPrincipals"][0],
                "subscribedListing": listing,
                "subscriptionRequestId": made["id"],
                "retainPermissions": False,
                "listing_id": made["listing_id"],
                "approver": made["approver"],
            }
            self._put(subscription, "subscription")
            before = dict(made)
            made |= {"status": "ACCEPTED", "reviewerId": asked.user_id, "updatedAt": now, "updatedBy": asked.user_id}
            made |= {"decisionComment": comment or None}
            self._put(made, "request")
        self._tell_request(
            "Subscription Request Accepted", asked, before | {"reviewerId": asked.user_id}, auto_approved
        )
        self._tell_subscription("Subscription Created", asked, subscription)
        for target in self._automatic_targets(domain_id, subscription):
            self._grant(asked, target, subscription)
        return made

    def _subscribed(self, domain_id: str, listing: Json) -> Json:
        asset = listing["item"]["assetListing"]
        owner = self._domains.project(domain_id, asset["owningProjectId"])
        shown = {"entityId": asset["assetId"], "entityRevision": asset["assetRevision"]}
        shown |= {"entityType": asset["assetType"], "forms": asset["forms"], "glossaryTerms": asset["glossaryTerms"]}
        return {
            "id": listing["id"],
            "revision": listing["listingRevision"],
            "name": listing["name"],
            "description": listing.get("description") or "",
            "item": {"assetListing": shown},
            "ownerProjectId": owner["id"],
            "ownerProjectName": owner["name"],
        }

    def _principal(self, asked: Asked, given: Json) -> Json:
        """As replies show it. A project is asked for by its members, a user by themselves."""
        domain_id = asked.domain["id"]
        ((kind, named),) = given.items()
        identifier = named.get("identifier", "")
        if kind == "project":
            project = self._domains.project(domain_id, identifier)
            if not asked.is_root and asked.user_id not in project["members"]:
                raise denied(f"User is not in the project {identifier}.")
            return {"project": {"id": project["id"], "name": project["name"]}}
        if kind == "user":
            user = self._store.get(f"{domain_id}/user/{identifier}")
            if user is None:
                raise missing("user profile", identifier)
            return {"user": {"id": user["id"], "details": user["details"]}}
        if kind == "group":
            group = self._store.get(f"{domain_id}/group/{identifier}")
            if group is None:
                raise missing("group profile", identifier)
            return {"group": {"id": group["id"], "name": group["groupName"]}}
        return {"iam": {"principalArn": identifier}}

    def _check_forms(self, domain_id: str, listing: Json, request: Json) -> None:
        forms = {each.get("typeIdentifier", each["formName"]): each for each in request.get("metadataForms", [])}
        kind = listing["item"]["assetListing"]["assetType"]
        for needed in sorted(self._catalog.required_forms(domain_id, kind, SUBSCRIBING) - forms.keys()):
            raise invalid(f"A rule requires the metadata form {needed} in a subscription request.")
        for name, form in forms.items():
            try:
                json.loads(form.get("content") or "{}")
            except ValueError as error:
                raise invalid(f"The content of the metadata form {name} is not JSON.") from error

    def _form(self, given: Json) -> Json:
        name = given.get("typeIdentifier", given["formName"])
        revision = given.get("typeRevision", "1")
        return {
            "formName": given["formName"],
            "typeName": name,
            "typeRevision": revision,
            "content": given.get("content"),
        }

    def _existing(self, domain_id: str, listing_id: str, principal: Json) -> Json | None:
        for each in self._store.listed("subscription", domain_id):
            same = each["listing_id"] == listing_id and each["subscribedPrincipal"] == principal
            if same and each["status"] == "APPROVED":
                return each
        return None

    # --- subscriptions ---

    def subscription(self, asked: Asked) -> Json:
        return self._found("subscription", asked)

    def list_subscriptions(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._store.listed("subscription", asked.domain["id"])
            if request.get("status") in (None, each["status"])
            and request.get("subscribedListingId") in (None, each["listing_id"])
            and request.get("subscriptionRequestIdentifier") in (None, each["subscriptionRequestId"])
            and request.get("approverProjectId") in (None, each["approver"])
            and _is_of(request, each["subscribedPrincipal"])
        ]
        return page(_sorted(found, request), request)

    def revoke(self, asked: Asked) -> Json:
        """With `retainPermissions`, the grants stay."""
        subscription = self._found("subscription", asked)
        self._domains.check_member(asked, subscription["approver"])
        retained = asked.request.get("retainPermissions", False)
        return self._end(asked, subscription, "REVOKED", "Subscription Revoked", retained)

    def cancel(self, asked: Asked) -> Json:
        subscription = self._found("subscription", asked)
        self._check_consumer(asked, subscription["subscribedPrincipal"])
        return self._end(asked, subscription, "CANCELLED", "Subscription Cancelled", False)

    def _end(self, asked: Asked, subscription: Json, status: str, detail_type: str, retained: bool) -> Json:
        if subscription["status"] != "APPROVED":
            raise conflict(f"The subscription {subscription['id']} is {subscription['status']}.")
        subscription |= {"status": status, "retainPermissions": retained}
        subscription |= {"updatedAt": time.time(), "updatedBy": asked.user_id}
        self._put(subscription, "subscription")
        self._tell_subscription(detail_type, asked, subscription)
        for grant in self._grants_of(subscription) if not retained else []:
            self._ask_to_revoke(asked, grant)
        return subscription

    def _check_consumer(self, asked: Asked, principal: Json) -> None:
        if "project" in principal:
            self._domains.check_member(asked, principal["project"]["id"])
        elif not asked.is_root and principal.get("user", {}).get("id") != asked.user_id:
            raise denied("User is not permitted to cancel this subscription.")

    # --- targets and grants ---

    def create_environment(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        self._domains.check_member(asked, request["projectIdentifier"])
        now = time.time()
        made = {
            "id": new_id(),
            "domainId": domain_id,
            "projectId": request["projectIdentifier"],
            "name": request["name"],
            "description": request.get("description"),
            "environmentProfileId": request.get("environmentProfileIdentifier"),
            "environmentBlueprintId": request.get("environmentBlueprintIdentifier"),
            "awsAccountId": request.get("environmentAccountIdentifier"),
            "awsAccountRegion": request.get("environmentAccountRegion"),
            "provider": "Amazon DataZone",
            "status": "ACTIVE",
            "createdAt": now,
            "updatedAt": now,
            "createdBy": asked.user_id,
        }
        self._put(made, "environment")
        return made

    def get_environment(self, asked: Asked) -> Json:
        return self._found("environment", asked)

    def create_target(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        environment = self._one("environment", domain_id, request["environmentIdentifier"])
        self._domains.check_member(asked, environment["projectId"])
        now = time.time()
        made = {
            "id": new_id(),
            "domainId": domain_id,
            "projectId": environment["projectId"],
            "environmentId": environment["id"],
            "subscriptionGrantCreationMode": request.get("subscriptionGrantCreationMode", "AUTOMATIC"),
            "provider": request.get("provider", "Amazon DataZone"),
            "createdAt": now,
            "updatedAt": now,
            "createdBy": asked.user_id,
        }
        names = ("name", "type", "authorizedPrincipals", "manageAccessRole", "applicableAssetTypes")
        made |= {name: request[name] for name in (*names, "subscriptionTargetConfig")}
        self._put(made, "target")
        return made

    def list_targets(self, asked: Asked) -> Json:
        environment = asked.request["environmentIdentifier"]
        found = self._store.listed("target", asked.domain["id"])
        return page([each for each in found if each["environmentId"] == environment], asked.request)

    def create_grant(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        environment = self._one("environment", domain_id, request["environmentIdentifier"])
        self._domains.check_member(asked, environment["projectId"])
        targets = [
            each for each in self._store.listed("target", domain_id) if each["environmentId"] == environment["id"]
        ]
        wanted = request.get("subscriptionTargetIdentifier")
        target = next((each for each in targets if wanted in (None, each["id"])), None)
        if target is None:
            raise missing("subscription target", wanted or environment["id"])
        listing_id = request["grantedEntity"]["listing"]["identifier"]
        for subscription in self._store.listed("subscription", domain_id):
            is_own = subscription["subscribedPrincipal"].get("project", {}).get("id") == environment["projectId"]
            if is_own and subscription["listing_id"] == listing_id and subscription["status"] == "APPROVED":
                return self._grant(asked, target, subscription)
        raise invalid(f"The project has no approved subscription to the listing {listing_id}.")

    def get_grant(self, asked: Asked) -> Json:
        return self._found("grant", asked)

    def list_grants(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._store.listed("grant", asked.domain["id"])
            if request.get("subscriptionId") in (None, each["subscriptionId"])
            and request.get("subscribedListingId") in (None, each["grantedEntity"]["listing"]["id"])
            and request.get("environmentId") in (None, each["environmentId"])
            and request.get("subscriptionTargetId") in (None, each["subscriptionTargetId"])
        ]
        return page(_sorted(found, request), request)

    def update_grant(self, asked: Asked) -> Json:
        grant, request = self._found("grant", asked), asked.request
        subscription = self._one("subscription", asked.domain["id"], grant["subscriptionId"])
        self._domains.check_member(asked, subscription["approver"])
        (asset,) = grant["assets"]
        if asset["assetId"] != request["assetIdentifier"]:
            raise missing("asset of the subscription grant", request["assetIdentifier"])
        status = request["status"]
        # AWS does not document which changes it refuses. Here what is to be revoked cannot be granted any more.
        if status in _GRANTING and asset["status"] not in _GRANTING:
            raise conflict(f"The asset is {asset['status']}, so it cannot become {status}.")
        asset |= {"status": status, "failureCause": request.get("failureCause")}
        asset |= {"grantedTimestamp": time.time()} if status == "GRANTED" else {}
        asset |= {"failureTimestamp": time.time()} if status.endswith("_FAILED") else {}
        grant |= {"status": _overall(status), "updatedAt": time.time(), "updatedBy": asked.user_id}
        self._put(grant, "grant")
        told = {"GRANTED": "Completed", "REVOKED": "Revoke Completed", "GRANT_FAILED": "Failed"}
        if word := (told | {"REVOKE_FAILED": "Revoke Failed"}).get(status):
            self._tell_grant(f"Subscription Grant {word}", asked, grant)
        return grant

    def delete_grant(self, asked: Asked) -> Json:
        grant = self._found("grant", asked)
        self._domains.check_member(
            asked, self._one("environment", asked.domain["id"], grant["environmentId"])["projectId"]
        )
        return self._ask_to_revoke(asked, grant)

    def _automatic_targets(self, domain_id: str, subscription: Json) -> list[Json]:
        project = subscription["subscribedPrincipal"].get("project", {}).get("id")
        kind = subscription["subscribedListing"]["item"]["assetListing"]["entityType"]
        return [
            each
            for each in self._store.listed("target", domain_id)
            if each["projectId"] == project
            and kind in each["applicableAssetTypes"]
            and each["subscriptionGrantCreationMode"] == "AUTOMATIC"
        ]

    def _grant(self, asked: Asked, target: Json, subscription: Json) -> Json:
        listing = subscription["subscribedListing"]
        asset = listing["item"]["assetListing"]
        for each in self._grants_of(subscription):
            if each["subscriptionTargetId"] == target["id"] and each["assets"][0]["status"] in _GRANTING:
                return each
        now = time.time()
        grant = {
            "id": new_id(),
            "domainId": asked.domain["id"],
            "environmentId": target["environmentId"],
            "subscriptionTargetId": target["id"],
            "subscriptionId": subscription["id"],
            "grantedEntity": {"listing": {"id": listing["id"], "revision": listing["revision"]}},
            "status": "PENDING",
            "assets": [
                {"assetId": asset["entityId"], "assetRevision": asset["entityRevision"], "status": "GRANT_PENDING"}
            ],
            "createdAt": now,
            "createdBy": asked.user_id,
            "updatedAt": now,
        }
        self._put(grant, "grant")
        self._tell_grant("Subscription Grant Requested", asked, grant)
        return grant

    def _ask_to_revoke(self, asked: Asked, grant: Json) -> Json:
        if grant["assets"][0]["status"] in _GRANTING:
            grant["assets"][0]["status"] = "REVOKE_PENDING"
            grant |= {"status": "PENDING", "updatedAt": time.time()}
            self._put(grant, "grant")
            self._tell_grant("Subscription Grant Revoke Requested", asked, grant)
        return grant

    def _grants_of(self, subscription: Json) -> list[Json]:
        found = self._store.listed("grant", subscription["domainId"])
        return [each for each in found if each["subscriptionId"] == subscription["id"]]

    # --- rows and events ---

    def _put(self, thing: Json, kind: str) -> None:
        self._store.put(kind, f"{thing['domainId']}/{kind}/{thing['id']}", thing, thing["domainId"])

    def _found(self, kind: str, asked: Asked) -> Json:
        return self._one(kind, asked.domain["id"], asked.request["identifier"])

    def _one(self, kind: str, domain_id: str, identifier: str) -> Json:
        found = self._store.get(f"{domain_id}/{kind}/{identifier}")
        if found is None:
            raise missing(
                {"request": "subscription request", "grant": "subscription grant"}.get(kind, kind), identifier
            )
        return found

    def _tell_request(self, detail_type: str, asked: Asked, made: Json, auto_approved: bool = False) -> None:
        listing = made["subscribedListings"][0]
        data = {
            "autoApproved": auto_approved,
            "requesterId": made["createdBy"],
            "status": made["status"],
            "isManagedAsset": False,
            "subscribedListings": [
                {"id": listing["id"], "ownerProjectId": listing["ownerProjectId"], "version": listing["revision"]}
            ],
            "subscribedPrincipals": [_told(made["subscribedPrincipals"][0])],
        }
        if "reviewerId" in made:
            data["reviewerId"] = made["reviewerId"]
        self._tell(detail_type, asked, made["id"], "SubscriptionRequestEntityType", listing["ownerProjectId"], data)

    def _tell_subscription(self, detail_type: str, asked: Asked, subscription: Json) -> None:
        listing = subscription["subscribedListing"]
        data = {
            "status": subscription["status"],
            "retainPermissions": subscription["retainPermissions"],
            "subscriptionRequestId": subscription["subscriptionRequestId"],
            "subscribedListing": {"id": listing["id"], "ownerProjectId": listing["ownerProjectId"]},
            "subscribedPrincipal": _told(subscription["subscribedPrincipal"]),
        }
        self._tell(detail_type, asked, subscription["id"], "SubscriptionEntityType", listing["ownerProjectId"], data)

    def _tell_grant(self, detail_type: str, asked: Asked, grant: Json) -> None:
        subscription = self._one("subscription", grant["domainId"], grant["subscriptionId"])
        asset = grant["assets"][0]
        data = {
            "subscriptionId": grant["subscriptionId"],
            "subscriptionTargetId": grant["subscriptionTargetId"],
            "environmentId": grant["environmentId"],
            "status": grant["status"],
            "asset": {"assetId": asset["assetId"], "status": asset["status"]},
        }
        self._tell(detail_type, asked, grant["id"], "SubscriptionGrantEntityType", subscription["approver"], data)

    def _tell(self, detail_type: str, asked: Asked, own_id: str, kind: str, project: str, data: Json) -> None:
        metadata: dict[str, Any] = {"id": own_id, "typeName": kind, "domain": asked.domain["id"]}
        metadata |= {"user": asked.user_id, "owningProjectId": project}
        metadata["awsAccountId"] = asked.domain["arn"].split(":")[4]
        self._publish(asked.domain, detail_type, {"metadata": metadata, "data": data})


def _overall(status: str) -> str:
    if status.endswith("_FAILED"):
        return status
    return "COMPLETED" if status in ("GRANTED", "REVOKED") else "IN_PROGRESS"


def _told(principal: Json) -> Json:
    ((kind, named),) = principal.items()
    return {"id": named.get("id") or named.get("principalArn"), "type": kind.upper()}


def _is_of(request: Json, principal: Json) -> bool:
    """Whether the principal fits the request's filters by subscriber."""
    wanted = {
        "project": request.get("owningProjectId"),
        "user": request.get("owningUserId"),
        "group": request.get("owningGroupId"),
    }
    return all(named is None or principal.get(kind, {}).get("id") == named for kind, named in wanted.items())


def _sorted(found: list[Json], request: Json) -> list[Json]:
    by = {"UPDATED_AT": "updatedAt"}.get(request.get("sortBy", ""), "createdAt")
    return sorted(found, key=lambda each: each[by], reverse=request.get("sortOrder") != "ASCENDING")
