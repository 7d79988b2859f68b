"""The measures of a whole run, and the thresholds they are held against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from statistics import median
from typing import Any

from cli.evaluation.judging import Judged, Outcome
from cli.target import CommandError

MEASURES = {
    "page": "a right page is cited",
    "document": "a right document is cited",
    "known": "answered, or “I don't know”, as expected",
    "answered": "answered, where the documents hold the answer",
    "declined": "“I don't know”, where they do not",
    "similarity": "words like the expected answer's (F1)",
    "covered": "the expected answer's words are there",
    "numbers": "the expected answer's numbers are there",
    "shown": "sentences shown, of those written",
}
CONFIDENCES = ("high", "medium", "low", "none")


@dataclass(frozen=True, slots=True)
class Measure:
    """A mean over the questions that it applies to; `value` is None if there are none."""

    value: float | None
    of: int


@dataclass(frozen=True, slots=True)
class Prices:
    """In USD for a million tokens."""

    input: float
    output: float

    def of(self, input_tokens: int, output_tokens: int) -> float:
        return (input_tokens * self.input + output_tokens * self.output) / 1_000_000


def measured(judged: Sequence[Judged]) -> dict[str, Measure]:
    return {name: _mean([each.measures[name] for each in judged if name in each.measures]) for name in MEASURES}


def totals(judged: Sequence[Judged], prices: Prices | None) -> dict[str, Any]:
    """What is counted and added up, as report.json has it."""
    replies = [each.asked.reply for each in judged if each.asked.reply is not None]
    sentences = [reply["sentences"] for reply in replies if "sentences" in reply]
    tokens = {kind: sum(reply["usage"][kind] for reply in replies) for kind in ("input_tokens", "output_tokens")}
    outcomes = Counter(each.outcome for each in judged)
    return {
        "outcomes": {outcome: outcomes[outcome] for outcome in Outcome if outcomes[outcome]},
        "confidence": dict(Counter(reply["confidence"] for reply in replies)),
        "sentences": {kind: sum(each[kind] for each in sentences) for kind in ("shown", "withheld")}
        if sentences
        else None,
        "usage": tokens,
        "cost_usd": prices.of(**tokens) if prices else None,
        "seconds": latency([each.asked.seconds for each in judged if each.asked.reply is not None]),
    }


def latency(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    return {
        "median": median(ordered),
        "p95": ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))],
        "longest": ordered[-1],
    }


def thresholds_of(words: Sequence[str]) -> dict[str, float]:
    """`page=0.8,known=0.9`. Raises CommandError."""
    found: dict[str, float] = {}
    for word in (part for each in words for part in each.split(",") if part.strip()):
        name, _, value = (part.strip() for part in word.partition("="))
        if name not in MEASURES:
            raise CommandError(f"There is no measure {name}. The measures are: {', '.join(MEASURES)}.")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = -1
        if not 0 <= found[name] <= 1:
            raise CommandError(f"The threshold of {name} is no number between 0 and 1. Write it as {name}=0.8.")
    return found


def shortfalls(measures: Mapping[str, Measure], thresholds: Mapping[str, float]) -> list[str]:
    """What is under its threshold, each in words."""
    told: list[str] = []
    for name, threshold in thresholds.items():
        value = measures[name].value
        if value is None:
            told.append(f"{name} cannot be measured with these questions")
        elif value < threshold:
            told.append(f"{name} is {floor(value * 1000) / 1000:g}, under {threshold:g}")
    return told


def _mean(values: Sequence[float]) -> Measure:
    return Measure(sum(values) / len(values) if values else None, len(values))
