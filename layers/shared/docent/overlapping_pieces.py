"""A text in pieces that overlap, and what was masked in them put together again.

A piece may end in the middle of an address or a bank account number, and neither half of it looks private. So
everything that is not longer than the overlap is whole in at least one piece, and masked if one piece masks it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docent.errors.ingest import MaskingRefusedError

# Longer than a bank account number, a postal address and all but the oddest e-mail addresses.
OVERLAP = 250

# Where a piece may end, best first: a paragraph, a line, the end of a sentence, a space.
CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])[\"'”»)]?\s+"), re.compile(r"\s+"))

# What the guardrail writes in place of what it masked: `{NAME}`, `{EMAIL}`, or the name of a regex.
PLACEHOLDER = re.compile(r"\{[^{}\n]{1,100}\}")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """What is masked of a text, by where it starts and ends, and what is told in its place."""

    start: int
    end: int
    placeholder: str

    def moved(self, by: int) -> "Span":
        return Span(self.start + by, self.end + by, self.placeholder)


def pieces(text: str, limit: int) -> Iterator[tuple[int, str]]:
    """`(where it starts, piece)`, each of at most `limit` characters, cut where a reader would pause."""
    overlap = min(OVERLAP, limit // 4)
    start = 0
    while len(text) - start > limit:
        end = _cut(text, start, limit)
        yield start, text[start:end]
        start = _word_start(text, end - overlap, overlap // 5)
    yield start, text[start:]


def _cut(text: str, start: int, limit: int) -> int:
    # An earlier cut would cost more calls, so a worse one later is better.
    for cut in CUTS:
        ends = [found.end() for found in cut.finditer(text, start + limit * 3 // 4, start + limit)]
        if ends:
            return ends[-1]
    return start + limit


def _word_start(text: str, at: int, within: int) -> int:
    """Where a word starts, at `at` or not far before it; `at` where none does."""
    spaces = [found.end() for found in re.finditer(r"\s", text[at - within : at])]
    return at - within + spaces[-1] if spaces else at


def masked_spans(text: str, masked: str) -> Iterator[Span]:
    """Where `text` was masked. What stands between the placeholders of `masked` stands in `text` in the same order.

    Where it can stand in two places, the span holds both: too much is masked then, and never too little. Raises
    MaskingRefusedError when `masked` is not `text` with something replaced.
    """
    kept = PLACEHOLDER.split(masked)
    first, last, between = kept[0], kept[-1], kept[1:-1]
    if len(kept) == 1 or not (text.startswith(first) and text.endswith(last)):
        raise _unlike()
    ends, starts = [len(first)], [len(text) - len(last)]
    for part in between:  # as early as it can stand
        ends.append(_found(text.find(part, ends[-1] + 1)) + len(part))
    for part in reversed(between):  # as late
        starts.append(_found(text.rfind(part, 0, max(0, starts[-1] - 1))))
    for end, start, placeholder in zip(ends, reversed(starts), PLACEHOLDER.findall(masked), strict=True):
        if start <= end:
            raise _unlike()
        yield Span(end, start, placeholder)


def _found(at: int) -> int:
    if at < 0:
        raise _unlike()
    return at


def _unlike() -> MaskingRefusedError:
    return MaskingRefusedError("The guardrail returned a text that cannot be put back into the whole.")


def without(text: str, spans: Iterable[Span]) -> str:
    """`text` with its spans replaced. Spans that overlap are one, which tells what each of them tells."""
    told, at = "", 0
    for span in _merged(spans):
        told += text[at : span.start] + span.placeholder
        at = span.end
    return told + text[at:]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            continue
        before = merged.pop()
        known = span.placeholder in before.placeholder
        placeholder = before.placeholder if known else f"{before.placeholder} {span.placeholder}"
        merged.append(Span(before.start, max(before.end, span.end), placeholder))
    return merged
