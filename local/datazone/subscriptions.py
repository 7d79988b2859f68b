"""Requests for what is listed, and the subscriptions that follow.

A member of the listing's own project is accepted at once (`autoApproved`).
"""

import json
import time

from local.datazone.catalog import Catalog
from local.datazone.domains import Asked, Domains, new_id
from local.datazone.grants import Grants
from local.datazone.records import Records, in_order
from local.datazone.vocabulary import SUBSCRIBING, Vocabulary
from local.datazone.wire import Json, conflict, denied, invalid, missing, page


class Subscriptions:
    def __init__(
        self, domains: Domains, catalog: Catalog, vocabulary: Vocabulary, records: Records, grants: Grants
    ) -> None:
        self._domains, self._catalog, self._vocabulary = domains, catalog, vocabulary
        self._records, self._grants = records, grants

    # --- requests ---

    def request(self, asked: Asked) -> Json:
        domain_id, request = asked.domain["id"], asked.request
        token = f"{domain_id}/{request['clientToken']}" if request.get("clientToken") else None
        if made := self._records.made_with(token):
            return made
        listing = self._catalog.listing(domain_id, request["subscribedListings"][0]["identifier"])
        if listing["status"] != "ACTIVE":
            raise invalid(f"The listing {listing['id']} is not active.")
        principal = self._principal(asked, request["subscribedPrincipals"][0])
        self._check_forms(domain_id, listing, request)
        for each in self._records.listed("request", domain_id):
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
        self._records.put(made, "request", token)
        is_own = asked.user_id in self._domains.project(domain_id, owner)["members"]
        self._records.tell_request("Subscription Request Created", asked, made, auto_approved=is_own)
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
        self._records.put(made, "request")
        self._records.tell_request("Subscription Request Rejected", asked, made)
        return made

    def delete_request(self, asked: Asked) -> Json:
        """By who asked, as long as nobody has decided."""
        made = self._records.found("request", asked)
        if made["status"] != "PENDING":
            raise conflict(f"The subscription request {made['id']} is decided.")
        if not asked.is_root and made["createdBy"] != asked.user_id:
            raise denied("Only the requester deletes a subscription request.")
        self._records.remove(made, "request")
        self._records.tell_request("Subscription Request Deleted", asked, made)
        return {}

    def details(self, asked: Asked) -> Json:
        return self._records.found("request", asked)

    def list_requests(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._records.listed("request", asked.domain["id"])
            if request.get("status") in (None, each["status"])
            and request.get("subscribedListingId") in (None, each["listing_id"])
            and request.get("approverProjectId") in (None, each["approver"])
            and _is_of(request, each["subscribedPrincipals"][0])
        ]
        return page(in_order(found, request), request)

    def _pending(self, asked: Asked) -> Json:
        made = self._records.found("request", asked)
        self._domains.check_member(asked, made["approver"])
        if made["status"] != "PENDING":
            raise conflict(f"The subscription request {made['id']} is {made['status']}.")
        return made

    def _accepted(self, asked: Asked, made: Json, comment: str, *, auto_approved: bool = False) -> Json:
        """The event still says PENDING, as AWS's does."""
        domain_id, now = asked.domain["id"], time.time()
        listing = made["subscribedListings"][0]
        with self._records.transaction():
            existing = self._records.get("subscription", domain_id, made["existingSubscriptionId"])
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
            self._records.put(subscription, "subscription")
            before = dict(made)
            made |= {"status": "ACCEPTED", "reviewerId": asked.user_id, "updatedAt": now, "updatedBy": asked.user_id}
            made |= {"decisionComment": comment or None}
            self._records.put(made, "request")
        self._records.tell_request(
            "Subscription Request Accepted", asked, before | {"reviewerId": asked.user_id}, auto_approved
        )
        self._records.tell_subscription("Subscription Created", asked, subscription)
        self._grants.grant_automatically(asked, subscription)
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
            user = self._records.get("user", domain_id, identifier)
            if user is None:
                raise missing("user profile", identifier)
            return {"user": {"id": user["id"], "details": user["details"]}}
        if kind == "group":
            group = self._records.get("group", domain_id, identifier)
            if group is None:
                raise missing("group profile", identifier)
            return {"group": {"id": group["id"], "name": group["groupName"]}}
        return {"iam": {"principalArn": identifier}}

    def _check_forms(self, domain_id: str, listing: Json, request: Json) -> None:
        forms = {each.get("typeIdentifier", each["formName"]): each for each in request.get("metadataForms", [])}
        kind = listing["item"]["assetListing"]["assetType"]
        for needed in sorted(self._vocabulary.required_forms(domain_id, kind, SUBSCRIBING) - forms.keys()):
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
        for each in self._records.listed("subscription", domain_id):
            same = each["listing_id"] == listing_id and each["subscribedPrincipal"] == principal
            if same and each["status"] == "APPROVED":
                return each
        return None

    # --- subscriptions ---

    def subscription(self, asked: Asked) -> Json:
        return self._records.found("subscription", asked)

    def list_subscriptions(self, asked: Asked) -> Json:
        request = asked.request
        found = [
            each
            for each in self._records.listed("subscription", asked.domain["id"])
            if request.get("status") in (None, each["status"])
            and request.get("subscribedListingId") in (None, each["listing_id"])
            and request.get("subscriptionRequestIdentifier") in (None, each["subscriptionRequestId"])
            and request.get("approverProjectId") in (None, each["approver"])
            and _is_of(request, each["subscribedPrincipal"])
        ]
        return page(in_order(found, request), request)

    def revoke(self, asked: Asked) -> Json:
        """With `retainPermissions`, what was granted stays so."""
        subscription = self._records.found("subscription", asked)
        self._domains.check_member(asked, subscription["approver"])
        retained = asked.request.get("retainPermissions", False)
        return self._end(asked, subscription, "REVOKED", "Subscription Revoked", retained)

    def cancel(self, asked: Asked) -> Json:
        subscription = self._records.found("subscription", asked)
        self._check_consumer(asked, subscription["subscribedPrincipal"])
        return self._end(asked, subscription, "CANCELLED", "Subscription Cancelled", False)

    def _end(self, asked: Asked, subscription: Json, status: str, detail_type: str, retained: bool) -> Json:
        if subscription["status"] != "APPROVED":
            raise conflict(f"The subscription {subscription['id']} is {subscription['status']}.")
        subscription |= {"status": status, "retainPermissions": retained}
        subscription |= {"updatedAt": time.time(), "updatedBy": asked.user_id}
        self._records.put(subscription, "subscription")
        self._records.tell_subscription(detail_type, asked, subscription)
        if not retained:
            self._grants.ask_to_revoke_all(asked, subscription)
        return subscription

    def _check_consumer(self, asked: Asked, principal: Json) -> None:
        if "project" in principal:
            self._domains.check_member(asked, principal["project"]["id"])
        elif not asked.is_root and principal.get("user", {}).get("id") != asked.user_id:
            raise denied("User is not permitted to cancel this subscription.")


def _is_of(request: Json, principal: Json) -> bool:
    """The filters by who subscribes."""
    wanted = {
        "project": request.get("owningProjectId"),
        "user": request.get("owningUserId"),
        "group": request.get("owningGroupId"),
    }
    return all(named is None or principal.get(kind, {}).get("id") == named for kind, named in wanted.items())
