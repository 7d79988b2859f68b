"""Answers of a questionnaire that contradict each other: yes and no, other numbers, other periods, other names.

Sentences are found by their rarest words, so that each is compared with a few others and not with all.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from answering.asked_words import meaning_of
from answering.citation_marks import without_marks
from answering.contradictions import SAME_SUBJECT, claim_of, difference_of, yes_or_no
from docent.questionnaires import normal

from .questionnaire_items import Item

# A sentence is compared with at most so many others that share a rare word with it.
MOST_COMPARED = 100
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the items that say it."""

    words: str
    items: tuple[Item, ...]


def contradicting(items: Sequence[Item]) -> set[tuple[str, str]]:
    """The keys of two items each, in both orders."""
    answered = [item for item in items if item.answer and (item.answer.completion or item.answer.values)]
    pairs = {*_opposite(answered), *_different(answered)}
    return pairs | {(other, one) for one, other in pairs}


def _opposite(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Those that answer the same question with yes and with no, whatever kind of place each answer goes into."""
    groups = defaultdict[object, dict[bool | None, list[Item]]](lambda: defaultdict(list))
    for item in items:
        question = item.question
        asked = meaning_of(question.text)
        key = (asked, meaning_of(question.parent)) if asked else (normal(question.text), normal(question.parent))
        groups[key][_yes_or_no(item)].append(item)
    for group in groups.values():
        yield from _between(group[True], group[False])


def _yes_or_no(item: Item) -> bool | None:
    assert item.answer
    said = item.answer.values[0] if item.answer.values else item.answer.completion
    return yes_or_no(said)


def _different(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    said = _said(items)
    claims = [claim_of(each.words) for each in said]
    counts = Counter(word for claim in claims for word in claim.subject)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, claim in enumerate(claims):
        rarest = sorted(claim.subject, key=lambda word: (counts[word], word))
        # Two sentences that share enough words share one of these: at most a quarter of each is missing in the other.
        telling = rarest[: len(rarest) - ceil(SAME_SUBJECT * len(rarest)) + 1]
        others = dict.fromkeys(other for word in telling for other in found[word][-MOST_COMPARED:])
        for other in list(others)[:MOST_COMPARED]:
            if difference_of(claim, claims[other]):
                yield from _between(said[at].items, said[other].items)
        for word in rarest:
            found[word].append(at)


def _said(items: Iterable[Item]) -> list[Said]:
    by_words: dict[str, tuple[str, list[Item]]] = {}
    for item in items:
        assert item.answer
        for sentence in _SENTENCE_END.split(without_marks(item.answer.completion)):
            if sentence.strip():
                by_words.setdefault(normal(sentence), (sentence.strip(), []))[1].append(item)
    return [Said(words, tuple(saying)) for words, saying in by_words.values()]


def _between(ones: Sequence[Item], others: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """Each item with the first one that says otherwise, so that many do not make a square of pairs."""
    if not ones or not others:
        return
    for one, other in (*((one, others[0]) for one in ones), *((ones[0], other) for other in others)):
        if one.key != other.key:
            yield one.key, other.key
