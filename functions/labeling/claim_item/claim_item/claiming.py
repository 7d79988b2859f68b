"""Which item a person gets: one that they have begun, else the first that needs an answer of somebody."""

from docent.callers import Caller
from docent.clock import now_text
from docent.errors import NotFoundError
from docent.errors.labeling import AnswerSubmittedError, ClaimLostError, NothingToLabelError
from labeling.answers import answer_id_of, answers_of, begin_answer
from labeling.items import Item, change_item, items_with, read_label_item
from labeling.task_rows import TaskRow


def claim_number(table: str, row: TaskRow, number: int, caller: Caller, now: float) -> Item:
    """Raises NotFoundError, AnswerSubmittedError for one who has answered, ClaimLostError where no place is left."""
    item = read_label_item(table, row.task_id, number)
    if item.has_answer_of(caller.subject):
        raise AnswerSubmittedError(f"Your answer for item {number} was submitted.")
    claimed = _claim(table, row, number, caller, now)
    if claimed is None:
        raise ClaimLostError(f"Item {number} needs no further answer now.")
    return claimed


def claim_some(table: str, row: TaskRow, caller: Caller, now: float) -> Item:
    """Raises NothingToLabelError."""
    begun = [answer for answer in answers_of(table, row.task_id, caller.subject) if answer.is_draft]
    begun.sort(key=lambda answer: answer.values.get("saved_at", answer.values["begun_at"]), reverse=True)
    for answer in begun:
        if claimed := _claim(table, row, answer.number, caller, now):
            return claimed
    for candidate in items_with(table, row.task_id, "OPEN"):
        answer_id = answer_id_of(row.task_id, candidate.number, caller.subject)
        # The index may be a moment behind, so the item itself decides.
        if candidate.claimed(caller.subject, caller.user, answer_id, now, 0) and (
            claimed := _claim(table, row, candidate.number, caller, now)
        ):
            return claimed
    raise NothingToLabelError(f"No item of {row.name} needs an answer of yours now.")


def _claim(table: str, row: TaskRow, number: int, caller: Caller, now: float) -> Item | None:
    answer_id = answer_id_of(row.task_id, number, caller.subject)
    seconds = row.options["claim_seconds"]
    try:
        claimed = change_item(
            table,
            row.task_id,
            number,
            lambda item: item.claimed(caller.subject, caller.user, answer_id, now, seconds),
        )
    except NotFoundError:
        return None
    if claimed:
        begin_answer(table, row.task_id, number, caller, now_text(now))
    return claimed
