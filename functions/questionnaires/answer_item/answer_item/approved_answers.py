"""Answers that somebody approved before: what is used of them here. The library of them is another's."""

from collections.abc import Callable
from typing import Protocol

from docent.callers import Caller
from docent.citations import Citation
from docent.questionnaires import AnswerType, Question


class ApprovedAnswer(Protocol):
    """`approved_at` is an ISO time. A stale one is used, but a person must look at it."""

    @property
    def answer_id(self) -> str: ...
    @property
    def completion(self) -> str: ...
    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def citations(self) -> tuple[Citation, ...]: ...
    @property
    def approved_by(self) -> str: ...
    @property
    def approved_at(self) -> str: ...
    @property
    def is_stale(self) -> bool: ...
    @property
    def stale_reason(self) -> str: ...


type FindApproved = Callable[[Question, Caller], ApprovedAnswer | None]


def fits(approved: ApprovedAnswer, wanted: AnswerType) -> bool:
    """Whether it can stand where this answer goes."""
    match wanted.kind:
        case "text":
            return bool(approved.completion) and not 0 < wanted.max_chars < len(approved.completion)
        case "choice":
            return len(approved.values) == 1 and approved.values[0] in wanted.options
        case "choices":
            return bool(approved.values) and set(approved.values) <= set(wanted.options)
        case "number" | "date":
            return len(approved.values) == 1
