"""WebVTT: a cue for each segment, spoken by its category. Cues may overlap. https://www.w3.org/TR/webvtt1/"""

import re
from collections.abc import Mapping, Sequence
from typing import Any


def webvtt(segments: Sequence[Mapping[str, Any]]) -> str:
    return "\n\n".join(["WEBVTT", *(_cue(segment) for segment in segments)]) + "\n"


def _cue(segment: Mapping[str, Any]) -> str:
    """Times have milliseconds. The shortest cue has one."""
    start = _milliseconds(segment["start_us"])
    end = max(_milliseconds(segment["end_us"]), start + 1)
    text = segment["fields"].get("text", "")
    lines = "\n".join(line for line in re.split(r"\r\n|\r|\n", _escaped(text)) if line.strip())
    return f"{segment['id']}\n{_time(start)} --> {_time(end)}\n<v {_escaped(segment['category'])}>{lines}"


def _milliseconds(microseconds: int) -> int:
    return (microseconds + 500) // 1000


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _escaped(text: str) -> str:
    """An escaped > keeps `-->` out of the text as well."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
