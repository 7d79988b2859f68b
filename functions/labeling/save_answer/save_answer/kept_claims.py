"""A claim lasts as long as its holder saves."""

from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from labeling.answers import answer_id_of
from labeling.items import change_item, read_label_item
from labeling.task_rows import TaskRow

# A claim is not prolonged by every save: that would be a write of the item each time.
NOT_BEFORE = 60


def keep_claim(table: str, row: TaskRow, number: int, caller: Caller, now: float) -> dict[str, Any]:
    """A `LabelClaimState`. One that ran out is taken again if there is a place."""
    seconds = row.options["claim_seconds"]
    item = read_label_item(table, row.task_id, number)
    until = item.holders.get(caller.subject, {}).get("until", 0)
    if not item.is_claimed_by(caller.subject, now) or until - now < seconds - min(NOT_BEFORE, seconds / 2):
        answer_id = answer_id_of(row.task_id, number, caller.subject)
        item = change_item(
            table,
            row.task_id,
            number,
            lambda item: item.claimed(caller.subject, caller.user, answer_id, now, seconds),
        )
    if item is None:
        return {"held": False}
    return {"held": True, "until": now_text(item.holders[caller.subject]["until"])}
