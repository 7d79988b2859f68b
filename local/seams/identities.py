"""IAM's identity providers and trust policies, and STS's sessions."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import iam, sts

from local.seams.resources import add_resource_type
from local.seams.services import Handler, Reply, add_service

sts_of_ministack: Handler = sts.handle_request


def identity_provider(arn: str) -> dict[str, Any] | None:
    """`{"Url", "ClientIDList", …}` of an OpenID provider, `{"SAMLMetadataDocument", …}` of a SAML one."""
    parts = arn.split(":")
    if len(parts) < 6:
        return None
    providers = iam._saml_providers if parts[5].startswith("saml-provider/") else iam._oidc_providers
    return providers.get_scoped(parts[4], None, arn)


def role_of(role_arn: str) -> dict[str, Any] | None:
    """A role as IAM keeps it; None if the ARN is not one of an existing role."""
    parts = role_arn.split(":")
    if len(parts) != 6 or parts[2] != "iam" or not parts[5].startswith("role/"):
        return None
    role = iam._roles.get_scoped(parts[4], None, role_arn.rsplit("/", 1)[-1])
    return role if role is not None and role["Arn"] == role_arn else None


def trusts(
    role: Mapping[str, Any], provider: str, action: str, keys: Mapping[str, Any], tags: Mapping[str, str]
) -> bool:
    """Whether the role's trust policy allows `action` for the provider's identity.

    MiniStack matches a Federated principal for AssumeRoleWithWebIdentity only, so the statements that name
    the provider are selected here. MiniStack evaluates their actions and conditions.
    """
    context = iam_evaluator.EvalContext(
        principal_arn=provider,
        principal_type="FederatedUser",
        principal_account=provider.split(":")[4],
        action=action,
        resource_arn=role["Arn"],
        region=get_region(),
        request_tags=dict(tags),
        tag_keys=list(tags),
        service_context={key.lower(): value for key, value in keys.items()},
    )
    return iam_evaluator.evaluate_trust_policy(_naming(role, "Federated", provider), provider, context)


def trusts_service(role: Mapping[str, Any], service: str, keys: Mapping[str, Any]) -> bool:
    """Whether the role's trust policy lets an AWS service, such as bedrock.amazonaws.com, assume it."""
    context = iam_evaluator.EvalContext(
        principal_arn=service,
        principal_type="AWSService",
        principal_account=role["Arn"].split(":")[4],
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=get_region(),
        service_context={key.lower(): value for key, value in keys.items()},
    )
    return iam_evaluator.evaluate_trust_policy(_naming(role, "Service", service), service, context)


def role_may(role_arn: str, action: str, resource: str) -> bool:
    """Whether the policies of a role allow an action. Policies of the resource are not asked."""
    account, name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
    )
    policies = iam_evaluator._gather_role_policies(name, account)
    return iam_evaluator.evaluate(context, policies).decision == "Allow"


def _naming(role: Mapping[str, Any], kind: str, principal: str) -> dict[str, Any]:
    """The part of the role's trust policy that is about the principal, for anyone."""
    document = role.get("AssumeRolePolicyDocument") or "{}"
    document = json.loads(document) if isinstance(document, str) else document
    statements = document.get("Statement", [])
    statements = [statements] if isinstance(statements, dict) else statements
    return {
        "Statement": [statement | {"Principal": "*"} for statement in statements if _names(statement, kind, principal)]
    }


def _names(statement: Mapping[str, Any], kind: str, wanted: str) -> bool:
    principal = statement.get("Principal")
    if principal == "*":
        return True
    named = principal.get(kind, []) if isinstance(principal, dict) else []
    return wanted in ([named] if isinstance(named, str) else named)


def session_policies(parameters: dict[str, Any], account: str) -> tuple[dict[str, Any] | None, Reply | None]:
    """A request's `Policy` and `PolicyArns`, or the error reply for them."""
    found, refusal = sts._session_policies(parameters, account)
    return (found if found and any(found.values()) else None), refusal


def open_session(
    role: Mapping[str, Any],
    name: str,
    seconds: int,
    tags: Mapping[str, str],
    policies: dict[str, Any] | None,
    federation: Mapping[str, str],
) -> dict[str, str]:
    """A session of the role: `{AccessKeyId, SecretAccessKey, SessionToken, Expiration, Arn, AssumedRoleId}`.

    `federation` is stored with the session: the provider, the user and the audience.
    """
    arn, _ = sts._assumed_role_arn(role["Arn"], name)
    assert arn
    key = iam._gen_session_access_key()
    made = {
        "Arn": arn,
        "UserId": f"{role['RoleId']}:{name}",
        "SecretAccessKey": iam._gen_secret(),
        "SessionToken": iam._gen_session_token(),
    }
    kept = {
        "Expiration": time.time() + seconds,
        "AccountId": role["Arn"].split(":")[4],
        "PrincipalType": "AssumedRole",
        "SessionTags": [{"Key": tag, "Value": value} for tag, value in tags.items()],
        "SessionPolicies": policies,
        "Federation": dict(federation),
    }
    sts.register_session(key, made | kept)
    return {
        "AccessKeyId": key,
        "SecretAccessKey": made["SecretAccessKey"],
        "SessionToken": made["SessionToken"],
        "Expiration": iam._future(seconds),
        "Arn": arn,
        "AssumedRoleId": made["UserId"],
    }


def session_of(headers: Mapping[str, str], query: Mapping[str, Any]) -> dict[str, Any] | None:
    """The session whose credentials signed a request that MiniStack has authorized; None for a user or root."""
    return sts._sessions.get(extract_access_key_id(dict(headers), dict(query)) or "")


