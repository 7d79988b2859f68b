"""AssumeRoleWithWebIdentity and AssumeRoleWithSAML. MiniStack answers all other operations of STS.

MiniStack accepts every web identity token without verifying it, drops session tags and has no SAML.
"""

import asyncio
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.federation.identity import Identity, StsError, denied
from local.federation.saml import SamlIdentities
from local.federation.web_identity import WebIdentities
from local.seams import identities
from local.seams.services import Handler, Reply

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")
_LEAST_SECONDS, _USUAL_SECONDS, _MOST_SECONDS = 900, 3600, 43_200

type Parameters = dict[str, Any]


class FederationService:
    def __init__(self, web: WebIdentities, saml: SamlIdentities, others: Handler) -> None:
        """`others` answers all other operations."""
        self._web = web
        self._saml = saml
        self._others = others
        self._operations: dict[str, Callable[[Parameters], dict[str, str] | Reply]] = {
            "AssumeRoleWithWebIdentity": self._with_web_identity,
            "AssumeRoleWithSAML": self._with_saml,
        }

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        target = headers.get("x-amz-target", "").rpartition(".")[2]
        parameters = dict(query)
        if method == "POST":
            parameters |= parse_qs(body.decode("utf-8", "replace"))
        operation = _text(parameters, "Action")
        if not {operation, target} & self._operations.keys():
            return await self._others(method, path, headers, body, query)
        try:
            if operation not in self._operations or target:
                raise StsError("InvalidAction", "Federation is supported by the query protocol only.")
            answer = await asyncio.to_thread(self._operations[operation], parameters)
        except StsError as error:
            return _refusal(error)
        return answer if isinstance(answer, tuple) else _reply(operation, answer)

    def _with_web_identity(self, parameters: Parameters) -> dict[str, str] | Reply:
        name = _text(parameters, "RoleSessionName")
        if not _SESSION_NAME.fullmatch(name):
            raise StsError("ValidationError", "RoleSessionName must be 2 to 64 characters of [\\w+=,.@-].")
        if _text(parameters, "ProviderId"):
            raise StsError("ValidationError", "ProviderId is for OAuth 2.0 tokens, which are not supported here.")
        role_arn = _role_arn(parameters)
        token = _text(parameters, "WebIdentityToken")
        identity = self._web.identity(token, role_arn.split(":")[4], role_arn.split(":")[1])
        opened = self._opened(parameters, identity, name, "sts:AssumeRoleWithWebIdentity", "WebIdentity")
        if isinstance(opened, tuple):
            return opened
        return opened | {
            "SubjectFromWebIdentityToken": identity.subject,
            "Audience": identity.audience,
            "Provider": identity.provider,
        }

    def _with_saml(self, parameters: Parameters) -> dict[str, str] | Reply:
        role_arn = _role_arn(parameters)
        provider = _text(parameters, "PrincipalArn")
        identity = self._saml.identity(_text(parameters, "SAMLAssertion"), provider, role_arn)
        if not _SESSION_NAME.fullmatch(identity.session_name):
            raise StsError("InvalidIdentityToken", "The assertion's RoleSessionName must match [\\w+=,.@-]{2,64}.")
        action = "sts:AssumeRoleWithSAML"
        opened = self._opened(parameters, identity, identity.session_name, action, "SAML")
        if isinstance(opened, tuple):
            return opened
        return opened | {"Subject": identity.subject, "Audience": identity.audience} | dict(identity.told)

    def _opened(
        self, parameters: Parameters, identity: Identity, name: str, action: str, kind: str
    ) -> dict[str, str] | Reply:
        role = identities.role_of(_role_arn(parameters))
        # A role that does not exist gets the same error as one whose trust policy refuses.
        if role is None or not identities.trusts(role, identity.provider, action, identity.keys, identity.tags):
            raise denied(action)
        tagging = "sts:TagSession"
        if identity.tags and not identities.trusts(role, identity.provider, tagging, identity.keys, identity.tags):
            raise denied(tagging)
        policies, refusal = identities.session_policies(parameters, role["Arn"].split(":")[4])
        if refusal:
            return refusal
        seconds = _seconds(parameters, role)
        if identity.seconds is not None:
            seconds = min(seconds, identity.seconds)
        federation = {
            "Kind": kind,
            "Provider": identity.provider,
            "Audience": identity.audience,
            "Subject": identity.subject,
        }
        return identities.open_session(role, name, seconds, identity.tags, policies, federation)


def _role_arn(parameters: Parameters) -> str:
    role_arn = _text(parameters, "RoleArn")
    if not re.fullmatch(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]+", role_arn):
        raise StsError("ValidationError", "RoleArn is not the ARN of a role.")
    return role_arn


def _seconds(parameters: Parameters, role: Mapping[str, Any]) -> int:
    asked = _text(parameters, "DurationSeconds") or str(_USUAL_SECONDS)
    if not asked.isdecimal() or not _LEAST_SECONDS <= int(asked) <= _MOST_SECONDS:
        raise StsError("ValidationError", f"DurationSeconds must be {_LEAST_SECONDS} to {_MOST_SECONDS}.")
    if int(asked) > int(role.get("MaxSessionDuration") or _USUAL_SECONDS):
        message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise StsError("ValidationError", message)
    return int(asked)


def _text(parameters: Parameters, name: str) -> str:
    value = parameters.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value or "")


def _reply(operation: str, answer: dict[str, str]) -> Reply:
    credentials = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    user = ("AssumedRoleId", "Arn")
    others = [name for name in answer if name not in (*credentials, *user)]
    result = (
        f"<Credentials>{_elements(answer, credentials)}</Credentials>"
        f"<AssumedRoleUser>{_elements(answer, user)}</AssumedRoleUser>"
        f"<PackedPolicySize>0</PackedPolicySize>{_elements(answer, others)}"
    )
    body = (
        f'<{operation}Response xmlns="{NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return 200, {"Content-Type": "text/xml"}, body.encode()


def _elements(answer: Mapping[str, str], names: Any) -> str:
    return "".join(f"<{name}>{escape(answer[name])}</{name}>" for name in names)


def _refusal(error: StsError) -> Reply:
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>{error.code}</Code>'
        f"<Message>{escape(str(error))}</Message></Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return error.status, {"Content-Type": "text/xml"}, body.encode()
