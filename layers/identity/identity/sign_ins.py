"""Sign-ins under way: begun by a browser, ended by the same one, once, within minutes.

Only hashes of what the browser and the provider hold are kept, so that nobody who reads the table can go on with one.
"""

import hashlib
import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.errors.chat import SignInFailedError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

COOKIE = "__Host-docent-sign-in"
MOST_COOKIES = 8  # of sign-ins begun in as many tabs; API Gateway takes 10,240 bytes of all headers together
KEEP_SECONDS = 600
DOING = "a sign-in was looked up"


@dataclass(frozen=True, slots=True)
class SignIn:
    """`kind` is oidc or saml, `id` what the provider gives back (state, or the request's id), `browser` the secret of
    the browser that began it. `nonce` and `verifier` (PKCE) are of OpenID Connect.
    """

    kind: str
    return_to: str
    id: str
    browser: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls, kind: str, return_to: str) -> "SignIn":
        # An id of SAML is an XML name: it begins with a letter.
        return cls(kind, return_to, f"s{secrets.token_hex(24)}", *(secrets.token_urlsafe(32) for _ in range(3)))


def cookie_of(sign_in_id: str) -> str:
    """The cookie with the browser's secret. Each sign-in has its own, so that several tabs can sign in at once."""
    return f"{COOKIE}-{_hashed(sign_in_id)[:16]}"


def begin(table: str, sign_in: SignIn, now: float) -> None:
    item: dict[str, AttributeValueTypeDef] = {
        "sign_in_id": {"S": _hashed(sign_in.id)},
        "kind": {"S": sign_in.kind},
        "browser": {"S": _hashed(sign_in.browser)},
        "return_to": {"S": sign_in.return_to},
        "nonce": {"S": sign_in.nonce},
        "verifier": {"S": sign_in.verifier},
        "expires_at": {"N": str(int(now) + KEEP_SECONDS)},
    }
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, DOING, MisconfiguredError) from error


def take(table: str, kind: str, sign_in_id: str, browser: str, now: float) -> SignIn:
    """End the sign-in that this browser began. Raises SignInFailedError for any other, and for one ended before.

    Deleting and checking are one write: of two answers to the same sign-in one alone goes on.
    """
    values: dict[str, AttributeValueTypeDef] = {
        ":kind": {"S": kind},
        ":browser": {"S": _hashed(browser)},
        ":now": {"N": str(int(now))},
    }
    try:
        taken = dynamodb().delete_item(
            TableName=table,
            Key={"sign_in_id": {"S": _hashed(sign_in_id)}},
            ConditionExpression="kind = :kind AND browser = :browser AND expires_at > :now",
            ExpressionAttributeValues=values,
            ReturnValues="ALL_OLD",
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        raise SignInFailedError("No such sign-in was begun by this browser, or it has ended.") from None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, DOING, MisconfiguredError) from error
    item = {name: value.get("S", "") for name, value in taken.get("Attributes", {}).items()}
    return SignIn(kind, item["return_to"], sign_in_id, browser, item["nonce"], item["verifier"])


def use_once(table: str, assertion_id: str, until: float, now: float) -> None:
    """Raises SignInFailedError for an assertion that came before, as long as its time has not ended."""
    item: dict[str, AttributeValueTypeDef] = {
        "sign_in_id": {"S": _hashed(f"assertion {assertion_id}")},
        "expires_at": {"N": str(math.ceil(until))},
    }
    try:
        dynamodb().put_item(
            TableName=table,
            Item=item,
            ConditionExpression="attribute_not_exists(sign_in_id) OR expires_at < :now",
            ExpressionAttributeValues={":now": {"N": str(int(now))}},
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        raise SignInFailedError("The identity provider's assertion has been used before.") from None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, DOING, MisconfiguredError) from error


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
