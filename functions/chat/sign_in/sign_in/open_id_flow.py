"""The authorization code flow of OpenID Connect, with PKCE, state and nonce.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
"""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from docent.errors import NotFoundError, TransientError, UnauthorizedError
from docent.errors.chat import SignInFailedError
from docent.secrets_store import read_secret
from identity.id_tokens import PROVIDER_ALGORITHMS, PROVIDER_MAX_CHARACTERS, REQUIRED, verified_claims
from identity.open_id import OpenIdProvider, open_id_provider
from identity.sign_ins import SignIn

from .sign_in_settings import settings

SCOPE = "openid email profile"
CALLBACK, LOGOUT = "/oidc/callback", "/oidc/logout"
SECONDS = 10  # for the provider to answer
# Servers take addresses of 8,000 characters, API Gateway 10,240 bytes of headers. A hint is optional.
MAX_HINT = 4000


def authorization_url(sign_in: SignIn, base_url: str) -> str:
    endpoint = provider().endpoint("authorization_endpoint")
    more = {"state": sign_in.id, "nonce": sign_in.nonce, "code_verifier": sign_in.verifier}
    with _client(base_url) as client:
        address, _ = client.create_authorization_url(endpoint, **more)
    return address


def id_token_of(sign_in: SignIn, answer: Mapping[str, Any], base_url: str) -> tuple[str, int]:
    """The id token that the provider's answer is good for, and the end of its time in seconds since 1970."""
    issuer = answer.get("iss")
    names_issuer = provider().configuration().get("authorization_response_iss_parameter_supported") is True
    if issuer != settings().chat_issuer and (issuer is not None or names_issuer):
        raise SignInFailedError("The answer is another provider's.")  # https://www.rfc-editor.org/rfc/rfc9207
    if "error" in answer or "code" not in answer:
        raise SignInFailedError("The provider did not sign the user in.")
    token = _redeemed(answer["code"], sign_in, base_url)
    client_id = settings().chat_client_id
    try:
        claims = verified_claims(
            token,
            provider().keys,
            settings().chat_issuer,
            [client_id],
            PROVIDER_ALGORITHMS,
            (*REQUIRED, "nonce"),
            PROVIDER_MAX_CHARACTERS,
        )
    except UnauthorizedError as error:
        raise SignInFailedError(f"The provider's id token is not usable. {error.happened}") from None
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(
        claims["nonce"].encode(), sign_in.nonce.encode()
    ):
        raise SignInFailedError("The provider's id token is of another sign-in.")
    return token, int(claims["exp"])


def end_session_url(id_token: str | None, return_to: str, base_url: str) -> str | None:
    """Where the provider ends its own session; None for one that has no such place.

    Providers send browsers back to addresses alone that were registered with them: to ours, which knows by `state`
    where to go on.
    """
    endpoint = provider().configuration().get("end_session_endpoint")
    if not isinstance(endpoint, str):
        return None
    back = {"post_logout_redirect_uri": base_url + LOGOUT, "state": return_to}
    asked = {"client_id": settings().chat_client_id} | back
    asked |= {"id_token_hint": id_token} if id_token and len(id_token) <= MAX_HINT else {}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def provider() -> OpenIdProvider:
    if settings().chat_issuer == "-":
        raise NotFoundError("This deployment's chat has no OpenID Connect provider.")
    return open_id_provider(settings().chat_issuer)


def _redeemed(code: str, sign_in: SignIn, base_url: str) -> str:
    import requests
    from authlib.integrations.base_client import OAuthError

    endpoint = provider().endpoint("token_endpoint")
    try:
        with _client(base_url) as client:
            answer = client.fetch_token(
                endpoint, code=code, code_verifier=sign_in.verifier, timeout=SECONDS, allow_redirects=False
            )
    except OAuthError:
        raise SignInFailedError("The provider did not take its own code back.") from None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise TransientError(f"The provider cannot be reached ({type(error).__name__}).") from None
    except (ValueError, TypeError):
        raise SignInFailedError("The provider's answer cannot be read.") from None
    token = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(token, str):
        raise SignInFailedError("The provider gave no id token.")
    return token


def _client(base_url: str) -> Any:
    # Signing in is rare, and these take a third of a second to import.
    from authlib.integrations.requests_client import OAuth2Session

    arn = settings().chat_secret_arn
    return OAuth2Session(
        client_id=settings().chat_client_id,
        client_secret=None if arn == "-" else read_secret(arn, "client_secret"),
        token_endpoint_auth_method="none" if arn == "-" else "client_secret_basic",
        scope=SCOPE,
        redirect_uri=base_url + CALLBACK,
        code_challenge_method="S256",
    )
