"""The answers that cite documents, as one caller may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from docent.callers import Caller
from docent.cited_documents import CitingAnswer, answers_citing
from docent.clients import dynamodb
from docent.clock import now_text
from docent.conversations import Turn, read_turn
from docent.document_rows import DocumentRow

# Of a document, looked at to count them; there may be more.
MOST_COUNTED = 1000
# Of the caller's own, shown, the newest first.
MOST_SHOWN = 20
THREADS = 10

# By document ids.
type Found = dict[str, list[CitingAnswer]]


@dataclass(frozen=True, slots=True)
class CitedAnswers:
    table: str
    caller: Caller
    now: float

    def own(self, rows: Sequence[DocumentRow]) -> Found:
        """The caller's own answers, by the documents that they cite. Of documents that the caller may read now."""
        return self._find([row for row in rows if row.may_be_read_by(self.caller)], self.caller.subject)

    def everybodys(self, rows: Sequence[DocumentRow]) -> Found:
        return self._find(rows)

    def told(self, rows: Sequence[DocumentRow], own: Found, everybodys: Found | None) -> dict[str, Any]:
        """`CitingAnswers` of openapi.yaml."""
        by_answer: dict[tuple[str, str], list[CitingAnswer]] = defaultdict(list)
        for each in (each for some in own.values() for each in some):
            by_answer[each.answer].append(each)
        newest = sorted(by_answer.values(), key=lambda cited: cited[0].asked_at, reverse=True)
        since = {row.document_id: row.values.get("searchable_since", "") for row in rows}
        told: dict[str, Any] = {"own_count": len(newest), "own": self._shown(newest[:MOST_SHOWN], since)}
        if everybodys is None:
            return told
        return told | _counted(
            everybodys, frozenset(row.document_id for row in rows if row.may_be_read_by(self.caller))
        )

    def _find(self, rows: Sequence[DocumentRow], subject: str = "") -> Found:
        def look_up(row: DocumentRow) -> list[CitingAnswer]:
            return list(islice(answers_citing(self.table, row.document_id, self.now, subject), MOST_COUNTED))

        dynamodb()  # before threads ask for it
        with ThreadPoolExecutor(THREADS) as pool:
            return {row.document_id: found for row, found in zip(rows, pool.map(look_up, rows), strict=True)}

    def _shown(self, answers: Sequence[list[CitingAnswer]], since: dict[str, str]) -> list[dict[str, Any]]:
        """A turn that its caller has forgotten meanwhile is left out."""

        def read(cited: list[CitingAnswer]) -> Turn | None:
            return read_turn(self.table, self.caller, *cited[0].answer, self.now)

        with ThreadPoolExecutor(THREADS) as pool:
            turns = list(pool.map(read, answers))
        return [
            {
                "conversation_id": cited[0].conversation_id,
                "turn_id": cited[0].turn_id,
                "question": turn.question,
                "asked_at": now_text(cited[0].asked_at),
                "cites": [_cited(each, since[each.document_id]) for each in cited],
            }
            for cited, turn in zip(answers, turns, strict=True)
            if turn
        ]


def _cited(answer: CitingAnswer, since: str) -> dict[str, Any]:
    """`earlier`: it was given before the upload that is searched now."""
    told = {"document_id": answer.document_id, "parts": list(answer.parts)}
    return told | ({"earlier": True} if now_text(answer.asked_at) < since else {})


def _counted(everybodys: Found, readable: frozenset[str]) -> dict[str, Any]:
    """Of documents that the caller may not read, only the number of answers is told, and whose they are."""
    people: dict[str, list[CitingAnswer]] = defaultdict(list)
    for each in (each for some in everybodys.values() for each in some):
        people[each.user].append(each)
    told = [
        {
            "user": user,
            "count": len({each.answer for each in cited}),
            "last_at": now_text(max(each.asked_at for each in cited)),
            "cites": _cites(each for each in cited if each.document_id in readable),
        }
        for user, cited in sorted(people.items())
    ]
    return {
        "count": sum(each["count"] for each in told),
        "is_least": any(len(some) == MOST_COUNTED for some in everybodys.values()),
        "people": sorted(told, key=lambda each: -each["count"]),
    }


def _cites(answers: Iterable[CitingAnswer]) -> list[dict[str, Any]]:
    parts: dict[str, set[str]] = defaultdict(set)
    for each in answers:
        parts[each.document_id].update(each.parts)
    return [{"document_id": each, "parts": sorted(own)} for each, own in sorted(parts.items())]
