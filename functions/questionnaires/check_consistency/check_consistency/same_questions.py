"""Questions of a questionnaire that ask the same, in the same words or in others, and the one answer they get."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from answering.asked_words import meaning_of
from docent.questionnaires import Answer

from .questionnaire_items import Item

LEVELS = ("none", "low", "medium", "high")


def same_questions(items: Iterable[Item]) -> list[list[Item]]:
    """Groups of two and more. A group takes the same kind of answer, with the same options."""
    by_digest, groups = defaultdict[str, list[Item]](list), defaultdict[Hashable, list[Item]](list)
    for item in items:
        by_digest[item.question.digest].append(item)
    for digest, alike in by_digest.items():
        groups[asked_of(alike[0]) or digest] += alike
    return [group for group in groups.values() if len(group) > 1]


def asked_of(item: Item) -> Hashable:
    """What it asks, and for what kind of answer; None where its words are too few to tell."""
    question = item.question
    own, parent = meaning_of(question.text), meaning_of(question.parent)
    if not own or (question.parent and not parent):
        return None
    return own, parent, question.answer.kind, question.answer.options


def shared_answers(group: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """The items of a group that get the answer of another one, each with that other one."""
    given = _with(group, "answered") or _with(group, "unanswered")
    best = max(given, key=_rank, default=None)
    if not best or not best.answer:
        return
    for item in group:
        is_other = not item.answer or (item.answer.completion, item.answer.values) != (
            best.answer.completion,
            best.answer.values,
        )
        if item is not best and item.may_get_another_answer and is_other and _fits(item, best.answer):
            yield item, best


def _with(group: Sequence[Item], status: str) -> list[Item]:
    return [item for item in group if item.answer and item.answer.status == status]


def _rank(item: Item) -> tuple[bool, bool, int, int]:
    """What a person approved or wrote comes first, then the surest answer, then the first one."""
    assert item.answer
    order = LEVELS.index(item.answer.confidence) if item.answer.confidence in LEVELS else 0
    return item.review == "approved", item.is_a_persons, order, -item.question.number


def _fits(item: Item, answer: Answer) -> bool:
    wanted = item.question.answer
    return wanted.kind != "text" or not 0 < wanted.max_chars < len(answer.completion)
