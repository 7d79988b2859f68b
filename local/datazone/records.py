"""The rows of requests, subscriptions, targets and grants, and the events that announce their changes."""

from contextlib import AbstractContextManager
from typing import Any

from local.bedrock_agent.store import Store
from local.datazone.domains import Asked, Publish
from local.datazone.wire import Json, missing


class Records:
    def __init__(self, store: Store, publish: Publish) -> None:
        self._store, self._publish = store, publish

    def transaction(self) -> AbstractContextManager[None]:
        return self._store.transaction()

    def listed(self, kind: str, domain_id: str) -> list[Json]:
        return self._store.listed(kind, domain_id)

    def made_with(self, token: str | None) -> Json | None:
        return self._store.made_with(token)

    def put(self, thing: Json, kind: str, token: str | None = None) -> None:
        """`token` is the client's own, by which `made_with` finds the thing."""
        key = _key(kind, thing["domainId"], thing["id"])
        self._store.put(kind, key, thing, thing["domainId"])
        if token:
            self._store.remember(token, key)

    def remove(self, thing: Json, kind: str) -> None:
        self._store.remove(_key(kind, thing["domainId"], thing["id"]))

    def get(self, kind: str, domain_id: str, identifier: str) -> Json | None:
        return self._store.get(_key(kind, domain_id, identifier))

    def found(self, kind: str, asked: Asked) -> Json:
        return self.one(kind, asked.domain["id"], asked.request["identifier"])

    def one(self, kind: str, domain_id: str, identifier: str) -> Json:
        found = self.get(kind, domain_id, identifier)
        if found is None:
            raise missing(
                {"request": "subscription request", "grant": "subscription grant"}.get(kind, kind), identifier
            )
        return found

    def tell_request(self, detail_type: str, asked: Asked, made: Json, auto_approved: bool = False) -> None:
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

    def tell_subscription(self, detail_type: str, asked: Asked, subscription: Json) -> None:
        listing = subscription["subscribedListing"]
        data = {
            "status": subscription["status"],
            "retainPermissions": subscription["retainPermissions"],
            "subscriptionRequestId": subscription["subscriptionRequestId"],
            "subscribedListing": {"id": listing["id"], "ownerProjectId": listing["ownerProjectId"]},
            "subscribedPrincipal": _told(subscription["subscribedPrincipal"]),
        }
        self._tell(detail_type, asked, subscription["id"], "SubscriptionEntityType", listing["ownerProjectId"], data)

    def tell_grant(self, detail_type: str, asked: Asked, grant: Json) -> None:
        subscription = self.one("subscription", grant["domainId"], grant["subscriptionId"])
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


def _key(kind: str, domain_id: str, identifier: str) -> str:
    return f"{domain_id}/{kind}/{identifier}"


def in_order(found: list[Json], request: Json) -> list[Json]:
    by = {"UPDATED_AT": "updatedAt"}.get(request.get("sortBy", ""), "createdAt")
    return sorted(found, key=lambda each: each[by], reverse=request.get("sortOrder") != "ASCENDING")


def _told(principal: Json) -> Json:
    ((kind, named),) = principal.items()
    return {"id": named.get("id") or named.get("principalArn"), "type": kind.upper()}
