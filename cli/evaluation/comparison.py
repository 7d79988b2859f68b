"""Two evaluations side by side: which questions got better, which got worse, and by how much altogether.

The earlier answers are judged again, by the questions as they are now: a corrected expectation changes both sides.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cli.evaluation.judging import Asked, Judged, Outcome, judge
from cli.evaluation.measures import MEASURES, Measure, measured

# A document's other page is better than nothing, and "I don't know" is better than another document.
RANKS = {
    Outcome.RIGHT: 4,
    Outcome.RIGHTLY_UNKNOWN: 4,
    Outcome.ANSWERED: 4,
    Outcome.UNKNOWN: 4,
    Outcome.WRONG_PAGE: 3,
    Outcome.WRONGLY_UNKNOWN: 2,
    Outcome.WRONG_DOCUMENT: 1,
    Outcome.WRONGLY_ANSWERED: 1,
    Outcome.NO_REPLY: 0,
}
# With the same outcome, the similarity must differ by as much.
NOTABLE = 0.1


@dataclass(frozen=True, slots=True)
class Change:
    """`number` is the question's in the present evaluation, from 1."""

    number: int
    before: Judged
    now: Judged


@dataclass(frozen=True, slots=True)
class Comparison:
    """Measures are of the questions that are in both evaluations, the earlier value first."""

    questions: int
    measures: dict[str, tuple[Measure, Measure]]
    better: list[Change]
    worse: list[Change]

    def to_json(self) -> dict[str, Any]:
        pairs = {name: (before.value, now.value) for name, (before, now) in self.measures.items()}
        return {
            "questions": self.questions,
            "measures": {name: {"before": before, "now": now} for name, (before, now) in pairs.items()},
            "better": [_told(change) for change in self.better],
            "worse": [_told(change) for change in self.worse],
        }


def compared(judged: Sequence[Judged], earlier: Sequence[Asked]) -> Comparison:
    by_text: dict[str, list[Asked]] = defaultdict(list)
    for asked in earlier:
        by_text[asked.question].append(asked)
    changes: list[Change] = []
    for number, now in enumerate(judged, start=1):
        if found := by_text[now.question.text]:
            changes.append(Change(number, judge(now.question, found.pop(0)), now))
    before, after = measured([each.before for each in changes]), measured([each.now for each in changes])
    return Comparison(
        len(changes),
        {name: (before[name], after[name]) for name in MEASURES if before[name].of or after[name].of},
        [change for change in changes if _gain(change) > 0],
        [change for change in changes if _gain(change) < 0],
    )


def _gain(change: Change) -> float:
    if steps := RANKS[change.now.outcome] - RANKS[change.before.outcome]:
        return steps
    gain = change.now.measures.get("similarity", 0.0) - change.before.measures.get("similarity", 0.0)
    return gain if abs(gain) >= NOTABLE else 0


def _told(change: Change) -> dict[str, Any]:
    return {
        "number": change.number,
        "question": change.now.question.text,
        "before": change.before.outcome,
        "now": change.now.outcome,
    }
