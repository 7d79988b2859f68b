"""The SAML identity provider at an address: takes an AuthnRequest by redirect, answers with a form that posts itself.

`/sso?SAMLRequest=…&RelayState=…` lists the people; with `&person=mary` it is Mary who signs in.
"""

import base64
import html
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from lxml import etree

from tests.support.federated_people import PEOPLE
from tests.support.saml import SamlProvider, encoded

_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
_ACTION = re.compile(r'action="([^"]+)"')


@dataclass
class SamlSignIn:
    """`role_arn` and `provider_arn` go into the responses; `callbacks` are where responses may be posted."""

    callbacks: tuple[str, ...]
    role_arn: str
    provider_arn: str
    provider: SamlProvider = field(default_factory=SamlProvider)
    url: str = ""

    def answer(self, address: str, person: str) -> tuple[str, dict[str, str]]:
        """Where the browser of `person` posts which fields, once sent to `address`."""
        page = httpx.get(f"{address}&{urlencode({'person': person})}").text
        action = _ACTION.search(page)
        assert action, page
        fields = {name: html.unescape(value) for name, value in _FIELD.findall(page)}
        return html.unescape(action[1]), fields

    def page(self, query: dict[str, list[str]]) -> tuple[int, str]:
        try:
            inflated = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15)
            request = etree.fromstring(inflated)
        except (KeyError, ValueError, zlib.error, etree.XMLSyntaxError):
            return 400, "No SAMLRequest that can be read."
        callback = request.get("AssertionConsumerServiceURL") or self.callbacks[0]
        if callback not in self.callbacks:
            return 400, "The request names a place that nobody has agreed to."
        person = query.get("person", [""])[0]
        if person not in PEOPLE:
            asked = {name: values[0] for name, values in query.items() if name != "person"}
            links = (f'<a href="?{html.escape(urlencode(asked | {"person": name}))}">{name}</a>' for name in PEOPLE)
            return 200, " ".join(links)
        response = self.provider.response(
            PEOPLE[person],
            self.role_arn,
            self.provider_arn,
            in_response_to=request.get("ID"),
            destination=callback,
        )
        fields = {"SAMLResponse": encoded(response), "RelayState": query.get("RelayState", [""])[0]}
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
        )
        form = f'<form method="post" action="{html.escape(callback)}">{inputs}</form>'
        return 200, f'<body onload="document.forms[0].submit()">{form}</body>'


def authn_request(identifier: str, callback: str) -> str:
    """An AuthnRequest as it stands in an address: deflated, base64."""
    document = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0" '
        f'ID="{identifier}" AssertionConsumerServiceURL="{html.escape(callback)}"/>'
    )
    deflate = zlib.compressobj(wbits=-15)
    return base64.b64encode(deflate.compress(document.encode()) + deflate.flush()).decode()


@contextmanager
def serving(sign_in: SamlSignIn) -> Iterator[SamlSignIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            status, page = sign_in.page(parse_qs(parts.query)) if parts.path == "/sso" else (404, "")
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page.encode())))
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        sign_in.url = f"http://localhost:{http.server_port}/sso"
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield sign_in
        finally:
            http.shutdown()
            thread.join()
