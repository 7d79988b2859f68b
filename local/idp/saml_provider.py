"""A SAML identity provider on loopback. Users choose who they are; there is no password.

    python -m local.idp.saml_provider CONFIGURATION.json

The configuration, read again at every request (except port and folder):
    {"port": 0 for any, "folder": where its key is kept, "entity_id": …,
     "callbacks": the allowed assertion consumer URLs,
     "role_arn": …, "provider_arn": the role in its responses, "" if there is none}
It prints {"address": …} once it listens.

- `/metadata` is the SAML metadata for IAM.
- `/sso?SAMLRequest=…&RelayState=…` (HTTP-Redirect) lists the people. With `&person=mary`, Mary signs in:
  a form posts the response to the assertion consumer by itself.
There is no session: each request asks again, so there is no sign-out.
"""

import base64
import binascii
import json
import secrets
import sys
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from local.callers import is_for_loopback
from local.idp.people import PEOPLE
from local.idp.saml_responses import NAMES, SigningKey, Statement, encoded, metadata, with_signed_assertion

FRAME = (Path(__file__).parent / "page.html").read_text()
AUTHN_REQUEST = f"{{{NAMES['samlp']}}}AuthnRequest"
MOST_BYTES = 100_000  # of a request, inflated


@dataclass(frozen=True, slots=True)
class Reply:
    body: str
    status: int = 200
    type: str = "text/html; charset=utf-8"
    script: str = ""  # the nonce of the page's script


class SamlProvider:
    def __init__(self, configuration: Path, address: str, key: SigningKey) -> None:
        self._configuration = configuration
        self._address = address
        self._key = key

    def reply(self, path: str, query: Mapping[str, str]) -> Reply:
        given = json.loads(self._configuration.read_text())
        match path:
            case "/metadata":
                document = metadata(given["entity_id"], f"{self._address}/sso", self._key.certificate)
                return Reply(document, type="application/samlmetadata+xml")
            case "/sso":
                return self._sso(given, query)
            case _:
                return _refusal("There is nothing here", "The addresses are /metadata and /sso.", 404)

    def _sso(self, given: dict[str, Any], query: Mapping[str, str]) -> Reply:
        request = _request_in(query.get("SAMLRequest", ""))
        if request is None:
            return _refusal("That did not work", "The address has no SAMLRequest that can be read.")
        callback = request.get("AssertionConsumerServiceURL") or next(iter(given["callbacks"]), "")
        if callback not in given["callbacks"]:
            return _refusal("That did not work", "The request names an address that is not allowed.")
        if not given["role_arn"]:
            return _refusal("Not yet", "This provider has not been told which role people assume.", 503)
        person = PEOPLE.get(query.get("person", ""))
        if person is None:
            return Reply(_page("Who are you?", _choice(query)))
        response = Statement(
            person=person,
            issuer=given["entity_id"],
            role_arn=given["role_arn"],
            provider_arn=given["provider_arn"],
            in_response_to=request.get("ID"),
            destination=callback,
        ).response()
        fields = {"SAMLResponse": encoded(with_signed_assertion(response, self._key))}
        if "RelayState" in query:
            fields["RelayState"] = query["RelayState"]
        nonce = secrets.token_urlsafe(16)
        return Reply(_page("One moment", _posting(callback, fields, nonce)), script=nonce)


def _request_in(text: str) -> etree._Element | None:
    """The AuthnRequest in a URL: deflated, base64."""
    try:
        inflater = zlib.decompressobj(-15)
        document = inflater.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
        request = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (binascii.Error, ValueError, zlib.error, etree.XMLSyntaxError):
        return None
    return request if request.tag == AUTHN_REQUEST and request.get("ID") else None


def _page(title: str, content: str) -> str:
    return FRAME.replace("<!--title-->", escape(title)).replace("<!--content-->", content)


def _refusal(title: str, reason: str, status: int = 400) -> Reply:
    return Reply(_page(title, f"<p>{escape(reason)}</p>"), status)


def _choice(query: Mapping[str, str]) -> str:
    kept = _hidden({name: query[name] for name in ("SAMLRequest", "RelayState") if name in query})
    buttons = "\n".join(
        f'<button name="person" value="{escape(name)}"><b>{escape(person.name)}</b>'
        f"<small>{escape(person.email)} · {escape(person.organisation)}</small></button>"
        for name, person in PEOPLE.items()
    )
    return f'<p>No password is asked for on this machine.</p>\n<form action="/sso">{kept}\n{buttons}</form>'


def _posting(callback: str, fields: Mapping[str, str], nonce: str) -> str:
    return (
        f'<form method="post" action="{escape(callback)}">{_hidden(fields)}'
        "<noscript><button><b>Go on</b></button></noscript></form>\n"
        f'<script nonce="{nonce}">document.forms[0].submit()</script>'
    )


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())


def _handler(provider: SamlProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if is_for_loopback(self.headers):
                reply = provider.reply(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
            else:
                reply = _refusal("Not here", "The host of a request must be localhost.", 403)
            body = reply.body.encode()
            scripts = f"script-src 'nonce-{reply.script}'; " if reply.script else ""
            policy = f"default-src 'none'; {scripts}style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing, because addresses contain requests and pages contain responses."""

    return Handler


def main(configuration: Path) -> None:
    given = json.loads(configuration.read_text())
    folder = Path(given["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadingHTTPServer(("127.0.0.1", given["port"]), BaseHTTPRequestHandler) as http:
        address = f"http://localhost:{http.server_port}"
        http.RequestHandlerClass = _handler(SamlProvider(configuration, address, SigningKey.kept_in(folder)))
        sys.stdout.write(json.dumps({"address": address}) + "\n")
        sys.stdout.flush()
        http.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
