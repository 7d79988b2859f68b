"""The write that submits an answer, and what becomes of its item."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from docent.clock import now_text
from docent.documents import ObjectPointer
from docent.errors import TransientError
from docent.errors.labeling import ClaimLostError, LabelChangedError
from docent.objects import read_json
from labeling.agreement import agreement_of
from labeling.answers import Answer, own_answer
from labeling.choices import choice_agreement
from labeling.decisions import decide
from labeling.items import Item, read_label_item
from labeling.shown_items import answers_to
from labeling.task_rows import TaskRow

ATTEMPTS = 5


def submit(
    bucket: str,
    table: str,
    row: TaskRow,
    answer: Answer,
    label: Mapping[str, Any],
    known: Mapping[str, int],
    now: float,
) -> str:
    """The status of the item then. Raises ClaimLostError, LabelChangedError."""
    for _ in range(ATTEMPTS):
        item = read_label_item(table, row.task_id, answer.number)
        # A claim that has just run out is as good as one that has not, while there is a place.
        claimed = item.claimed(answer.subject, answer.user, answer.answer_id, now, 1)
        if claimed is None:
            raise ClaimLostError(f"Item {answer.number} got all its answers of others.")
        submitted = claimed.submitted(answer.subject)
        others = [_label(bucket, each) for each in answers_to(table, item)]
        agreement = _agreement(row, item, [*others, label]) if others else None
        decided = decided_item(row, submitted, agreement)
        told = {"submitted_at": now_text(now), **known}
        if decide(table, decided, agreement, answer, "SUBMITTED", told):
            return decided.status
        now_saved = own_answer(table, row.task_id, answer.number, answer.subject)
        if (now_saved.status, now_saved.version) != (answer.status, answer.version):
            raise LabelChangedError(f"Version {now_saved.version} of your answer for item {answer.number} is saved.")
    raise TransientError(f"Others submitted answers for item {answer.number} at the same time.")


def decided_item(row: TaskRow, item: Item, agreement: float | None) -> Item:
    """Done, to be reviewed, or to be answered by one more person, once all answers are there."""
    options, answers = row.options, len(item.answered_by())
    if answers < item.needed:
        return item
    is_doubtful = agreement is not None and agreement < options["threshold"]
    if is_doubtful and answers < options["answers"] + options["extra_answers"]:
        return replace(item, needed=item.needed + 1)
    is_reviewed = options["review"] == "all" or (is_doubtful and options["review"] == "doubtful")
    return replace(item, status="REVIEW" if is_reviewed else "DONE")


def _agreement(row: TaskRow, item: Item, labels: list[Any]) -> float:
    if item.duration_us is None:
        return choice_agreement(labels, row.schema)
    return agreement_of(labels, item.duration_us)


def _label(bucket: str, answer: Answer) -> Any:
    return read_json(ObjectPointer(bucket, answer.label_key))["label"]
