"""Sign in to a stack's user pool with a password, renew tokens, sign out.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from cli.target import CommandError, Target

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Tokens:
    """`client_id` is the app client the tokens are for. Neither token is ever logged."""

    client_id: str
    id_token: str
    refresh_token: str

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Self:
        return cls(value["client_id"], value["id_token"], value["refresh_token"])

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the id token. Not verified: it came directly from the issuer, and the API verifies it."""
        payload = self.id_token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def by_password(target: Target, email: str, password: str, ask_new_password: Callable[[], str]) -> Tokens:
    """`ask_new_password` is called when the password is temporary."""
    client, client_id = _client(target), target.outputs["UserPoolClientId"]
    try:
        reply = client.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        if reply.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            responses = {"USERNAME": email, "NEW_PASSWORD": ask_new_password()}
            reply = client.respond_to_auth_challenge(
                ClientId=client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=reply["Session"],
                ChallengeResponses=responses,
            )
    except client.exceptions.NotAuthorizedException as error:
        raise CommandError("The address or the password is wrong, or the user is disabled.") from error
    except (client.exceptions.PasswordResetRequiredException, client.exceptions.UserNotConfirmedException) as error:
        raise CommandError("This password must be reset first; ask the operator of this stack.") from error
    except client.exceptions.InvalidPasswordException as error:
        raise CommandError(f"That password is not allowed: {error.response['Error']['Message']}") from error
    if "AuthenticationResult" not in reply:
        challenge = reply.get("ChallengeName", "another step")
        raise CommandError(f"This sign-in also needs {challenge}: use `docent login --browser`.")
    return _tokens(client_id, reply["AuthenticationResult"])


def refreshed(target: Target, tokens: Tokens) -> Tokens | None:
    """New tokens for the same user; None if the user must sign in again."""
    client = _client(target)
    try:
        reply = client.initiate_auth(
            ClientId=tokens.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens.refresh_token},
        )
    except (client.exceptions.NotAuthorizedException, client.exceptions.ResourceNotFoundException):
        return None
    return _tokens(tokens.client_id, {"RefreshToken": tokens.refresh_token} | reply["AuthenticationResult"])


def revoke(target: Target, tokens: Tokens) -> None:
    """Revoke the refresh token; nothing happens if it is already invalid."""
    client = _client(target)
    try:
        client.revoke_token(ClientId=tokens.client_id, Token=tokens.refresh_token)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("NotAuthorizedException", "ResourceNotFoundException"):
            return
        raise


def _tokens(client_id: str, result: dict[str, Any]) -> Tokens:
    return Tokens(client_id, result["IdToken"], result["RefreshToken"])


def _client(target: Target) -> Any:
    """A client of the user pool. Passwords are sent over TLS, or stay on this machine."""
    client = target.client("cognito-idp")
    address = urlsplit(client.meta.endpoint_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise CommandError(f"{address.geturl()} is neither https nor on this machine; no password is sent there.")
    return client
