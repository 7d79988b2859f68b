"""POST /chat where there is no Amazon Q Business: a chat message as a question of ours, our answer as a chat answer."""

from collections.abc import Mapping
from typing import Any

from answering.answer_sentences import sentences_of
from answering.citation_marks import numbers_in, without_marks
from docent.errors import InvalidRequestError

RESOURCE = "/chat"
MAX_QUESTION = 2000  # characters, as for POST /ask


def question_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """The body of POST /ask. Raises InvalidRequestError for what our own answers do not offer.

    A parent message is not needed: a conversation of ours has one end.
    """
    for name in ("attachments", "attribute_filter"):
        if message.get(name):
            raise _wrong(f"/{name}", "is for chat through Amazon Q Business, which this deployment has not")
    if message.get("mode", "retrieval") != "retrieval":
        raise _wrong("/mode", "must be retrieval where there is no Amazon Q Business")
    if len(message["message"]) > MAX_QUESTION:
        raise _wrong("/message", f"must have at most {MAX_QUESTION} characters where there is no Amazon Q Business")
    question = {"question": message["message"]}
    return question | ({"conversation_id": message["conversation_id"]} if "conversation_id" in message else {})


def chat_answer_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a ChatAnswer: marks become segments of the text, which is told without them."""
    text, segments = _segments(answer["answer"])
    return {
        "message": text,
        "conversation_id": answer["conversation_id"],
        "message_id": answer["turn_id"],
        "user_message_id": answer["turn_id"],
        "citations": [
            _citation(citation, number, segments.get(number, []))
            for number, citation in enumerate(answer["citations"], 1)
        ],
        "failed_attachments": [],
    }


def _segments(marked: str) -> tuple[str, dict[int, list[tuple[int, int]]]]:
    """The text without its marks, and for each number the begin and end of the sentences that name it."""
    text = ""
    segments: dict[int, list[tuple[int, int]]] = {}
    for sentence in sentences_of([marked]):
        words = without_marks(sentence)
        begin = len(text)
        text += words if text else words.lstrip()
        end = len(text.rstrip())
        for number in numbers_in(sentence) if begin < end else ():
            segments.setdefault(number, []).append((begin, end))
    return text.rstrip(), segments


def _citation(citation: Mapping[str, Any], number: int, segments: list[tuple[int, int]]) -> dict[str, Any]:
    media = {"media_url": citation["picture_url"]} if "picture_url" in citation else {}
    excerpt = citation["excerpt"]
    return {
        "number": number,
        "title": citation["file_name"],
        "document_id": citation["document_id"],
        "excerpt": excerpt,
        "segments": [{"begin": begin, "end": end, "excerpt": excerpt} | media for begin, end in segments],
    }


def _wrong(field: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field} {detail}.", ({"field": field, "detail": detail},))
