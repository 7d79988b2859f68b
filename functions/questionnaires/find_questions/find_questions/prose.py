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
    listed = [line for line in candidates if line.kind == "item" or (line.kind == "paragraph" and len(line.text) < 400)]
    marks = [line for line in candidates if _is_marked(line)]
    required = sum(is_requirement(without_label(line.text)[1]) for line in listed)
    signs = bool(marks) or any(line.has_place for line in candidates)
    requests = signs or sum(is_request(without_label(line.text)[1]) for line in listed) * 10 >= len(listed) * 6
    requirements = len(listed) > 1 and required * 10 >= len(listed) * 6
    headings_ask = sum(line.kind == "heading" for line in marks) >= 2
    by_label: dict[str, str] = {}
    section = main = ""
    off = below_question = False
    last = -1  # of the question that the next lines may answer
    for line in candidates:
        text = clean(_BLANK.sub("", line.text))
        if line.kind == "heading" and not _is_marked(line):
            section, off, below_question, last = _bare(text), bool(_OFF.search(text)), False, -1
            continue
        answered = _ANSWER.match(line.text)
        if answered and last >= 0:
            _answer_below(found, last, answered[1], line.place)
            last = -1
            continue
        if (boxes := _options(line.text)) and last >= 0:
            _take_options(found, last, boxes)
            continue
        asks = not (below_question and headings_ask and line.kind != "heading") and (
            _is_marked(line)
            or (line.has_place and bool(text) and (is_field(text) or bool(line.label) or is_asked(text)))
            or (not beside_tables and not off and requests and line.kind != "paragraph" and _asks_for(text))
            or (
                not beside_tables
                and not off
                and requests
                and line.kind == "paragraph"
                and is_request(text)
                and len(text) < 600
            )
            or (
                not beside_tables
                and not off
                and requirements
                and line in listed
                and is_requirement(without_label(text)[1])
            )
        )
        if not asks or is_note(text) or is_placeholder(text):
            if last >= 0 and line.kind == "paragraph" and below_question and not _is_aside(line.text):
                _answer_below(found, last, line.text, None)
            continue
        label, rest = (line.label, text) if line.label else without_label(text)
        rest = _bare(_QUESTION.sub("", rest, count=1))
        parent = by_label.get(parent_label(label), "") if label else ""
        if not parent and is_follow_up(rest):
            parent = main
        if not parent:
            main = rest
        if label:
            by_label[label.strip().rstrip(".):")] = rest
        kind = line.answer if line.answer != AnswerType() else answer_type_in(rest, section)
        found.add(
            rest, line.place, kind, label=label.rstrip(".):"), section=section, parent=parent, existing=line.existing
        )
        last = len(found.questions) - 1
        below_question = line.kind == "heading"


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
