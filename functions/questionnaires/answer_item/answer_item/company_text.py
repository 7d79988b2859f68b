"""A description of the company as passages, as if an index had found them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answering.asked_words import asked_words
from answering.passage_support import share_of, weights_of
from answering.retrieved_passages import Passage

CHARS = 800  # of about 200 tokens, as an index's passages
# The name that it is cited by; no document of the index has it.
KEY = "description"
# From which share of a question's words on a passage counts as an index's HIGH and MEDIUM.
HIGH, MEDIUM = 0.5, 0.25
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")


def company_passages(description: str, question: str, most: int) -> list[Passage]:
    """All of a short description in its order, or the best passages of a long one by the question's words."""
    passages = [Passage("", "", KEY, None, None, None, text, 1) for text in _parts(description)]
    words = weights_of(asked_words(question), passages)
    shares = [share_of(words, passage.text, words) for passage in passages]
    scored = [
        replace(passage, score=1 + (share >= MEDIUM) + (share >= HIGH))
        for passage, share in zip(passages, shares, strict=True)
    ]
    best = sorted(range(len(scored)), key=lambda at: -shares[at])[:most]
    return [scored[at] for at in sorted(best)]


def best_part(question: str, chars: int) -> str:
    """What a question of several pages asks: its questions first, then what stands nearest to its end."""
    if len(question) <= chars:
        return question
    sentences = [each.strip() for each in _SENTENCE_END.split(question) if each.strip()]
    order = sorted(range(len(sentences)), key=lambda at: (not sentences[at].endswith("?"), -at))
    kept: list[int] = []
    for at in order:
        if sum(len(sentences[each]) + 1 for each in kept) + len(sentences[at]) <= chars:
            kept.append(at)
    return " ".join(sentences[at] for at in sorted(kept)) or question[:chars]


def _parts(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        yield from _filled(_pieces(paragraph.strip()))


def _filled(pieces: Sequence[str]) -> Iterator[str]:
    part = ""
    for piece in pieces:
        if part and len(part) + len(piece) > CHARS:
            yield part
            part = ""
        part = f"{part} {piece}".strip() if not piece.startswith("\n") else f"{part}{piece}"
    if part:
        yield part


def _pieces(paragraph: str) -> list[str]:
    """Its sentences, each line of a list begins with a line break; those without an end are cut."""
    found: list[str] = []
    for line in paragraph.splitlines():
        for at, sentence in enumerate(re.split(r"(?<=[.!?])\s+(?=\S)", line.strip())):
            cut = [sentence[begin : begin + CHARS] for begin in range(0, len(sentence), CHARS)]
            found += [f"\n{piece}" if found and not at and number == 0 else piece for number, piece in enumerate(cut)]
    return found
