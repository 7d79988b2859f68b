"""Questions that were asked in conversations, with the answers that were given, for a person to correct."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from answering.text_languages import WITHHELD
from cli.evaluation.similarity import without_marks
from cli.session import ApiError

PAGE = 100


def questions_asked(api: Callable[..., dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records that `docent evaluate` reads, the newest conversation first. Turns that are withheld are left out.

    An answer with the feedback that it was not helpful leaves its question without an expected answer or page.
    """
    query: dict[str, Any] = {"limit": PAGE}
    while True:
        page = api("GET", "/conversations", query=query)
        for conversation in page["conversations"]:
            for place, turn in enumerate(_turns(api, conversation["conversation_id"])):
                if not turn["withheld"] and turn["question"] not in WITHHELD.values():
                    yield _record(turn, follow_up=place > 0)
        if "next" not in page:
            return
        query["next"] = page["next"]


def _turns(api: Callable[..., dict[str, Any]], conversation_id: str) -> list[dict[str, Any]]:
    try:
        return api("GET", f"/conversations/{conversation_id}")["turns"]
    except ApiError as error:
        if error.status == 404:  # deleted since it was listed
            return []
        raise


def _record(turn: dict[str, Any], follow_up: bool) -> dict[str, Any]:
    feedback = turn.get("feedback", {})
    record = {"question": turn["question"], "asked_at": turn["asked_at"]} | feedback
    if follow_up:
        record["follow_up"] = True
    if not feedback.get("helpful", True):  # what was answered is then not what is expected
        return record
    if not turn["citations"]:
        return record | {"answerable": False}
    places = [f"{each['file_name']}#page={each['page']}" for each in turn["citations"] if "page" in each]
    documents = [each["file_name"] for each in turn["citations"] if "page" not in each]
    sources = {"pages": list(dict.fromkeys(places))} if places else {"documents": list(dict.fromkeys(documents))}
    return record | {"answer": _bare(turn["answer"])} | sources


def _bare(answer: str) -> str:
    """Without its citations, and without the blanks before them."""
    return re.sub(r"[ \t]+([.,;:!?]|$)", r"\1", without_marks(answer), flags=re.MULTILINE).strip()
