"""The charts of the page, as numbers that its template draws: bars of parts, and counts by ranges."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cli.evaluation.judging import Judged, Outcome
from cli.evaluation.measures import CONFIDENCES

WIDTH = 300


class Tone(StrEnum):
    """The colours of the page: what is right, wrong, or neither."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    PLAIN = "plain"


TONES = {
    Outcome.RIGHT: Tone.GOOD,
    Outcome.RIGHTLY_UNKNOWN: Tone.GOOD,
    Outcome.ANSWERED: Tone.PLAIN,
    Outcome.UNKNOWN: Tone.PLAIN,
    Outcome.WRONG_PAGE: Tone.FAIR,
    Outcome.WRONGLY_UNKNOWN: Tone.FAIR,
    Outcome.WRONG_DOCUMENT: Tone.BAD,
    Outcome.WRONGLY_ANSWERED: Tone.BAD,
    Outcome.NO_REPLY: Tone.BAD,
}
TONE_NAMES = {
    Tone.GOOD: "right",
    Tone.PLAIN: "nothing to compare with",
    Tone.FAIR: "another page, or wrongly “I don't know”",
    Tone.BAD: "wrong",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar, or one bar: where it begins and how long it is, in units of the chart."""

    tone: str
    begin: float
    length: float
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    parts: list[Part]


def by_confidence(judged: Sequence[Judged]) -> list[Bar]:
    """A bar for each confidence, of parts that are right or wrong."""
    levels = {level: [each for each in judged if _confidence(each) == level] for level in (*CONFIDENCES, "no reply")}
    longest = max((len(found) for found in levels.values()), default=0)
    return [Bar(level, len(found), _parts(found, longest)) for level, found in levels.items() if found]


def in_ranges(values: Iterable[float], edges: Sequence[float], labels: Sequence[str]) -> list[Part]:
    """How many values are from each edge up to the next; the last range has no end."""
    counts = Counter(max(place for place, edge in enumerate(edges) if value >= edge) for value in values)
    most = max(counts.values(), default=1)
    return [
        Part(Tone.PLAIN, place * WIDTH / len(edges), counts[place] / most, counts[place], label)
        for place, label in enumerate(labels)
    ]


def similarities(judged: Sequence[Judged]) -> list[Part]:
    found = [each.measures["similarity"] for each in judged if "similarity" in each.measures]
    return in_ranges(found, [place / 10 for place in range(10)], [f"{place / 10:.1f}" for place in range(10)])


def latencies(judged: Sequence[Judged]) -> list[Part]:
    found = [each.asked.seconds for each in judged if each.asked.reply is not None]
    edges = (0, 0.25, 0.5, 1, 2, 4, 8, 16)
    return in_ranges(found, edges, ["0", *(f"{edge:g} s" for edge in edges[1:])])


def _confidence(judged: Judged) -> str:
    return judged.asked.reply["confidence"] if judged.asked.reply is not None else "no reply"


def _parts(judged: Sequence[Judged], longest: int) -> list[Part]:
    counts = Counter(TONES[each.outcome] for each in judged)
    parts: list[Part] = []
    begin = 0.0
    for tone in TONE_NAMES:
        if counts[tone]:
            length = WIDTH * counts[tone] / longest
            parts.append(Part(tone, begin, length, counts[tone], TONE_NAMES[tone]))
            begin += length
    return parts
