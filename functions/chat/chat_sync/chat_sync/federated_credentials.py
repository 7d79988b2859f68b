"""Credentials of AWS that carry the caller's identity, kept in memory until shortly before they expire.

They are never logged, stored or sent anywhere. If an execution environment does not have a caller's credentials, it
gets new ones for the id token; with SAML the caller signs in again without being asked by the provider.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import sts
from docent.errors import DocentError, MisconfiguredError, NotFoundError, UnauthorizedError, from_aws
from docent.errors.chat import ChatRefusedError
from identity.chat_sessions import Session
from identity.saml_providers import saml_provider
from identity.sign_ins import take

from .callers_identity import Proof
from .chat_settings import settings

if TYPE_CHECKING:
    from mypy_boto3_qbusiness import QBusinessClient

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

    def keep(self, key: str, credentials: Mapping[str, Any]) -> "QBusinessClient":
        client = boto3.client(
            "qbusiness",
            config=CONFIG,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        self._clients[key] = (credentials["Expiration"].timestamp() - EXPIRES_EARLY, client)
        while len(self._clients) > self._most:
            self._clients.popitem(last=False)
        return client

    def clear(self) -> None:
        self._clients.clear()


CLIENTS = ClientsOfPeople()


@dataclass(frozen=True, slots=True)
class OpenedSession:
    session: Session
    return_to: str


def client_for(proof: Proof) -> "tuple[QBusinessClient, bool]":
    """A client with the caller's credentials, and whether STS was asked for them."""
    known = CLIENTS.find(proof.key)
    if known:
        return known, False
    if not proof.id_token:
        raise UnauthorizedError("The session's credentials are not here, or have ended.")
    try:
        reply = sts().assume_role_with_web_identity(
            RoleArn=settings().role_arn, RoleSessionName=session_name(proof.name), WebIdentityToken=proof.id_token
        )
    except (ClientError, BotoCoreError) as error:
        raise _from_sts(error) from error
    return CLIENTS.keep(proof.key, reply["Credentials"]), True


def open_saml_session(response: str, browser: str, address: str, now: float) -> OpenedSession:
    """The session for a SAML response that this browser was sent for; `address` is where it must be meant to go."""
    # Signing in is rare, and reading XML takes long to import.
    from .saml_assertions import verified_response

    arn = settings().saml_provider_arn
    if arn == "-":
        raise NotFoundError("This deployment has no SAML provider.")
    asked_for = verified_response(response, saml_provider(arn), address)
    sign_in = take(settings().sign_ins_table, "saml", asked_for, browser, now)
    try:
        reply = sts().assume_role_with_saml(
            RoleArn=settings().role_arn, PrincipalArn=arn, SAMLAssertion="".join(response.split())
        )
    except (ClientError, BotoCoreError) as error:
        raise _from_sts(error) from error
    name = secrets.token_urlsafe(32)
    CLIENTS.keep(name, reply["Credentials"])
    expires_at = int(reply["Credentials"]["Expiration"].timestamp()) - EXPIRES_EARLY
    return OpenedSession(Session(expires_at, credentials=name), sign_in.return_to)


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
