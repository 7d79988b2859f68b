"""A reviewer's decision on an answer: it is accepted, or it is a draft of its author again."""

from docent.callers import Caller
from docent.clock import now_text
from docent.errors import InvalidRequestError, NotFoundError
from docent.errors.labeling import LabelChangedError
from labeling.decisions import decide
from labeling.items import read_label_item
from labeling.shown_items import answers_to
from labeling.task_rows import TaskRow

# Somebody can decide on another answer of the same person or item at the same moment.
ATTEMPTS = 5


def review(
    table: str, row: TaskRow, number: int, caller: Caller, answer_id: str, accepted: bool, note: str, now: float
) -> None:
    """The same decision again changes nothing. Raises NotFoundError, LabelChangedError if the answer changed."""
    first = ""
    for _ in range(ATTEMPTS):
        item = read_label_item(table, row.task_id, number)
        answer = next((each for each in answers_to(table, item) if each.answer_id == answer_id), None)
        if answer is None:
            raise NotFoundError(f"Item {number} has no such answer.")
        if answer.subject == caller.subject:
            detail = {"field": "/answer_id", "detail": "is the id of your own answer"}
            raise InvalidRequestError("Your own answer is reviewed by somebody else.", (detail,))
        if accepted and answer.status == "ACCEPTED":
            return
        first = first or answer.status
        if answer.status != first:
            break
        told: dict[str, str | int] = {"reviewed_at": now_text(now), "reviewer": caller.user, "note": note}
        if not accepted:
            told["rejections"] = int(answer.values.get("rejections", 0)) + 1
        decided = item.reviewed(answer.subject, accepted)
        if decide(table, decided, None, answer, "ACCEPTED" if accepted else "DRAFT", told):
            return
    raise LabelChangedError(f"The answers for item {number} have changed.")
