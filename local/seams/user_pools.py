"""Cognito: sign-up, attributes that a client can write, unverified addresses, and providers' claims."""

import json
from typing import Any
from urllib.parse import quote_plus

from ministack.services import (
    cognito,
)

from local.seams.resources import add_resource_type


def add_identity_providers() -> None:
    """Add `AWS::Cognito::UserPoolIdentityProvider` through MiniStack's own API. `Ref` is the provider's name."""

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        _done(cognito._create_identity_provider(props))
        return props["ProviderName"], {}

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        identity = ("UserPoolId", "ProviderName", "ProviderType")
        if [old.get(name) for name in identity] != [new.get(name) for name in identity]:
            delete(physical_id, old)
            return create("", new, stack)
        _done(cognito._update_identity_provider(new))
        return physical_id, {}

    def delete(_physical_id: str, props: dict[str, Any]) -> None:
        cognito._delete_identity_provider(props)

    add_resource_type("AWS::Cognito::UserPoolIdentityProvider", create, delete, update)


def _done(reply: Any) -> None:
    status, _, body = reply
    if status >= 400:
        raise ValueError(json.loads(body).get("message", ""))


def keep_clients_to_what_they_may_write() -> None:
    """UpdateUserAttributes refuses attributes that the token's client is not allowed to write; MiniStack allows all."""
    of_ministack = cognito._update_user_attributes

    def update_user_attributes(request: dict[str, Any]) -> Any:
        client_id = cognito._token_claims(request.get("AccessToken")).get("client_id", "")
        client = cognito._find_pool_by_client_id(client_id)[2] or {}
        names = {attribute["Name"] for attribute in request.get("UserAttributes", [])}
        if client.get("WriteAttributes") and names - set(client["WriteAttributes"]):
            message = "A client attempted to write unauthorized attribute"
            return cognito.error_response_json("NotAuthorizedException", message, 400)
        return of_ministack(request)

    cognito._update_user_attributes = update_user_attributes


def let_administrators_alone_create_users() -> None:
    """SignUp is refused if the pool has AllowAdminCreateUserOnly, which MiniStack ignores."""
    of_ministack = cognito._sign_up

    def sign_up(request: dict[str, Any]) -> Any:
        pool = cognito._find_pool_by_client_id(request.get("ClientId", ""))[1] or {}
        if str((pool.get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly")).lower() == "true":
            message = "SignUp is not permitted for this user pool"
            return cognito.error_response_json("NotAuthorizedException", message, 400)
        return of_ministack(request)

    cognito._sign_up = sign_up


def say_which_addresses_are_verified() -> None:
    """`email_verified` is false in id tokens unless it was set; MiniStack treats such addresses as verified."""
    of_ministack = cognito._fake_token

    def token(*request: Any, user_attrs: dict[str, str] | None = None, **more: Any) -> str:
        if user_attrs and "email" in user_attrs:
            user_attrs = {"email_verified": "false"} | user_attrs
        return of_ministack(*request, user_attrs=user_attrs, **more)

    cognito._fake_token = token


def serve_sign_in_pages(url: str) -> None:
    """Providers redirect users to this machine, which serves every pool's sign-in page, instead of to AWS."""

    def pool_domain_base_url(_pool: dict[str, Any]) -> str:
        return url

    cognito._pool_domain_base_url = pool_domain_base_url


def take_providers_claims_as_cognito_does() -> None:
    """A claim with several values becomes `[a,b]`, each URL-encoded; MiniStack drops it and garbles true and false.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
    """
    of_ministack = cognito._apply_inbound_federation_trigger

    def trigger(*request: Any) -> Any:
        mapped, claims = of_ministack(*request), request[-1].get("idToken")
        if claims and not mapped:
            claims.update({name: _as_attribute(value) for name, value in claims.items()})
        return mapped

    cognito._apply_inbound_federation_trigger = trigger


def _as_attribute(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(quote_plus(str(each), safe="*") for each in value) + "]"
    return value
