"""Lists of items: all of a task for those who review it, and the own ones for those who annotate."""

from itertools import islice
from typing import Any

from docent.callers import Caller
from labeling.answers import answers_of, find_answer
from labeling.items import Item, all_items, read_label_item
from labeling.task_rows import TaskRow


def page_of_items(table: str, row: TaskRow, caller: Caller, after: int, most: int) -> list[dict[str, Any]]:
    """A reviewer who also annotates sees no numbers of what they have not submitted yet."""
    shown: list[dict[str, Any]] = []
    for item in islice(all_items(table, row.task_id, after), most):
        own = find_answer(table, row.task_id, item.number, caller.subject)
        told = _item(item) | ({"answer_status": own.status} if own else {})
        if not (own and own.is_draft):
            told["submitted"] = len(item.answered_by())
            if "agreement" in item.values:
                told["agreement"] = float(item.values["agreement"])
        shown.append(told)
    return shown


def own_items(table: str, row: TaskRow, caller: Caller, after: int, most: int) -> list[dict[str, Any]]:
    answers = (answer for answer in answers_of(table, row.task_id, caller.subject) if answer.number > after)
    return [
        _item(read_label_item(table, row.task_id, answer.number)) | {"answer_status": answer.status}
        for answer in islice(answers, most)
    ]


def _item(item: Item) -> dict[str, Any]:
    failure = {"failure": item.values["failure"]} if "failure" in item.values else {}
    return {"number": item.number, "status": item.status, "source": item.source, **failure}
