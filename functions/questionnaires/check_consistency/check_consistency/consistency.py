"""One pass over a questionnaire: what asks the same is answered the same, and what contradicts is marked on both."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from answering.text_languages import Language, language_of
from docent.questionnaires import Answer

from .contradicting_items import contradicting
from .questionnaire_items import Item
from .same_questions import same_questions, shared_answers

_CONTRADICTS: Mapping[Language, str] = {
    "en": "This answer contradicts the answer to question {}.",
    "de": "Diese Antwort widerspricht der Antwort auf Frage {}.",
}
_IS_OURS = re.compile("|".join(f"(?:{re.escape(text).replace(r'\{\}', '.*')})" for text in _CONTRADICTS.values()))


@dataclass(frozen=True, slots=True)
class Change:
    """What an item's answer becomes. `is_repeated` when it is the answer of another item."""

    item: Item
    answer: Answer
    note: str
    is_repeated: bool
    is_contradicted: bool


def changes_of(items: Sequence[Item]) -> list[Change]:
    """Only what differs from what is there, so that a second pass changes nothing."""
    current = {item.key: item for item in items}
    repeated: set[str] = set()
    for group in same_questions(items):
        for item, best in shared_answers(group):
            answer = best.answer
            # Its tokens are counted where they were spent.
            current[item.key] = replace(
                item, answer=replace(answer, input_tokens=0, output_tokens=0) if answer else None, note=best.note
            )
            repeated.add(item.key)
    against = defaultdict[str, list[Item]](list)
    for one, other in contradicting(list(current.values())):
        against[one].append(current[other])
    found: list[Change] = []
    for item, before in zip(current.values(), items, strict=True):
        if not item.answer:
            continue
        answer = _marked(item, against[item.key])
        if answer != before.answer:
            found.append(Change(before, answer, item.note, item.key in repeated, bool(against[item.key])))
    return found


def _marked(item: Item, others: Sequence[Item]) -> Answer:
    """With a reason for each item that it contradicts, and none of an earlier pass."""
    assert item.answer
    language = language_of(item.question.text) or "en"
    kept = [reason for reason in item.answer.reasons if not _IS_OURS.fullmatch(reason)]
    others = sorted(others, key=lambda other: other.key)
    told = [_CONTRADICTS[language].format(other.name) for other in others]
    return replace(item.answer, reasons=(*kept, *dict.fromkeys(told)))
