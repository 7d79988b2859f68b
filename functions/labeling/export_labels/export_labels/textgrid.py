"""TextGrid, the long form that Praat writes. A tier has neither gaps nor overlaps.

A track is a tier of its categories, and a further one for each field that has a value (`speaker: text`). Segments that
overlap go to further tiers of the same track (`speaker 2`). Gaps are intervals without a text.
https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labeling.task_schemas import TaskSchema, fields_of

from .exported_items import ExportedItem

type Interval = tuple[int, int, str]


def textgrid(item: ExportedItem, schema: TaskSchema) -> str:
    end = max([item.duration_us or 0, *(segment["end_us"] for segment in item.label["segments"])])
    tiers = [(name, list(_filled(intervals, end))) for name, intervals in _tiers(item, schema)]
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {_seconds(end)}",
        "tiers? <exists>",
        f"size = {len(tiers)}",
        "item []:",
    ]
    for number, (name, intervals) in enumerate(tiers, 1):
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f"        name = {_quoted(name)}",
            "        xmin = 0",
            f"        xmax = {_seconds(end)}",
            f"        intervals: size = {len(intervals)}",
        ]
        for place, (start, stop, text) in enumerate(intervals, 1):
            lines += [
                f"        intervals [{place}]:",
                f"            xmin = {_seconds(start)}",
                f"            xmax = {_seconds(stop)}",
                f"            text = {_quoted(text)}",
            ]
    return "\n".join(lines) + "\n"


def _tiers(item: ExportedItem, schema: TaskSchema) -> Iterator[tuple[str, list[Interval]]]:
    for track in schema["tracks"]:
        for number, segments in enumerate(layers_of(item.segments_of(track["name"])), 1):
            name = track["name"] if number == 1 else f"{track['name']} {number}"
            yield name, [(each["start_us"], each["end_us"], each["category"]) for each in segments]
            for field in fields_of(track)["properties"]:
                if any(field in each["fields"] for each in segments):
                    texts = [(each["start_us"], each["end_us"], _text(each["fields"].get(field))) for each in segments]
                    yield f"{name}: {field}", texts


def layers_of(segments: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Segments that do not overlap in each; a track without segments has one that is empty."""
    layers: list[list[Mapping[str, Any]]] = [[]]
    for segment in sorted(segments, key=lambda each: (each["start_us"], each["end_us"])):
        free = (layer for layer in layers if not layer or layer[-1]["end_us"] <= segment["start_us"])
        layer = next(free, None)
        if layer is None:
            layers.append(layer := [])
        layer.append(segment)
    return layers


def _filled(intervals: Sequence[Interval], end: int) -> Iterator[Interval]:
    at = 0
    for start, stop, text in intervals:
        if start > at:
            yield at, start, ""
        yield start, stop, text
        at = stop
    if at < end:
        yield at, end, ""


def _text(value: Any) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def _seconds(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
