"""The questions of running text: lines of a Markdown or text file, or paragraphs of a Word document.

Running text asks in many ways, and most of it asks nothing. A question mark ends a question anywhere but in the text
below one. A request ("Describe …") counts in a text that has other signs of a questionnaire, and requirements
("The organization must …") where they are most of what the text lists.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from docent.questionnaires import AnswerType
from find_questions.found import Found
from find_questions.wording import (
    answer_type_in,
    clean,
    has_mark,
    is_asked,
    is_field,
    is_follow_up,
    is_note,
    is_placeholder,
    is_request,
    is_requirement,
    parent_label,
    without_label,
)

_BLANK = re.compile(r"(?:\\?_){3,}|\.{5,}|…{2,}")
_ANSWER = re.compile(
    r"\**(?:answer|response|a|antwort|respuesta|回答|答)\**\s*[:：]\**\s*(.*)", re.IGNORECASE | re.DOTALL
)
_QUESTION = re.compile(r"\**(?:q(?:uestion)?|frage|pregunta|问)\s*\.?\d*\**\s*[:：]\**\s*", re.IGNORECASE)
_OFF = re.compile(
    r"instruction|guidance|how to|introduction|overview|background|submission|evaluation|scor|hinweis|anleitung|"
    r"einleitung|instrucciones|introducci|conclusion|summary|about|references?|referenzen|说明|简介",
    re.IGNORECASE,
)
_CLOSING = " \n\"'”’*_"
_BOX = re.compile(r"\\?\[\s?[xX]?\s?\\?\]\s*|[☐☑☒□]\s*")


@dataclass
class Line:
    """`place` is where the answer goes; `has_place` is a sign that one is expected: a control, a row of underscores."""

    text: str
    kind: Literal["heading", "item", "paragraph", "other"]
    place: dict[str, Any]
    level: int = 0
    label: str = ""
    has_place: bool = False
    answer: AnswerType = field(default_factory=AnswerType)
    existing: str = ""


def find_in_prose(lines: Sequence[Line], found: Found, beside_tables: bool = False) -> None:
    """`beside_tables`: the file has tables of questions, so that other text counts only with a question mark."""
    candidates = [line for line in lines if line.kind != "other"]
    for line, following in pairwise(candidates):
        line.has_place = line.has_place or bool(_options(following.text) and not _options(line.text))
    reading = _Reading(found, _Signs.of(candidates, beside_tables))
    for line in candidates:
        reading.read(line)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What counts as a question in this text besides a question mark: requests ("Describe …"), and requirements.

    If its `headings` ask, the text below each of them is no further question.
    """

    requests: bool
    requirements: bool
    headings: bool

    @classmethod
    def of(cls, lines: Sequence[Line], beside_tables: bool) -> "_Signs":
        marked = [line for line in lines if _is_marked(line)]
        listed = [without_label(line.text)[1] for line in lines if _is_listed(line)]
        requested, required, most = sum(map(is_request, listed)), sum(map(is_requirement, listed)), len(listed) * 6
        is_questionnaire = bool(marked) or any(line.has_place for line in lines)
        return cls(
            requests=not beside_tables and (is_questionnaire or requested * 10 >= most),
            requirements=not beside_tables and len(listed) > 1 and required * 10 >= most,
            headings=sum(line.kind == "heading" for line in marked) >= 2,
        )


