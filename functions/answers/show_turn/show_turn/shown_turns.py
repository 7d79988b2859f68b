"""A turn as its caller may see it now: how far its answer is, the answer, and why it is that."""

from collections.abc import Mapping
from typing import Any

from docent.conversations import Turn
from docent.document_rows import DocumentRow, file_name_of
from docent.turn_progress import DONE, FAILED, Progress, Turning


def document_ids_of(turn: Turn | None, progress: Progress | None) -> set[str]:
    """The documents whose readers decide what is shown."""
    passages = progress.told.get("why", {}).get("passages", []) if progress else []
    return {passage["document_id"] for passage in passages} | (set(turn.document_ids) if turn else set())


def to_shown(
    turning: Turning,
    turn: Turn | None,
    progress: Progress | None,
    rows: Mapping[str, DocumentRow],
    bucket: str,
    now: float,
) -> dict[str, Any]:
    """`TurnState` of openapi.yaml; `turn` is there once there is an answer, `progress` since the question was asked."""

    def is_readable(document_id: str) -> bool:
        row = rows.get(document_id)
        return row is not None and row.is_answered_from and row.may_be_read_by(turning.caller)

    shown: dict[str, Any] = {
        "turn_id": turning.turn_id,
        "conversation_id": turning.conversation_id,
        "status": _status(turn, progress, now),
        "text": "",
        "withheld": False,
    }
    if turn is None:
        sentences = progress.sentences if progress else ()
        problem = {"problem": progress.problem} if progress and progress.problem else {}
        return shown | {"text": " ".join(sentences)} | problem
    if not all(is_readable(each) for each in turn.document_ids):
        return shown | {"withheld": True}
    citations = [citation.to_shown(bucket) for citation in turn.citations]
    shown |= {"text": turn.answer, "citations": citations}
    told = dict(progress.told) if progress else {}
    why = told.pop("why", None)
    if why:
        readable = [passage for passage in why["passages"] if is_readable(passage["document_id"])]
        shown["why"] = {"passages": [_passage(each) for each in readable], "withheld": why["withheld"]}
    return shown | told


def _status(turn: Turn | None, progress: Progress | None, now: float) -> str:
    if progress is None:
        return DONE
    if turn and progress.status not in (DONE, "STOPPED"):
        return DONE
    return FAILED if progress.was_lost(now) else progress.status


def _passage(passage: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in passage.items() if name != "key"}
    return rest | {"file_name": file_name_of(passage["key"])}
