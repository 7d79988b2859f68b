"""Our API's requests as those of Q Business."""

import base64
import binascii
from typing import Any

from docent.api import Request
from docent.errors import InvalidRequestError

from .attribute_filters import read_filter
from .callers_identity import Proof
from .chat_settings import settings

MODES = {"retrieval": "RETRIEVAL_MODE", "creator": "CREATOR_MODE"}


def chat_request(request: Request[Proof]) -> dict[str, Any]:
    """A ChatSync request. Its clientToken is the request's id: a try of the same one is the same message."""
    body = request.body
    asked: dict[str, Any] = {
        "applicationId": settings().application_id,
        "userMessage": body["message"].strip(),
        "chatMode": MODES[body.get("mode", "retrieval")],
        "clientToken": request.request_id,
    }
    for name, theirs in (("conversation_id", "conversationId"), ("parent_message_id", "parentMessageId")):
        if name in body:
            asked[theirs] = body[name]
    if "parent_message_id" in body and "conversation_id" not in body:
        raise _wrong("/parent_message_id", "belongs to a conversation_id")
    if body.get("attachments"):
        asked["attachments"] = [_attachment(each, number) for number, each in enumerate(body["attachments"])]
    if body.get("attribute_filter"):
        asked["attributeFilter"] = read_filter(body["attribute_filter"])
    return asked


def media_request(request: Request[Proof]) -> dict[str, Any]:
    path = request.path
    return {
        "applicationId": settings().application_id,
        "conversationId": path["conversation"],
        "messageId": path["message"],
        "mediaId": path["media"],
    }


def _attachment(given: dict[str, Any], number: int) -> dict[str, Any]:
    try:
        data = base64.b64decode(given["data"], validate=True)
    except (binascii.Error, ValueError):
        raise _wrong(f"/attachments/{number}/data", "must be Base64") from None
    return {"name": given["name"], "data": data}


def _wrong(field: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field} {detail}.", ({"field": field, "detail": detail},))