def replace_sts(handler: Handler) -> None:
    """Let `handler` answer STS, and close MiniStack's own way, which accepts unverified tokens."""

    def deny_everyone(_role_arn: str, _parameters: dict[str, Any], _as_json: bool) -> Reply:
        return sts._error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", ns="sts")

    sts._web_identity_trust_denied = deny_everyone
    add_service("sts", handler)


def add_iam_identity_providers() -> None:
    """Add `AWS::IAM::OIDCProvider` and `AWS::IAM::SAMLProvider` through MiniStack's own API."""

    def listed(name: str, values: list[str]) -> dict[str, str]:
        return {f"{name}.member.{number}": value for number, value in enumerate(values, 1)}

    def made(reply: Reply) -> str:
        status, _, body = reply
        text = body.decode()
        if status >= 400:
            raise ValueError(text.partition("<Message>")[2].partition("</Message>")[0])
        return "arn:" + text.partition("ProviderArn>arn:")[2].partition("<")[0]

    def create_openid(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        request = {"Url": props["Url"]} | listed("ClientIDList", props.get("ClientIdList", []))
        arn = made(iam._create_oidc_provider(request | listed("ThumbprintList", props.get("ThumbprintList", []))))
        return arn, {"Arn": arn}

    def update_openid(arn: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        changed = {"ClientIDList": new.get("ClientIdList", []), "ThumbprintList": new.get("ThumbprintList", [])}
        iam._oidc_providers[arn] = iam._oidc_providers[arn] | changed
        return arn, {"Arn": arn}

    def delete_openid(arn: str, _props: dict[str, Any]) -> None:
        iam._delete_oidc_provider({"OpenIDConnectProviderArn": arn})

    def create_saml(logical_id: str, props: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        name = props.get("Name") or f"{stack}-{logical_id}"
        arn = made(iam._create_saml_provider({"Name": name, "SAMLMetadataDocument": props["SamlMetadataDocument"]}))
        return arn, {"Arn": arn}

    def update_saml(arn: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        iam._update_saml_provider({"SAMLProviderArn": arn, "SAMLMetadataDocument": new["SamlMetadataDocument"]})
        return arn, {"Arn": arn}

    def delete_saml(arn: str, _props: dict[str, Any]) -> None:
        iam._delete_saml_provider({"SAMLProviderArn": arn})

    add_resource_type("AWS::IAM::OIDCProvider", create_openid, delete_openid, update_openid, ("Url",))
    add_resource_type("AWS::IAM::SAMLProvider", create_saml, delete_saml, update_saml, ("Name",))
    _let_openid_providers_change()


def _let_openid_providers_change() -> None:
    """Add the operations that change an OpenID provider; MiniStack can only create and delete one."""

    def changing(name: str, change: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]) -> None:
        def handle(p: dict[str, Any]) -> Reply:
            arn = iam._p(p, "OpenIDConnectProviderArn")
            provider = iam._oidc_providers.get(arn)
            if not provider:
                return iam._error(404, "NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", ns="iam")
            iam._oidc_providers[arn] = provider | change(provider, p)
            return iam._xml(200, f"{name}Response", "", ns="iam")

        iam._IAM_HANDLERS[name] = handle

    def without(clients: list[str], parameters: dict[str, Any]) -> list[str]:
        return [client for client in clients if client != iam._p(parameters, "ClientID")]

    def tags_but(provider: dict[str, Any], keys: set[str]) -> list[dict[str, str]]:
        return [tag for tag in provider.get("Tags", []) if tag["Key"] not in keys]

    def add_client(provider: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        clients = without(provider["ClientIDList"], parameters)
        return {"ClientIDList": [*clients, iam._p(parameters, "ClientID")]}

    def remove_client(provider: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        return {"ClientIDList": without(provider["ClientIDList"], parameters)}

    def tag(provider: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        new = iam._extract_tags(parameters)
        return {"Tags": tags_but(provider, {each["Key"] for each in new}) + new}

    def untag(provider: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        return {"Tags": tags_but(provider, set(iam._extract_tag_keys(parameters)))}

    changing("AddClientIDToOpenIDConnectProvider", add_client)
    changing("RemoveClientIDFromOpenIDConnectProvider", remove_client)
    changing("TagOpenIDConnectProvider", tag)
    changing("UntagOpenIDConnectProvider", untag)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who signed a request. `role_arn` is the role of a session, and `tags` are the session's."""

    arn: str
    role_arn: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_root(self) -> bool:
        return self.arn.endswith(":root")


def principal_of(headers: Mapping[str, str], query: Mapping[str, Any]) -> Principal:
    """The caller of a request that MiniStack has authorized; root for CloudFormation's provisioners."""
    key = extract_access_key_id(dict(headers), dict(query)) or ""
    found = iam_evaluator.resolve_credential(key, get_account_id()) if key else None
    if not isinstance(found, iam_evaluator.ResolvedCredential):
        return Principal(f"arn:aws:iam::{get_account_id()}:root")
    session = sts._sessions.get(key) or {}
    role = ""
    if ":assumed-role/" in found.principal_arn:
        account, name = found.principal_arn.split(":")[4], found.principal_arn.split("/")[1]
        role = f"arn:aws:iam::{account}:role/{name}"
    tags = {each["Key"]: each["Value"] for each in session.get("SessionTags") or []}
    return Principal(found.principal_arn, role, tags)
