"""Whether an answer is of the type that its question asks for."""

import re
from datetime import date

from docent.errors import InvalidRequestError
from docent.questionnaires import Answer, AnswerType

NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_type(answer: Answer, wanted: AnswerType) -> None:
    """Raises InvalidRequestError, with a pointer to what does not fit. An answer of another kind than text may be
    empty: then it is unanswered."""
    values = answer.values
    match wanted.kind:
        case "text":
            if values:
                raise _wrong("/values", "must be empty: the question asks for a text, which is the completion")
            if wanted.max_chars and len(answer.completion) > wanted.max_chars:
                told = f"must have {wanted.max_chars} characters at most; it has {len(answer.completion)}"
                raise _wrong("/completion", told)
        case "choices":
            if len(set(values)) < len(values):
                raise _wrong("/values", "must hold no option twice")
            _check_each(values, wanted)
        case _:
            if len(values) > 1:
                raise _wrong("/values", "must be one value")
            _check_each(values, wanted)


def _check_each(values: tuple[str, ...], wanted: AnswerType) -> None:
    for place, value in enumerate(values):
        if reason := _what_is_wrong(value, wanted):
            raise _wrong(f"/values/{place}", reason)


def _what_is_wrong(value: str, wanted: AnswerType) -> str:
    match wanted.kind:
        case "number":
            return "" if NUMBER.fullmatch(value) else "must be a number, with a point before decimals"
        case "date":
            return "" if _is_day(value) else "must be a date, as 2027-01-31"
        case _:
            return "" if value in wanted.options else "must be one of the options, as it is spelt"


def _is_day(value: str) -> bool:
    try:
        return bool(DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def _wrong(pointer: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(f"{pointer} {detail}.", ({"field": pointer, "detail": detail},))
