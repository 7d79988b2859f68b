"""Environments with subscription targets, and grants: the fulfilment of subscriptions.

DataZone does not fulfil subscriptions to custom asset types: an application reports grants and revocations with
UpdateSubscriptionGrantStatus.
"""

import time

from local.datazone.domains import Asked, Domains, new_id
from local.datazone.records import Records, in_order
from local.datazone.wire import Json, conflict, invalid, missing, page

_GRANTING = ("GRANT_PENDING", "GRANT_IN_PROGRESS", "GRANTED", "GRANT_FAILED")


class Grants:
    def __init__(self, domains: Domains, records: Records) -> None:
        self._domains, self._records = domains, records

    def grant_automatically(self, asked: Asked, subscription: Json) -> None:
        for target in self._automatic_targets(asked.domain["id"], subscription):
            self._grant(asked, target, subscription)

    def ask_to_revoke_all(self, asked: Asked, subscription: Json) -> None:
        for grant in self._grants_of(subscription):
            self._ask_to_revoke(asked, grant)

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
        self._records.put(made, "environment")
        return made

    def get_environment(self, asked: Asked) -> Json:
        return self._records.found("environment", asked)

    def create_target(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        environment = self._records.one("environment", domain_id, request["environmentIdentifier"])
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
        self._records.put(made, "target")
        return made

    def list_targets(self, asked: Asked) -> Json:
        environment = asked.request["environmentIdentifier"]
        found = self._records.listed("target", asked.domain["id"])
        return page([each for each in found if each["environmentId"] == environment], asked.request)

    def create_grant(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        environment = self._records.one("environment", domain_id, request["environmentIdentifier"])
        self._domains.check_member(asked, environment["projectId"])
        targets = [
            each for each in self._records.listed("target", domain_id) if each["environmentId"] == environment["id"]
        ]
        wanted = request.get("subscriptionTargetIdentifier")
        target = next((each for each in targets if wanted in (None, each["id"])), None)
        if target is None:
            raise missing("subscription target", wanted or environment["id"])
        listing_id = request["grantedEntity"]["listing"]["identifier"]
        for subscription in self._records.listed("subscription", domain_id):
            is_own = subscription["subscribedPrincipal"].get("project", {}).get("id") == environment["projectId"]
            if is_own and subscription["listing_id"] == listing_id and subscription["status"] == "APPROVED":
                return self._grant(asked, target, subscription)
        raise invalid(f"The project has no approved subscription to the listing {listing_id}.")

    def get_grant(self, asked: Asked) -> Json:
        return self._records.found("grant", asked)

    def list_grants(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._records.listed("grant", asked.domain["id"])
            if request.get("subscriptionId") in (None, each["subscriptionId"])
            and request.get("subscribedListingId") in (None, each["grantedEntity"]["listing"]["id"])
            and request.get("environmentId") in (None, each["environmentId"])
            and request.get("subscriptionTargetId") in (None, each["subscriptionTargetId"])
        ]
        return page(in_order(found, request), request)

    def update_grant(self, asked: Asked) -> Json:
        grant, request = self._records.found("grant", asked), asked.request
        subscription = self._records.one("subscription", asked.domain["id"], grant["subscriptionId"])
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
        self._records.put(grant, "grant")
        told = {"GRANTED": "Completed", "REVOKED": "Revoke Completed", "GRANT_FAILED": "Failed"}
        if word := (told | {"REVOKE_FAILED": "Revoke Failed"}).get(status):
            self._records.tell_grant(f"Subscription Grant {word}", asked, grant)
        return grant

    def delete_grant(self, asked: Asked) -> Json:
        grant = self._records.found("grant", asked)
        self._domains.check_member(
            asked, self._records.one("environment", asked.domain["id"], grant["environmentId"])["projectId"]
        )
        return self._ask_to_revoke(asked, grant)

    def _automatic_targets(self, domain_id: str, subscription: Json) -> list[Json]:
        project = subscription["subscribedPrincipal"].get("project", {}).get("id")
        kind = subscription["subscribedListing"]["item"]["assetListing"]["entityType"]
        return [
            each
            for each in self._records.listed("target", domain_id)
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
        self._records.put(grant, "grant")
        self._records.tell_grant("Subscription Grant Requested", asked, grant)
        return grant

    def _ask_to_revoke(self, asked: Asked, grant: Json) -> Json:
        if grant["assets"][0]["status"] in _GRANTING:
            grant["assets"][0]["status"] = "REVOKE_PENDING"
            grant |= {"status": "PENDING", "updatedAt": time.time()}
            self._records.put(grant, "grant")
            self._records.tell_grant("Subscription Grant Revoke Requested", asked, grant)
        return grant

    def _grants_of(self, subscription: Json) -> list[Json]:
        found = self._records.listed("grant", subscription["domainId"])
        return [each for each in found if each["subscriptionId"] == subscription["id"]]


def _overall(status: str) -> str:
    if status.endswith("_FAILED"):
        return status
    return "COMPLETED" if status in ("GRANTED", "REVOKED") else "IN_PROGRESS"
