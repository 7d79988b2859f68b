"""Where a request carries its token, and what API Gateway is told of a caller who has a good one."""

from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.errors import UnauthorizedError

# Browsers cannot give a WebSocket a header; they can name subprotocols: this one, and the token as another.
SUBPROTOCOL = "docent"


def token_of(event: Mapping[str, Any]) -> str:
    """The token of a TOKEN or REQUEST authorizer's event. Raises UnauthorizedError when it carries none."""
    if event["type"] == "TOKEN":
        scheme, _, token = event["authorizationToken"].partition(" ")
        if scheme.lower() != "bearer":
            raise UnauthorizedError("The request carries no bearer token.")
        return token
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    protocols = [each.strip() for each in headers.get("sec-websocket-protocol", "").split(",")]
    if len(protocols) != 2 or protocols[0] != SUBPROTOCOL:
        raise UnauthorizedError("The connection carries no token as its second subprotocol.")
    return protocols[1]


def allow(caller: Caller, method_arn: str) -> dict[str, Any]:
    """Allow everything of the API and stage that `method_arn` is of.

    API Gateway keeps the answer by token, and asks it about the caller's next methods too. What a caller may do is
    decided by the functions, which know whose document it is.
    """
    api, stage, *_ = method_arn.split("/")
    return _decision(caller, "Allow", f"{api}/{stage}/*")


def deny(caller: Caller, method_arn: str) -> dict[str, Any]:
    """API Gateway answers 403. It does not keep the answer for a WebSocket."""
    return _decision(caller, "Deny", method_arn)


def _decision(caller: Caller, effect: str, resource: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource}
    return {
        "principalId": caller.subject,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": caller.to_authorizer(),
    }
