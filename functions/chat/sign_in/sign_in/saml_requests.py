"""What a browser is sent to a SAML identity provider with: an AuthnRequest in the address."""

from docent.errors import NotFoundError
from identity.saml_providers import AUDIENCE, saml_provider
from identity.sign_ins import SignIn

from .sign_in_settings import settings

CONSUMER = "/saml/acs"


def request_url(sign_in: SignIn, base_url: str) -> str:
    if settings().saml_provider_arn == "-":
        raise NotFoundError("This deployment's chat has no SAML provider.")
    # Signing in is rare, and lxml takes long to import.
    from minisaml.request import get_request_redirect_url

    return get_request_redirect_url(
        saml_endpoint=saml_provider(settings().saml_provider_arn).sign_in_url,
        expected_audience=AUDIENCE,
        acs_url=base_url + CONSUMER,
        request_id=sign_in.id,
    )
