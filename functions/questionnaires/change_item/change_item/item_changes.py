"""What one request changes of an item: pure, from the item as it was to the item as it will be.

An edit replaces the answer and takes an approval back. Nobody approves an answer that they wrote, or a part of which
they wrote: its writers are all who changed it since somebody, or the model, wrote the whole of it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from docent.answer_library import iso
from docent.callers import Caller
from docent.errors import InvalidRequestError
from docent.errors.documents import NotTheirsError
from docent.errors.questionnaires import NothingToApproveError, OwnAnswerError
from docent.names import unseen_in, user_name
from docent.questionnaire_items import Item
from docent.questionnaires import Answer

from .answer_types import check_type

# With 1,000 characters each, they leave room for the answer in an item of 400 KB.
MAX_COMMENTS = 50


@dataclass(slots=True)
class ItemChange:
    """`values` are the row's attributes that get a new value; None removes one. `told` is what the log says of it,
    `{field: [before, after]}`. `answer` is the answer after the change."""

    item: Item
    answer: Answer | None
    values: dict[str, Any] = field(default_factory=dict)
    told: dict[str, list[Any]] = field(default_factory=dict)
    is_edited: bool = False
    is_approved: bool = False
    is_withdrawn: bool = False

    def note(self, name: str, before: Any, after: Any) -> None:
        self.told[name] = [before, after]


def change_of(item: Item, wanted: Mapping[str, Any], caller: Caller, moment: datetime, *, owns: bool) -> ItemChange:
    """`wanted` is a `ChangedItem` of openapi.yaml; `owns` says whether the caller owns the questionnaire.

    Raises InvalidRequestError, NotTheirsError, OwnAnswerError or NothingToApproveError.
    """
    change = ItemChange(item, item.answer)
    _edit(change, wanted, caller)
    _assign(change, wanted, owns)
    _comment(change, wanted, caller, moment)
    review = wanted.get("review")
    if review == "approved":
        _approve(change, caller, moment)
    elif review == "open" and item.review == "approved" and not change.is_edited:
        _reopen(change)
    return change


def _edit(change: ItemChange, wanted: Mapping[str, Any], caller: Caller) -> None:
    item, before = change.item, change.item.answer or Answer("pending")
    completion = wanted.get("completion", before.completion)
    values = tuple(wanted.get("values", before.values))
    if (completion, values) == (before.completion, before.values):
        return
    status = "answered" if completion.strip() or values else "unanswered"
    # What the model thought of its own answer says nothing about this one. What it cited still decides who can read it.
    answer = replace(
        before, status=status, completion=completion, values=values, confidence="none", reasons=(), answer_id=""
    )
    check_type(answer, item.question.answer)
    is_whole = (completion != before.completion or not completion) and (values != before.values or not values)
    writers = {caller.subject, caller.user} | (set() if is_whole else item.writers)
    change.answer, change.is_edited, change.is_withdrawn = answer, True, item.review == "approved"
    change.values |= {
        "answer": json.dumps(answer.to_json(), ensure_ascii=False),
        "status": status,
        "confidence": "none",
        "needs_review": False,
        "written_by": caller.subject,
        "edited_by": caller.user,
        "writers": frozenset(writers),
        "review": "edited",
        "approved_by": None,
        "approved_at": None,
    }
    if completion != before.completion:
        change.note("completion", before.completion, completion)
    if values != before.values:
        change.note("values", list(before.values), list(values))
    if item.review != "edited":
        change.note("review", item.review, "edited")


def _assign(change: ItemChange, wanted: Mapping[str, Any], owns: bool) -> None:
    assignee, before = user_name(wanted.get("assignee", change.item.assignee)), change.item.assignee
    if assignee == before:
        return
    if not owns:
        raise NotTheirsError("Only the owner of a questionnaire can assign its questions: it lets somebody read them.")
    if unseen := unseen_in(assignee):
        raise _wrong("/assignee", f"holds {unseen}, which cannot be seen")
    change.values["assignee"] = assignee or None
    change.note("assignee", before, assignee)


def _comment(change: ItemChange, wanted: Mapping[str, Any], caller: Caller, moment: datetime) -> None:
    if not (text := wanted.get("comment", "").strip()):
        return
    comments = change.item.comments
    if len(comments) >= MAX_COMMENTS:
        raise _wrong("/comment", f"is one more than the {MAX_COMMENTS} that a question can have")
    comments.append({"by": caller.user, "at": iso(moment), "text": text})
    change.values["comments"] = json.dumps(comments, ensure_ascii=False)
    change.note("comment", "", text)


def _approve(change: ItemChange, caller: Caller, moment: datetime) -> None:
    item, answer = change.item, change.answer
    writers = change.values.get("writers", item.writers)
    if writers & {caller.subject, caller.user}:
        raise OwnAnswerError("You wrote this answer, or a part of it.")
    if answer is None or not _is_given(answer, item.question.answer.kind):
        raise NothingToApproveError("The question has no answer.")
    check_type(answer, item.question.answer)
    change.is_approved = True
    change.values |= {
        "review": "approved",
        "approved_by": caller.user,
        "approved_at": iso(moment),
        "needs_review": False,
    }
    change.note("review", item.review, "approved")


def _is_given(answer: Answer, kind: str) -> bool:
    if answer.status in ("pending", "failed"):
        return False
    return bool(answer.completion.strip()) if kind == "text" else bool(answer.values)


def _reopen(change: ItemChange) -> None:
    review = "edited" if change.item.writers else "open"
    change.is_withdrawn = True
    change.values |= {
        "review": review,
        "approved_by": None,
        "approved_at": None,
        "needs_review": bool(change.answer and change.answer.needs_review),
    }
    change.note("review", "approved", review)


def _wrong(pointer: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(f"{pointer} {detail}.", ({"field": pointer, "detail": detail},))
