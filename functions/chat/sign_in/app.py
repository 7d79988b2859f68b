"""Sign in to chat by browser, and out again. Called by API Gateway (openapi.yaml):

GET /oidc/login, /saml/login      off to the identity provider
GET /oidc/callback                back from it, with a session (a SAML response goes to chat_sync)
GET /oidc/logout, /saml/logout    the session ends, with OpenID Connect the provider's too
"""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.secrets_store import read_secret
from identity.chat_sessions import SESSION, Session, end_session, open_session, read_cookies, set_cookie
from identity.console_address import as_the_browser_asked, origins_of
from identity.sign_ins import COOKIE, KEEP_SECONDS, MOST_COOKIES, SignIn, begin, cookie_of, take
from sign_in.open_id_flow import authorization_url, end_session_url, id_token_of
from sign_in.return_addresses import checked_return
from sign_in.saml_requests import request_url
from sign_in.sign_in_settings import Settings, settings

__all__ = ["Settings", "handler", "settings"]

logger = Logger()
tracer = Tracer()

# A request's cookies are all that is known of its browser.
type Cookies = Mapping[str, Any]


def begin_sign_in(kind: str, request: Request[Cookies]) -> Reply:
    sign_in = SignIn.new(kind, return_to(request))
    address = request_url(sign_in, request.base_url) if kind == "saml" else authorization_url(sign_in, request.base_url)
    begin(settings().sign_ins_table, sign_in, time.time())
    # A SAML provider has its own page post the answer, with which browsers send no Lax cookie.
    cookie = set_cookie(cookie_of(sign_in.id), sign_in.browser, KEEP_SECONDS, "None" if kind == "saml" else "Lax")
    begun = [name for name in read_cookies(request.caller) if name.startswith(COOKIE)]
    forgotten = (set_cookie(name, "", 0) for name in begun[: -MOST_COOKIES + 1])  # browsers send the oldest first
    return Reply(status=302, headers={"Location": address}, cookies=(cookie, *forgotten))


def end_oidc_sign_in(request: Request[Cookies]) -> Reply:
    now = time.time()
    state = request.query.get("state", "")
    browser = read_cookies(request.caller).get(cookie_of(state), "")
    sign_in = take(settings().sign_ins_table, "oidc", state, browser, now)
    token, expires_at = id_token_of(sign_in, request.query, request.base_url)
    cookie = open_session(settings().sessions_table, Session(expires_at, id_token=token), session_secret(), now)
    logger.info("signed in", request_id=request.request_id, kind="oidc")
    cookies = (cookie, set_cookie(cookie_of(state), "", 0))
    return Reply(status=302, headers={"Location": sign_in.return_to}, cookies=cookies)


def end_oidc_session(request: Request[Cookies]) -> Reply:
    """The provider sends browsers back here too, with what it was given as `state`: where they wanted to go."""
    if "state" in request.query:
        return Reply(status=302, headers={"Location": checked(request, request.query["state"])})
    wanted = return_to(request)
    session = ended_session(request)
    address = end_session_url(session.id_token if session else None, wanted, request.base_url) or wanted
    return Reply(status=302, headers={"Location": address}, cookies=(set_cookie(SESSION, "", 0),))


def end_saml_session(request: Request[Cookies]) -> Reply:
    wanted = return_to(request)
    ended_session(request)
    return Reply(status=302, headers={"Location": wanted}, cookies=(set_cookie(SESSION, "", 0),))


def ended_session(request: Request[Cookies]) -> Session | None:
    return end_session(request.caller, settings().sessions_table, session_secret(), time.time())


def return_to(request: Request[Cookies]) -> str:
    return checked(request, request.query.get("return_to"))


def checked(request: Request[Cookies], address: str | None) -> str:
    mine = settings()
    return checked_return(address, origins_of(request.caller, mine.allowed_origins, mine.console_parameter))


def session_secret() -> str:
    return read_secret(settings().session_secret_arn, "key")


ROUTES = {
    "/oidc/login": partial(begin_sign_in, "oidc"),
    "/oidc/callback": end_oidc_sign_in,
    "/oidc/logout": end_oidc_session,
    "/saml/login": partial(begin_sign_in, "saml"),
    "/saml/logout": end_saml_session,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    route = ROUTES[event["resource"]]
    asked = as_the_browser_asked(event, settings().console_parameter)
    return serve(asked, route, settings().allowed_origins, logger, identify=lambda event, _: event)
