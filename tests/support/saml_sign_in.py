"""Signs in at the SAML identity provider (local/idp/saml_provider.py) as a browser does."""

import base64
import html
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from cli import identity_providers
from local.idp.saml_responses import SigningKey
from tests.support.saml import ENTITY_ID, SamlProvider
from tests.support.sign_in import home_of_its_own

_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
_ACTION = re.compile(r'action="([^"]+)"')


@dataclass
class SamlSignIn:
    """`role_arn` and `provider_arn` go into the responses. Responses can be posted to `callbacks`.

    It signs with the key of `provider` and has its entity id.
    """

    callbacks: tuple[str, ...]
    role_arn: str
    provider_arn: str
    provider: SamlProvider = field(default_factory=SamlProvider)
    url: str = ""

    def answer(self, address: str, person: str) -> tuple[str, dict[str, str]]:
        """The URL and the fields that `person`'s browser posts after it is sent to `address`."""
        page = httpx.get(f"{address}&{urlencode({'person': person})}", timeout=60).text
        action = _ACTION.search(page)
        assert action, page
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(page)}
        return html.unescape(action[1]), fields


def authn_request(identifier: str, callback: str) -> str:
    """An AuthnRequest as encoded in a URL: deflated, base64."""
    document = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0" '
        f'ID="{identifier}" AssertionConsumerServiceURL="{html.escape(callback)}"/>'
    )
    deflate = zlib.compressobj(wbits=-15)
    return base64.b64encode(deflate.compress(document.encode()) + deflate.flush()).decode()


@contextmanager
def serving(sign_in: SamlSignIn) -> Iterator[SamlSignIn]:
    with home_of_its_own() as settings:
        folder = settings.home / "idp" / "saml"
        folder.mkdir(parents=True)
        SigningKey(sign_in.provider.key, sign_in.provider.certificate).keep_in(folder)
        told = {"callbacks": sign_in.callbacks, "role_arn": sign_in.role_arn, "provider_arn": sign_in.provider_arn}
        identity_providers.configure(settings, "saml", entity_id=ENTITY_ID, **told)
        try:
            identity_providers.start(settings, "saml", print)
            sign_in.url = f"http://localhost:{settings.port + 2}/sso"
            yield sign_in
        finally:
            identity_providers.stop(settings, print)
