"""RTTM: a line for each segment, as Kaldi and pyannote read it. Its fields have no spaces."""

from collections.abc import Mapping, Sequence
from typing import Any


def rttm_lines(name: str, segments: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_line(name, segment) for segment in segments]


def _line(name: str, segment: Mapping[str, Any]) -> str:
    start = (segment["start_us"] + 500) // 1000
    length = max((segment["end_us"] + 500) // 1000 - start, 1)
    category = "_".join(segment["category"].split())
    return f"SPEAKER {name} 1 {_seconds(start)} {_seconds(length)} <NA> <NA> {category} <NA> <NA>\n"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"
