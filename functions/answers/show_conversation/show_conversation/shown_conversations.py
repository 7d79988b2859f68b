"""A conversation as its caller may see it now."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docent.callers import Caller
from docent.conversations import Conversation, Turn
from docent.document_rows import DocumentRow


def to_shown(
    conversation: Conversation, turns: Sequence[Turn], rows: Mapping[str, DocumentRow], caller: Caller, bucket: str
) -> dict[str, Any]:
    """As the contract has it; `bucket` is where the cited images lie."""
    return {
        "conversation_id": conversation.conversation_id,
        "title": conversation.title,
        "turns": [_shown(turn, rows, caller, bucket) for turn in turns],
    }


def _shown(turn: Turn, rows: Mapping[str, DocumentRow], caller: Caller, bucket: str) -> dict[str, Any]:
    moment = datetime.fromtimestamp(turn.asked_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown: dict[str, Any] = {
        "turn_id": turn.turn_id,
        "question": turn.question,
        "asked_at": moment,
        "withheld": False,
    } | ({"feedback": turn.feedback.to_json()} if turn.feedback else {})
    for document_id in turn.document_ids:
        row = rows.get(document_id)
        if row is None or not row.is_answered_from or not row.may_be_read_by(caller):
            return shown | {"withheld": True}
    return shown | {"answer": turn.answer, "citations": [citation.to_shown(bucket) for citation in turn.citations]}
