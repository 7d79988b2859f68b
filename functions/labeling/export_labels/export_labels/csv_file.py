"""CSV: a row for each segment, or for each text. What a spreadsheet would take for a formula is quoted."""

import csv
from typing import Any, TextIO

from labeling.ground_truth import seconds
from labeling.task_schemas import TaskSchema, clip_of, fields_of

from .exported_items import ExportedItem

_COLUMNS = ("number", "source", "track", "category", "start", "end", "origin")


class SegmentsFile:
    def __init__(self, file: TextIO, schema: TaskSchema) -> None:
        self._fields = list(
            dict.fromkeys(name for track in schema["tracks"] for name in fields_of(track)["properties"])
        )
        self._rows = csv.writer(file)
        self._rows.writerow([*_COLUMNS, *self._fields])

    def add(self, item: ExportedItem) -> None:
        for segment in item.label["segments"]:
            times = (seconds(segment["start_us"]), seconds(segment["end_us"]))
            fields = (_text(segment["fields"].get(name)) for name in self._fields)
            texts = (item.source, segment["track"], segment["category"])
            told = (*map(_safe, texts), *times, segment["origin"], *map(_safe, fields))
            self._rows.writerow([item.number, *told])


class TextsFile:
    def __init__(self, file: TextIO, schema: TaskSchema) -> None:
        self._fields = list(clip_of(schema)["properties"])
        self._rows = csv.writer(file)
        self._rows.writerow(["number", "source", *self._fields])

    def add(self, item: ExportedItem) -> None:
        values = (_text(item.label["clip"].get(name)) for name in self._fields)
        self._rows.writerow([item.number, *map(_safe, (item.source, *values))])


def _text(value: Any) -> str:
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
