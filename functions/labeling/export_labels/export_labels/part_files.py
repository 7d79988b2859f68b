"""The files of one part of an export, while they are written."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from labeling.task_schemas import TaskSchema, is_of_texts

from .csv_file import SegmentsFile, TextsFile
from .exported_items import ExportedItem
from .rttm import rttm_lines
from .textgrid import textgrid
from .webvtt import webvtt

# Where Ground Truth puts them below the output path of a job.
RESPONSES = "annotations/worker-response/iteration-1"


class PartFiles:
    """In a folder; they are complete once it is left."""

    def __init__(self, folder: str, schema: TaskSchema, formats: Sequence[str]) -> None:
        self._folder, self._schema, self._formats = Path(folder), schema, formats
        self._tracks = [track["name"] for track in schema["tracks"]]
        self._open = ExitStack()
        self._archive = self._open.enter_context(zipfile.ZipFile(self._path(".zip"), "w", zipfile.ZIP_DEFLATED))
        self._manifest = self._text(".manifest")
        rows = TextsFile if is_of_texts(schema) else SegmentsFile
        self._rows = rows(self._text(".csv", newline=""), schema) if "csv" in formats else None
        self._rttm = {track: self._text(f"-{track}.rttm") for track in self._tracks} if "rttm" in formats else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add_line(self, line: Mapping[str, Any]) -> None:
        self._manifest.write(json.dumps(line, ensure_ascii=False) + "\n")

    def add_response(self, number: int, moment: str, response: str) -> None:
        """Ground Truth counts objects from 0."""
        self._archive.writestr(f"{RESPONSES}/{number - 1}/{moment[:19].replace('T', '_')}.json", response)

    def add(self, item: ExportedItem) -> None:
        """In each format."""
        for track in self._tracks:
            if "webvtt" in self._formats:
                self._archive.writestr(f"webvtt/{item.name}.{track}.vtt", webvtt(item.segments_of(track)))
            if track in self._rttm:
                self._rttm[track].writelines(rttm_lines(item.name, item.segments_of(track)))
        if "textgrid" in self._formats:
            self._archive.writestr(f"textgrid/{item.name}.TextGrid", textgrid(item, self._schema))
        if self._rows:
            self._rows.add(item)

    def written(self) -> Iterator[tuple[str, str, str]]:
        """The ending of each file's key, its path, and its media type."""
        yield ".zip", self._path(".zip"), "application/zip"
        yield ".manifest", self._path(".manifest"), "application/jsonl"
        if self._rows:
            yield ".csv", self._path(".csv"), "text/csv"
        for track in self._rttm:
            yield f"-{track}.rttm", self._path(f"-{track}.rttm"), "text/plain"

    def _path(self, ending: str) -> str:
        return str(self._folder / f"part{ending}")

    def _text(self, ending: str, newline: str | None = None) -> TextIO:
        return self._open.enter_context(Path(self._path(ending)).open("w", encoding="utf-8", newline=newline))
