"""The parts of an export as one output."""

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import copy_with_metadata, download, read_json, read_parts, upload
from labeling.task_schemas import TaskSchema

SHOWN = 100
# Where Ground Truth puts it below the output path of a job.
MANIFEST = "manifests/output/output.manifest"


def join(
    bucket: str, keys: LabelKeys, export_id: str, parts: int, schema: TaskSchema, formats: Sequence[str]
) -> dict[str, Any]:
    """`{"counts", "missing"}`, and the files in the bucket."""
    numbers = range(1, parts + 1)

    def part(number: int, ending: str) -> ObjectPointer:
        return ObjectPointer(bucket, f"{keys.export_part(export_id, number)}{ending}")

    with tempfile.TemporaryDirectory() as folder:
        archive, joined = str(Path(folder, "labels.zip")), str(Path(folder, "joined"))
        download(part(1, ".zip"), archive, lambda _: None)
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as labels:
            for name, ending in _whole(schema, formats):
                with Path(joined).open("wb") as file:
                    for number in numbers:
                        _append(file, read_parts(part(number, ending)), ending == ".csv" and number > 1)
                labels.write(joined, name)
                if name == MANIFEST:
                    upload(joined, ObjectPointer(bucket, keys.output_manifest), "application/jsonl")
        upload(archive, ObjectPointer(bucket, keys.labels(1)), "application/zip")
    for number in numbers[1:]:
        copy_with_metadata(bucket, part(number, ".zip").key, keys.labels(number), {})
    return _told([read_json(part(number, ".json")) for number in numbers])


def _whole(schema: TaskSchema, formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files that are of the whole task: their names in the archive, and the endings of their parts' keys."""
    yield MANIFEST, ".manifest"
    if "csv" in formats:
        yield "segments.csv", ".csv"
    if "rttm" in formats:
        for track in schema["tracks"]:
            yield f"rttm/{track['name']}.rttm", f"-{track['name']}.rttm"


def _append(file: BinaryIO, chunks: Iterator[bytes], without_header: bool) -> None:
    """The header of CSV is its first line, of which each part has one."""
    for chunk in chunks:
        if without_header:
            _, found, chunk = chunk.partition(b"\n")
            without_header = not found
        file.write(chunk)


def _told(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts, missing = Counter[str](), list[int]()
    for part in parts:
        counts.update(part["counts"])
        missing += part["missing"]
    return {"counts": dict(counts), "missing": missing[:SHOWN]}
