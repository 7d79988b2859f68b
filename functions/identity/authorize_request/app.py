"""Verify the token of a request, and say who calls. Called by API Gateway before both APIs' functions.

in   REST       {"type": "TOKEN", "authorizationToken": "Bearer <id token>", "methodArn"}
     WebSocket  {"type": "REQUEST", "headers": {"Sec-WebSocket-Protocol": "docent, <id token>"}, "methodArn"}
out  {principalId, policyDocument: all of this API and stage, context: docent.callers.Caller}
Every refusal is the error `Unauthorized`, which API Gateway answers with 401; any other error becomes 500. A caller who
opens more WebSockets in a minute than they may send requests is denied, which API Gateway answers with 403.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from authorize_request.request_tokens import allow, deny, token_of
from authorize_request.user_tokens import TokenRules, verify
from docent.errors import TooManyRequestsError, TransientError, UnauthorizedError
from docent.parameters import read_parameter
from docent.settings import read_settings
from docent.throttling import count_request
from identity.signing_keys import SigningKeys, fetch_keys

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    """`clients_parameter` names the parameter with the client of those who sign in with a password, and the client of
    those who sign in at a provider, a dash where there is none.

    `provider_addresses` says whether the latters' addresses are `trusted` or must be `verified` as all others.
    """

    issuer: str
    jwks_url: str
    clients_parameter: str
    provider_addresses: str
    user_claim: str
    groups_claim: str
    callers_table: str
    requests_per_minute: int


class Unauthorized(Exception):
    """What API Gateway answers with 401: it knows the error by its message alone, so nothing else may be in it."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@cache
def settings() -> Settings:
    return read_settings(Settings)


@cache
def signing_keys() -> SigningKeys:
    return SigningKeys(lambda: fetch_keys(settings().jwks_url), time.monotonic)


@cache
def token_rules() -> TokenRules:
    mine = settings()
    password_client, provider_client = read_parameter(mine.clients_parameter).split(",")
    unverified = {provider_client} if mine.provider_addresses == "trusted" else set()
    return TokenRules(
        issuer=mine.issuer,
        audiences=frozenset({password_client, provider_client} - {"-"}),
        audiences_trusted_with_addresses=frozenset(unverified - {"-"}),
        user_claim=mine.user_claim,
        groups_claim=mine.groups_claim,
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        caller = verify(token_of(event), signing_keys(), token_rules())
    except UnauthorizedError as error:
        logger.warning("request refused", reason=error.happened)
        raise Unauthorized from None
    except TransientError as error:
        logger.error("token cannot be checked", reason=error.happened)
        raise
    if event["type"] == "REQUEST":  # a WebSocket, which AWS WAF does not protect
        try:
            count_request(settings().callers_table, caller, "connect", settings().requests_per_minute, time.time())
        except TooManyRequestsError as error:
            logger.warning("connection denied", subject=caller.subject, reason=error.happened)
            return deny(caller, event["methodArn"])
    logger.info("request allowed", subject=caller.subject)
    return allow(caller, event["methodArn"])
