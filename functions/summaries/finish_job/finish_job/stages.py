"""How long each stage of a job took."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

STAGES = ("preparing", "summarizing", "masking")


def seconds_by_stage(began: Mapping[str, str], now: str) -> dict[str, float]:
    """From when each stage began until the next one did; the last one ends now."""
    times = [(stage, began[stage]) for stage in STAGES if began.get(stage)]
    return {
        stage: max(0.0, round(_seconds(end) - _seconds(start), 1))
        for (stage, start), (_, end) in pairwise([*times, ("", now)])
    }


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
