"""Licences to chat: a user is subscribed by an administrator, or by the first call if auto-subscription is on."""

import uuid
from typing import Any

from local.qbusiness.applications import auto_subscription
from local.qbusiness.database import Database
from local.qbusiness.resources import Resource, Resources
from local.qbusiness.wire import QBusinessError, denied, invalid, missing, page

type Json = dict[str, Any]

UNLICENSED = (
    "You don't have permissions to perform the action because your license is inactive. "
    "Ask your admin to activate your license and try again after your licence is active."
)


def principal_of(email: str) -> str:
    """The identifier of an identity provider's user in subscriptions."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}"))


class Subscriptions:
    """Each public method with a request answers the request it is named after."""

    def __init__(self, database: Database, resources: Resources) -> None:
        self._database = database
        self._resources = resources

    def admit(self, application: Resource, user: str | None) -> None:
        """Refuses a user without a subscription. The call that subscribes a user is itself refused, as on AWS."""
        if user is None or self._type(application.id, principal_of(user)):
            return
        subscribing = auto_subscription(application)
        if subscribing["autoSubscribe"] != "ENABLED":
            raise QBusinessError("LicenseNotFoundException", UNLICENSED)
        self._put(application.id, principal_of(user), subscribing["defaultSubscriptionType"])
        raise denied("The user is being subscribed to the application. Try again.")

    def create_subscription(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        if "group" in request["principal"]:
            raise invalid("Groups of IAM Identity Center are not offered here: subscribe users.")
        principal = request["principal"]["user"].lower()
        self._put(application.id, principal, request["type"])
        identifier = _identifier(application.id, principal)
        return {"subscriptionId": identifier} | self._told(application, principal, request["type"])

    def update_subscription(self, request: Json) -> Json:
        application, principal, _ = self._found(request)
        self._put(application.id, principal, request["type"])
        return self._told(application, principal, request["type"])

    def cancel_subscription(self, request: Json) -> Json:
        application, principal, kind = self._found(request)
        self._database.run(
            "DELETE FROM subscriptions WHERE application_id = ? AND principal = ?", application.id, principal
        )
        return {"subscriptionArn": self._arn(application, principal), "currentSubscription": {"type": kind}}

    def list_subscriptions(self, request: Json) -> Json:
        application = self._resources.application(request)
        shown, following = page(request, self._all(application.id), 100)
        subscriptions = [
            {
                "subscriptionId": _identifier(application.id, principal),
                "principal": {"user": principal},
                **self._told(application, principal, kind),
            }
            for principal, kind in shown
        ]
        return {"subscriptions": subscriptions, **following}

    def _found(self, request: Json) -> tuple[Resource, str, str]:
        application = self._resources.application(request)
        for principal, kind in self._all(application.id):
            if _identifier(application.id, principal) == request["subscriptionId"]:
                return application, principal, kind
        raise missing("SUBSCRIPTION", request["subscriptionId"])

    def _all(self, application_id: str) -> list[tuple[str, str]]:
        rows = self._database.all(
            "SELECT principal, type FROM subscriptions WHERE application_id = ? ORDER BY rowid", application_id
        )
        return [(principal, kind) for principal, kind in rows]

    def _type(self, application_id: str, principal: str) -> str | None:
        row = self._database.one(
            "SELECT type FROM subscriptions WHERE application_id = ? AND principal = ?", application_id, principal
        )
        return row[0] if row else None

    def _put(self, application_id: str, principal: str, kind: str) -> None:
        self._database.run(
            "INSERT INTO subscriptions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET type = excluded.type",
            application_id, principal, kind,
        )  # fmt: skip

    def _told(self, application: Resource, principal: str, kind: str) -> Json:
        told = {"currentSubscription": {"type": kind}, "nextSubscription": {"type": kind}}
        return {"subscriptionArn": self._arn(application, principal)} | told

    def _arn(self, application: Resource, principal: str) -> str:
        return f"{self._resources.arn(application)}/subscription/{_identifier(application.id, principal)}"


def _identifier(application_id: str, principal: str) -> str:
    return str(uuid.uuid5(uuid.UUID(application_id), principal))