class _Reading:
    """Goes through the lines. `_last` is the index of the question that the next lines may answer, -1 if none."""

    def __init__(self, found: Found, signs: _Signs) -> None:
        self._found, self._signs = found, signs
        self._by_label: dict[str, str] = {}
        self._section = self._main = ""
        self._is_off = self._is_below_question = False
        self._last = -1

    def read(self, line: Line) -> None:
        text = clean(_BLANK.sub("", line.text))
        if line.kind == "heading" and not _is_marked(line):
            self._section, self._is_off = _bare(text), bool(_OFF.search(text))
            self._is_below_question, self._last = False, -1
        elif self._last >= 0 and (answered := _ANSWER.match(line.text)):
            _answer_below(self._found, self._last, answered[1], line.place)
            self._last = -1
        elif self._last >= 0 and (boxes := _options(line.text)):
            _take_options(self._found, self._last, boxes)
        elif self._asks(line, text) and not is_note(text) and not is_placeholder(text):
            self._add(line, text)
        elif self._last >= 0 and line.kind == "paragraph" and self._is_below_question and not _is_aside(line.text):
            _answer_below(self._found, self._last, line.text, None)

    def _asks(self, line: Line, text: str) -> bool:
        if self._is_below_question and self._signs.headings and line.kind != "heading":
            return False
        if _is_marked(line):
            return True
        if line.has_place and text and (is_field(text) or line.label or is_asked(text)):
            return True
        if self._is_off:
            return False
        if self._signs.requests:
            is_paragraph = line.kind == "paragraph"
            if (is_request(text) and len(text) < 600) if is_paragraph else _asks_for(text):
                return True
        return self._signs.requirements and _is_listed(line) and is_requirement(without_label(text)[1])

    def _add(self, line: Line, text: str) -> None:
        label, rest = (line.label, text) if line.label else without_label(text)
        rest = _bare(_QUESTION.sub("", rest, count=1))
        parent = self._by_label.get(parent_label(label), "") if label else ""
        if not parent and is_follow_up(rest):
            parent = self._main
        if not parent:
            self._main = rest
        if label:
            self._by_label[label.strip().rstrip(".):")] = rest
        kind = line.answer if line.answer != AnswerType() else answer_type_in(rest, self._section)
        place, label = line.place, label.rstrip(".):")
        self._found.add(rest, place, kind, label=label, section=self._section, parent=parent, existing=line.existing)
        self._last, self._is_below_question = len(self._found.questions) - 1, line.kind == "heading"


def _is_listed(line: Line) -> bool:
    return line.kind == "item" or (line.kind == "paragraph" and len(line.text) < 400)


def _is_marked(line: Line) -> bool:
    """Ends with a question's mark, or is short and has one."""
    text = _bare(line.text)
    if line.kind == "paragraph" and len(text) > 600:
        return False
    ends = text.rstrip(_CLOSING)
    if ends.endswith((")", "）")):  # "… ? (limit 500 characters)"
        ends = ends[: max(ends.rfind("("), ends.rfind("（"), 0)].rstrip(_CLOSING)
    return has_mark(text) and (ends.endswith(("?", "？")) or line.kind != "paragraph" or bool(line.label))


def _is_aside(text: str) -> bool:
    """Guidance for those who answer: a quotation, or a paragraph in italics."""
    return text.startswith(">") or bool(re.fullmatch(r"([*_])(?!\1).+\1", text.strip()))


def _asks_for(text: str) -> bool:
    return is_request(_bare(without_label(text)[1]))


def _bare(text: str) -> str:
    """Without the marks of emphasis, and of Markdown's escapes."""
    plain = re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)
    return clean(re.sub(r"\\([_*\[\]#.-])", r"\1", re.sub(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)", "", plain)))


def _options(text: str) -> tuple[str, ...]:
    """The options of a line of boxes: "[ ] Yes [ ] No"."""
    parts = _BOX.split(text)
    return tuple(_bare(each) for each in parts[1:] if each.strip()) if len(parts) > 1 and not parts[0].strip() else ()


def _take_options(found: Found, index: int, options: tuple[str, ...]) -> None:
    question = found.questions[index]
    several = len(question.answer.options) + len(options) > 4
    kind = AnswerType("choices" if several else "choice", (*question.answer.options, *options))
    found.questions[index] = type(question)(
        question.number, question.text, question.place, question.label, question.section, question.parent,
        question.existing, kind,
    )  # fmt: skip


def _answer_below(found: Found, index: int, text: str, place: dict[str, Any] | None) -> None:
    """What stands below a question is its answer, unless it holds blanks to fill in."""
    question = found.questions[index]
    if (
        not question.existing
        and not re.search(r"\[\[|\{\{|_{3,}|<[a-z ]+>", text, re.IGNORECASE)
        and not is_placeholder(_bare(text))
    ):
        existing = _bare(text)
    else:
        existing = question.existing
    found.questions[index] = type(question)(
        question.number, question.text, place or question.place, question.label, question.section, question.parent,
        existing, question.answer,
    )  # fmt: skip
