"""Answers in a JSON file: each value written over the one at its pointer. The rest of the text stays as it is.

As find_questions does, it also reads comments, commas behind a last member, and texts joined by a plus, as VSAQ has
them.
"""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .entries import Entry, clean
from .text_encoding import Encoding

_SPACE = r"(?:\s|//[^\n]*|/\*(?s:.*?)\*/)*+"
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_JOINED = re.compile(rf'"{_SPACE}\+{_SPACE}"')
_TOKEN = re.compile(rf'{_SPACE}({_STRING}(?:{_SPACE}\+{_SPACE}{_STRING})*+|[{{}}\[\]:,]|[^\s{{}}\[\]:,"/]+)')
_INDENT = re.compile(r"\n([ \t]+)")


@dataclass(slots=True)
class Span:
    """Where a value is written. `members` counts those of an array or object; `inside` is where its last one ends."""

    start: int
    end: int = 0
    members: int = 0
    inside: int = 0
    kind: str = ""


@dataclass(slots=True)
class _Open:
    span: Span
    pointer: str
    key: str = ""
    expects_key: bool = field(default=False)


def fill_json(source: bytes, entries: Sequence[Entry]) -> bytes:
    encoding = Encoding.of(source)
    text = encoding.decode(source)
    wanted = {""}
    for entry in entries:
        pointer = entry.place.get("pointer", "")
        wanted |= {pointer, _parent(pointer)}
    spans, members = dict[str, Span](), set[str]()
    for pointer, span in spans_of(text):
        if pointer in wanted:
            spans[pointer] = span
        if pointer.count("/") == 1:
            members.add(_key(pointer))
    dump = _dumping(text, encoding)

    edits: list[tuple[int, int, str]] = []
    for entry in entries:
        pointer = entry.place.get("pointer", "")
        if entry.value is None:
            continue
        span, parent = spans.get(pointer), spans.get(_parent(pointer))
        value = dump(entry.value)
        if span and pointer:
            edits.append((span.start, span.end, value))
        elif parent and pointer and parent.kind:
            key = f"{dump(_key(pointer))}: " if parent.kind == "{" else ""
            edits.append(_added(text, parent, key + value))
            parent.members += 1
        elif parent and pointer and text.startswith('"', parent.start) and parent.end - parent.start > 2:
            # A question that is only a text becomes an object with its answer.
            asked = text[parent.start : parent.end]
            edits.append((parent.start, parent.end, f'{{"question": {asked}, {dump(_key(pointer))}: {value}}}'))
        else:
            entry.refuse("no_place")
    top = spans[""]
    if top.kind == "{":
        edits.append(_added(text, top, f'"{_free_member(members)}": {dump(_review(entries))}'))
    return encoding.encode(_edited(text, edits))


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """What is added at one place stays in its order."""
    pieces, position = list[str](), 0
    for start, end, value in sorted(edits, key=lambda edit: edit[:2]):
        if start >= position:
            pieces += [text[position:start], value]
            position = end
    return "".join([*pieces, text[position:]])


def spans_of(text: str) -> Iterator[tuple[str, Span]]:
    """Every value's JSON pointer and place, without recursion, however deep it is nested."""
    stack: list[_Open] = []
    position = 0
    while match := _TOKEN.match(text, position):
        mark, start, position = match[1], match.start(1), match.end()
        above = stack[-1] if stack else None
        if mark in "}]":
            closed = stack.pop()
            closed.span.end = position
            yield closed.pointer, closed.span
            above, start = (stack[-1] if stack else None), closed.span.start
        elif mark == ":":
            continue
        elif mark == ",":
            if above:
                above.expects_key = above.span.kind == "{"
            continue
        elif above and above.expects_key:
            above.key, above.expects_key = json.loads(_JOINED.sub("", mark), strict=False), False
            continue
        elif mark in "{[":
            pointer = _below(above)
            stack.append(_Open(Span(start, inside=position, kind=mark), pointer, expects_key=mark == "{"))
            continue
        else:
            yield _below(above), Span(start, position)
        if above:
            above.span.members += 1
            above.span.inside = position


def _below(above: _Open | None) -> str:
    if above is None:
        return ""
    key = above.key if above.span.kind == "{" else str(above.span.members)
    return f"{above.pointer}/{key.replace('~', '~0').replace('/', '~1')}"


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _key(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _added(text: str, parent: Span, member: str) -> tuple[int, int, str]:
    """Behind the last member, on a line of its own where the members have lines of their own."""
    opening = re.compile(r"\s*").match(text, parent.start + 1)
    space = opening[0] if opening and parent.inside > parent.start + 1 else ""
    return parent.inside, parent.inside, ("," if parent.members else "") + space + member


def _dumping(text: str, encoding: Encoding) -> Any:
    """Values are written like those that are there: indented or not, with letters or their codes."""
    indented = _INDENT.search(text)
    indent = indented[1] if indented else None
    ascii_only = "\\u" in text or not encoding.name.startswith("utf")

    def dump(value: Any) -> str:
        if isinstance(value, Decimal):
            return str(value)
        told = list(value) if isinstance(value, tuple) else value if isinstance(value, (str, dict)) else str(value)
        return json.dumps(told, ensure_ascii=ascii_only, indent=indent if isinstance(told, dict) else None)

    return dump


def _free_member(taken: Container[str]) -> str:
    """A file that was filled in before has a review already, which is kept."""
    name, number = "docent", 2
    while name in taken:
        name, number = f"docent_{number}", number + 1
    return name


def _review(entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "counts": {
            "questions": len(entries),
            **Counter(entry.status for entry in entries),
            "needs_review": sum(entry.item.needs_review for entry in entries),
        },
        "items": [
            {
                "number": entry.item.question.number,
                "pointer": entry.place.get("pointer", ""),
                "status": entry.status,
                "confidence": entry.item.confidence,
                "needs_review": entry.item.needs_review,
                "reasons": [clean(reason) for reason in entry.item.answer.reasons] if entry.item.answer else [],
                "citations": _citations(entry),
                "review": entry.item.review,
                "approved_by": entry.item.approved_by,
                "notes": list(entry.notes),
            }
            for entry in entries
        ],
    }


def _citations(entry: Entry) -> list[dict[str, Any]]:
    citations = entry.item.answer.citations if entry.item.answer else ()
    told = [{"document": clean(citation.key), "page": citation.page} for citation in citations]
    return [{name: value for name, value in each.items() if value is not None} for each in told]
