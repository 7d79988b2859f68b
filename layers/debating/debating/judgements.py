"""What the votes of judges decide, in one position, in one unit, and for a case."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from .cases import opposite
from .plans import Ballot
from .verdicts import Reason, Side, Verdict


@dataclass(frozen=True, slots=True)
class Vote:
    """`first` is the answer of the case that the judge saw as A; `side` is the one it voted for, `after` so many
    rounds."""

    first: Side
    side: Side | None
    reason: Reason | None = None
    after: int = 0

    @classmethod
    def of(cls, ballot: Ballot, verdict: Verdict) -> Self:
        side = verdict.side and (ballot.first if verdict.side == "A" else opposite(ballot.first))
        return cls(ballot.first, side, verdict.reason, ballot.after)

    def to_json(self) -> dict[str, Any]:
        return {"first": self.first, "side": self.side, "reason": self.reason, "after": self.after}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value["first"], value["side"], value["reason"], value["after"])


@dataclass(frozen=True, slots=True)
class Decision:
    """`side` is None if no answer has more than half of the votes that were planned; then `reason` tells why."""

    side: Side | None
    reason: Reason | None
    votes: Mapping[str, int]
    planned: int


def decide(votes: Iterable[Vote], planned: int) -> Decision:
    """A vote that could not be read, or that was never cast, stays in the denominator."""
    cast = list(votes)
    counts = Counter(vote.side for vote in cast if vote.side)
    shown = {"A": counts["A"], "B": counts["B"], "none": planned - counts["A"] - counts["B"]}
    for side in ("A", "B"):
        if counts[side] * 2 > planned:
            return Decision(side, None, shown, planned)
    if counts["A"] and counts["B"]:
        return Decision(None, "tie", shown, planned)
    reasons: Counter[Reason] = Counter(vote.reason for vote in cast if vote.reason)
    return Decision(None, reasons.most_common(1)[0][0] if reasons else "unreadable", shown, planned)


def is_flipped(votes: Sequence[Vote], planned: int) -> bool | None:
    """Whether the two positions lead to different decisions; None if one of them leads to none."""
    straight, flipped = (decide((vote for vote in votes if vote.first == first), planned).side for first in ("A", "B"))
    return straight != flipped if straight and flipped else None
