"""An approved answer as an entry of the index: the question's words first, as questions are what it is searched by."""

from collections.abc import Mapping
from typing import Any

from docent.answer_library import APPROVED_ANSWER, CATEGORY, LibraryAnswer, entry_id

MAX_TITLE = 1024


def entry_of(answer: LibraryAnswer) -> dict[str, Any]:
    question = answer.question
    words = [question.parent, question.text, *answer.values, answer.completion]
    attributes = {CATEGORY: APPROVED_ANSWER, "docent_key": question.digest}
    return {
        "Id": answer.entry_id,
        "Title": question.text[:MAX_TITLE],
        "Blob": "\n\n".join(part for part in words if part).encode(),
        "ContentType": "PLAIN_TEXT",
        "AccessControlList": answer.readers.to_access_list(),
        "Attributes": [{"Key": key, "Value": {"StringValue": value}} for key, value in attributes.items()],
    }


def earlier_entry(change: Mapping[str, Any]) -> str:
    """The entry of the answer before a change; empty if there was none."""
    before = change.get("OldImage")
    return entry_id(before["answer_id"]["S"], int(before["version"]["N"])) if before else ""
