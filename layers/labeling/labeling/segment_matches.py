"""Which segments of two labels are the same: of one track and category, with enough in common."""

from collections.abc import Mapping, Sequence
from typing import Any

type Segment = Mapping[str, Any]


def overlap_of(one: Segment, other: Segment) -> float:
    """What two segments have in common, as a share of what they cover together."""
    common = min(one["end_us"], other["end_us"]) - max(one["start_us"], other["start_us"])
    together = max(one["end_us"], other["end_us"]) - min(one["start_us"], other["start_us"])
    return max(common, 0) / together if together else 0.0


def match(wanted: Sequence[Segment], found: Sequence[Segment], least: float) -> list[tuple[int, int]]:
    """Pairs of places, each segment in one pair at most; those that have most in common go first."""
    pairs = [
        (overlap, here, there)
        for here, one in enumerate(wanted)
        for there, other in enumerate(found)
        if (one["track"], one["category"]) == (other["track"], other["category"])
        and (overlap := overlap_of(one, other)) >= least
    ]
    taken_here, taken_there, matched = set[int](), set[int](), list[tuple[int, int]]()
    for _, here, there in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if here not in taken_here and there not in taken_there:
            taken_here.add(here)
            taken_there.add(there)
            matched.append((here, there))
    return sorted(matched)
