"""A page of conversations, as the contract has it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docent.api import decode_next, encode_next
from docent.conversations import Conversation
from docent.errors import InvalidRequestError


def place_of(next_page: str | None) -> str | None:
    """The id that the page before ended with. Raises InvalidRequestError for what no page gave."""
    if next_page is None:
        return None
    place = decode_next(next_page)
    if not isinstance(place, str) or not re.fullmatch(r"[0-9a-f]{32}", place):
        raise InvalidRequestError("`next` is not usable.", ({"field": "/query/next", "detail": "is no page's"},))
    return place


def to_page(conversations: Sequence[Conversation], place: str | None) -> dict[str, Any]:
    listed = [
        {
            "conversation_id": conversation.conversation_id,
            "title": conversation.title,
            "started_at": iso(conversation.started_at),
            "updated_at": iso(conversation.updated_at),
        }
        for conversation in conversations
    ]
    return {"conversations": listed} | ({"next": encode_next(place)} if place else {})


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
