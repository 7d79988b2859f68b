"""Chat through Amazon Q Business with the caller's own identity. Called by API Gateway (openapi.yaml):

POST /chat            a message, answered by ChatSync
GET  /chat/media/…    an image that an answer cites
POST /saml/acs        a SAML response, which opens a session with the credentials that it is exchanged for
"""

import time
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from chat_sync.callers_identity import Proof, identify
from chat_sync.chat_answers import chat_answer
from chat_sync.chat_calls import call_q_business
from chat_sync.chat_requests import chat_request, media_request
from chat_sync.chat_settings import Settings, settings
from chat_sync.federated_credentials import client_for, exchanged_assertion
from docent.api import Reply, Request, serve
from docent.errors import OversizedRequestError
from docent.secrets_store import read_secret
from identity.chat_sessions import open_session, set_cookie
from identity.console_address import as_the_browser_asked
from identity.sign_ins import cookie_of

__all__ = ["Settings", "handler", "settings"]

logger = Logger()
tracer = Tracer()

MAX_MEDIA_BYTES = 4_400_000  # a function's reply has 6 MB, in Base64


def chat(request: Request[Proof]) -> Reply:
    asked = chat_request(request)
    client, exchanged = client_for(request.caller)
    answer, retried = call_q_business(client, "chat_sync", asked)
    logger.info(
        "message answered",
        request_id=request.request_id,
        exchanged=exchanged,
        retried=retried,
        citations=len(answer.get("sourceAttributions", [])),
        attachments=len(request.body.get("attachments", [])),
    )
    with single_metric("MessagesAnswered", MetricUnit.Count, 1):
        return Reply(chat_answer(answer, request.base_url))


def show_media(request: Request[Proof]) -> Reply:
    client, _ = client_for(request.caller)
    media, _ = call_q_business(client, "get_media", media_request(request))
    if len(media["mediaBytes"]) > MAX_MEDIA_BYTES:
        raise OversizedRequestError(f"The image has {len(media['mediaBytes'])} bytes.")
    return Reply(media["mediaBytes"], headers={"Content-Type": media["mediaMimeType"]})


def end_saml_sign_in(request: Request[Proof]) -> Reply:
    now = time.time()
    session, sign_in = exchanged_assertion(
        request.body["SAMLResponse"], request.caller.cookies, f"{request.base_url}/saml/acs", now
    )
    cookie = open_session(settings().sessions_table, session, read_secret(settings().session_secret_arn, "key"), now)
    logger.info("signed in", request_id=request.request_id, kind="saml")
    cookies = (cookie, set_cookie(cookie_of(sign_in.id), "", 0, "None"))
    # 303: the browser's POST ends here.
    return Reply(status=303, headers={"Location": sign_in.return_to}, cookies=cookies)


ROUTES = {
    "/chat": chat,
    "/chat/media/{conversation}/{message}/{media}": show_media,
    "/saml/acs": end_saml_sign_in,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    asked = as_the_browser_asked(event, settings().console_parameter)
    return serve(asked, ROUTES[event["resource"]], settings().allowed_origins, logger, identify=identify)
