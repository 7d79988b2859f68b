"""How well people agree on a clip: Krippendorff's alpha over short frames of each track.

The value of a frame is the set of categories that are marked there, so a boundary that is somewhat off costs little,
and a segment that is missing costs its whole length. 1 is full agreement, 0 that of chance.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import krippendorff
import numpy

FRAME_US = 10_000
# More frames tell no more, and four hours would have a million of them.
MOST_FRAMES = 200_000


def agreement_of(labels: Sequence[Mapping[str, Any]], duration_us: int) -> float:
    """Of two labels or more. Where nobody marked anything, they agree."""
    frames = max(1, min(MOST_FRAMES, -(-duration_us // FRAME_US)))
    tracks = sorted({segment["track"] for label in labels for segment in label["segments"]})
    codes: dict[tuple[str, frozenset[str]], int] = {}
    rows = [
        numpy.concatenate([_frames_of(label, track, frames, duration_us, codes) for track in tracks] or [[0]])
        for label in labels
    ]
    values = numpy.array(rows)
    if (values == values[0]).all():
        return 1.0
    alpha = krippendorff.alpha(reliability_data=values, level_of_measurement="nominal")
    return round(float(alpha), 4)


def _frames_of(
    label: Mapping[str, Any], track: str, frames: int, duration_us: int, codes: dict[tuple[str, frozenset[str]], int]
) -> Any:
    """What is marked in each frame, as a number that stands for a track and a set of its categories; 0 is nothing."""
    edges: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for segment in label["segments"]:
        if segment["track"] == track:
            first, last = (round(segment[edge] * frames / duration_us) for edge in ("start_us", "end_us"))
            edges[first].append((segment["category"], 1))
            edges[max(last, first + 1)].append((segment["category"], -1))
    row, marked = numpy.zeros(frames, dtype=numpy.int32), Counter[str]()
    for here, there in pairwise([*sorted(edges), frames]):
        for category, change in edges[here]:
            marked[category] += change
        if names := frozenset(name for name, count in marked.items() if count):
            row[here:there] = codes.setdefault((track, names), len(codes) + 1)
    return row
