"""Credentials of AWS that carry the caller's identity, kept in memory until shortly before they expire.

They are never logged or sent anywhere. If an execution environment does not have a caller's credentials, it gets new
ones for the id token. An assertion is good once, so with SAML the credentials are in the session's encrypted row.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import sts
from docent.errors import DocentError, MisconfiguredError, NotFoundError, UnauthorizedError, from_aws
from docent.errors.chat import ChatRefusedError
from identity.chat_sessions import Session
from identity.saml_providers import saml_provider
from identity.sign_ins import SignIn, cookie_of, take, use_once

from .callers_identity import Proof
from .chat_settings import settings

if TYPE_CHECKING:
    from mypy_boto3_qbusiness import QBusinessClient
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

EXPIRES_EARLY = 300  # seconds before their end at which credentials are not used any more
MOST_PEOPLE = 1000
# API Gateway gives a request 29 seconds; who waits longer than this hears nothing of it.
CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=25, tcp_keepalive=True)
DOING = "the caller's identity was exchanged for credentials"
NO_TOKEN = frozenset({"InvalidIdentityToken", "ExpiredTokenException", "IDPRejectedClaim"})


class ClientsOfPeople:
    """A client for each person, with their credentials; the one who came longest ago makes room."""

    def __init__(self, clock: Callable[[], float] = time.time, most: int = MOST_PEOPLE) -> None:
        self._clock, self._most = clock, most
        self._clients: OrderedDict[str, tuple[float, QBusinessClient]] = OrderedDict()

    def find(self, key: str) -> "QBusinessClient | None":
        until, client = self._clients.get(key, (0.0, None))
        if client is None or self._clock() >= until:
            self._clients.pop(key, None)
            return None
        self._clients.move_to_end(key)
        return client

    def keep(self, key: str, credentials: Mapping[str, Any], until: float) -> "QBusinessClient":
        client = boto3.client(
            "qbusiness",
            config=CONFIG,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        self._clients[key] = (until, client)
        while len(self._clients) > self._most:
            self._clients.popitem(last=False)
        return client

    def clear(self) -> None:
        self._clients.clear()


CLIENTS = ClientsOfPeople()


def client_for(proof: Proof) -> "tuple[QBusinessClient, bool]":
    """A client with the caller's credentials, and whether STS was asked for them."""
    known = CLIENTS.find(proof.key)
    if known:
        return known, False
    if proof.credentials:
        return CLIENTS.keep(proof.key, proof.credentials, proof.expires_at), False
    try:
        reply = sts().assume_role_with_web_identity(
            RoleArn=settings().role_arn, RoleSessionName=session_name(proof.name), WebIdentityToken=proof.id_token
        )
    except (ClientError, BotoCoreError) as error:
        raise _from_sts(error) from error
    return CLIENTS.keep(proof.key, reply["Credentials"], _end_of(reply["Credentials"])), True


def exchanged_assertion(response: str, cookies: Mapping[str, str], address: str, now: float) -> tuple[Session, SignIn]:
    """The session for a SAML response, and the sign-in of this browser that it ends.

    `address` is where the response must be meant to go.
    """
    # Signing in is rare, and reading XML takes long to import.
    from .saml_assertions import verified_response

    arn = settings().saml_provider_arn
    if arn == "-":
        raise NotFoundError("This deployment has no SAML provider.")
    verified = verified_response(response, saml_provider(arn), address)
    table, asked_for = settings().sign_ins_table, verified.in_response_to
    sign_in = take(table, "saml", asked_for, cookies.get(cookie_of(asked_for), ""), now)
    use_once(table, verified.assertion_id, verified.expires_at.timestamp(), now)
    try:
        reply = sts().assume_role_with_saml(
            RoleArn=settings().role_arn, PrincipalArn=arn, SAMLAssertion="".join(response.split())
        )
    except (ClientError, BotoCoreError) as error:
        raise _from_sts(error) from error
    credentials = {name: reply["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    return Session(_end_of(reply["Credentials"]), credentials=credentials), sign_in


def _end_of(credentials: "CredentialsTypeDef") -> int:
    return int(credentials["Expiration"].timestamp()) - EXPIRES_EARLY


def session_name(name: str) -> str:
    """What CloudTrail tells a session by, of the characters that STS takes."""
    return re.sub(r"[^\w+=,.@-]", "-", name, flags=re.ASCII)[:64].ljust(2, "-")


def _from_sts(error: Exception) -> DocentError:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in NO_TOKEN:
        return UnauthorizedError(f"AWS does not take the provider's word ({code}).")
    if code == "IDPCommunicationError":
        # AWS cannot reach the provider: the provider's fault, and often over soon.
        return from_aws(ClientError({"Error": {"Code": "ServiceUnavailable"}}, "AssumeRole"), DOING, MisconfiguredError)
    if code == "AccessDenied":
        return ChatRefusedError("AWS refused the identity: its provider must name the user by the session tag Email.")
    return from_aws(error, DOING, MisconfiguredError)
