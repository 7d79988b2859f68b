"""The caller, from the credentials that signed the request only: the session, its tags, its identity provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.qbusiness.resources import Resource
from local.qbusiness.wire import denied, invalid

_KINDS = {"AWS_IAM_IDP_OIDC": "WebIdentity", "AWS_IAM_IDP_SAML": "SAML"}
_EMAIL = "email"

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """A session from an identity provider. All fields are empty for other callers."""

    email: str = ""
    kind: str = ""
    provider: str = ""
    audience: str = ""

    @classmethod
    def of_session(cls, session: Mapping[str, Any] | None) -> "Caller":
        """`session` as STS keeps it: `Federation`, and `SessionTags` whose `Email` identifies the user."""
        federation = (session or {}).get("Federation")
        if not session or not federation:
            return cls()
        tags = {tag["Key"].lower(): tag["Value"] for tag in session.get("SessionTags") or []}
        return cls(tags.get(_EMAIL, ""), federation["Kind"], federation["Provider"], federation["Audience"])


def user_of(application: Resource, caller: Caller, request: Json) -> str | None:
    """The user's e-mail address; None if the application is for anonymous users."""
    if request.get("userGroups"):
        raise invalid("userGroups is not offered: groups are those of PutGroup.")
    settings = application.settings
    if settings["identityType"] == "ANONYMOUS":
        if "userId" in request:
            raise invalid("An application for anonymous users takes no userId.")
        return None
    clients = settings.get("clientIdsForOIDC")
    vouched = caller.kind == _KINDS[settings["identityType"]] and caller.provider == settings["iamIdentityProviderArn"]
    if not vouched or not caller.email or (clients and caller.kind == "WebIdentity" and caller.audience not in clients):
        raise denied()
    if request.get("userId", caller.email) != caller.email:
        raise denied()
    return caller.email
