"""The texts of one record, masked as one: a name that one of them gives in full is then found in the others too."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from docent.guardrail_masking import FIELD_BREAK
from docent.overlapping_pieces import PLACEHOLDER, Span, without

# Members that hold none of the call's words: numbers of turns, and why a statement is not supported.
NO_TEXTS = frozenset({"turns", "unsupported"})
# What a service wrote in place of personal data before: [PII], [NAME], {NAME}, <PERSON>.
TAG = re.compile(r"\[[A-Z][A-Z_0-9]{1,60}\]|\{[A-Z][A-Z_0-9]{1,60}\}|<[A-Z][A-Z_0-9]{1,60}>")
_MARK = FIELD_BREAK.strip()


def texts_of(value: Any) -> list[str]:
    """All texts of a JSON value, in order."""
    found: list[str] = []
    with_texts(value, lambda text: found.append(text) or text)
    return found


def with_texts(value: Any, changed: Callable[[str], str]) -> Any:
    """The value with each of its texts changed, in order."""
    if isinstance(value, str):
        return changed(value)
    if isinstance(value, Mapping):
        return {name: each if name in NO_TEXTS else with_texts(each, changed) for name, each in value.items()}
    if isinstance(value, list):
        return [with_texts(each, changed) for each in value]
    return value


def joined(texts: Sequence[str]) -> str:
    return FIELD_BREAK.join(_without_mark(text) for text in texts)


def parted(texts: Sequence[str], spans: Iterable[Span]) -> list[str]:
    """The texts with what is masked of the joined text. A span over several of them is masked in each."""
    masked, start, spans = [], 0, sorted(spans)
    for text in map(_without_mark, texts):
        end = start + len(text)
        own = [
            Span(max(span.start, start) - start, min(span.end, end) - start, span.placeholder)
            for span in spans
            if span.start < end and span.end > start
        ]
        masked.append(without(text, own))
        start = end + len(FIELD_BREAK)
    return masked


def without_tags(text: str, spans: Iterable[Span]) -> list[Span]:
    """Without those that mask only what was masked before."""
    tags = [found.span() for found in TAG.finditer(text)]

    def is_new(span: Span) -> bool:
        places = (place for place in range(span.start, span.end) if text[place].isalnum())
        return any(not any(start <= place < end for start, end in tags) for place in places)

    return [span for span in spans if is_new(span)]


def types_in(spans: Iterable[Span]) -> Counter[str]:
    """How often each type of personal data is masked."""
    return Counter(found.strip("{}") for span in spans for found in PLACEHOLDER.findall(span.placeholder))


def _without_mark(text: str) -> str:
    return text.replace(_MARK, "*")
