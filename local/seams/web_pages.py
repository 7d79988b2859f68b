"""What a web page can call: the API, its distribution, the sign-in pages, and buckets as far as their CORS rules go."""

import re
from typing import Any
from urllib.parse import parse_qs

from ministack import app
from ministack.core.router import detect_service, extract_access_key_id
from ministack.services import s3

_API = "/_aws/execute-api/"
_SAML_ANSWER = "/api/saml/acs"
# Where a distribution has the parts of a built page.
_PARTS = "/assets/"
_SIGN_IN = re.compile(
    r"/(login|logout|oauth2/(authorize|login|token|user[Ii]nfo|idpresponse)|saml2/idpresponse"
    r"|[^/]+/\.well-known/(jwks\.json|openid-configuration))"
)


def page_reaches(scope: dict[str, Any]) -> bool:
    """Whether this request of a page is for it to make. Who may see the answer is left to the API's and bucket's CORS.

    Everybody knows this machine's credentials. So a page's signature counts only where the bucket lets the page's
    origin in, or nothing can be changed and the page does not see the answer, as with an image.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    path = scope["path"]
    if app._parse_cloudfront_dataplane_host(headers.get("host", "")):
        # A distribution's own page reaches it. Other pages can show what it serves, and learn and change nothing; they
        # may load the parts of its page, which are the same for everybody, and the one of a SAML provider posts its
        # answer.
        if path == _SAML_ANSWER and scope["type"] == "http":
            return not extract_access_key_id(headers, query)
        reads = scope.get("method", "GET") in ("GET", "HEAD")
        if reads and scope["type"] == "http" and path.startswith(_PARTS):
            return True
        own = headers.get("origin", None if reads else "null")
        return own == f"http://{headers['host']}" or (own is None and scope["type"] != "websocket")
    if path.startswith(_API):
        return not extract_access_key_id(headers, query)
    if scope["type"] == "websocket":
        return False
    if _SIGN_IN.fullmatch(path) and not extract_access_key_id(headers, query):
        return True
    return _bucket_reached(scope["method"], path, headers, query)


def _bucket_reached(method: str, path: str, headers: dict[str, str], query: dict[str, list[str]]) -> bool:
    target = app._s3_cors_target(headers.get("host", ""), path)
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")  # can name another service
    if target is None or form or detect_service(method, path, headers, query) != "s3":
        return False
    if "origin" not in headers:
        return method in ("GET", "HEAD")
    if method == "OPTIONS":
        return s3.cors_preflight(*target, headers)[0] == 200
    return bool(s3.cors_response_headers(target[0], method, headers))
