"""The parts of an export as one output.

What is of the whole task may be larger than the disk and than one request to S3, so it is written to the archive and to
the bucket while its parts are read.
"""

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import copy_with_metadata, download, read_json, read_parts, upload_stream
from labeling.task_schemas import TaskSchema, is_of_texts

from .pieces import as_file

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

    def joined(ending: str) -> Iterator[bytes]:
        """The header of CSV is its first line, of which each part has one."""
        for number in numbers:
            pieces = read_parts(part(number, ending))
            yield from _without_first_line(pieces) if ending == ".csv" and number > 1 else pieces

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "labels.zip")
        download(part(1, ".zip"), str(archive), lambda _: None)
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as labels:
            for name, ending in _whole(schema, formats):
                with labels.open(name, "w", force_zip64=True) as entry:
                    pieces = _copied(joined(ending), entry)
                    if name == MANIFEST:
                        upload_stream(as_file(pieces), ObjectPointer(bucket, keys.output_manifest), "application/jsonl")
                    else:
                        for _ in pieces:
                            pass
        with archive.open("rb") as file:
            upload_stream(file, ObjectPointer(bucket, keys.labels(1)), "application/zip")
    for number in numbers[1:]:
        copy_with_metadata(bucket, part(number, ".zip").key, keys.labels(number), {})
    return _told([read_json(part(number, ".json")) for number in numbers])


def _whole(schema: TaskSchema, formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files that are of the whole task: their names in the archive, and the endings of their parts' keys."""
    yield MANIFEST, ".manifest"
    if "csv" in formats:
        yield "labels.csv" if is_of_texts(schema) else "segments.csv", ".csv"
    if "rttm" in formats:
        for track in schema["tracks"]:
            yield f"rttm/{track['name']}.rttm", f"-{track['name']}.rttm"


def _copied(pieces: Iterator[bytes], to: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        to.write(piece)
        yield piece


def _without_first_line(pieces: Iterator[bytes]) -> Iterator[bytes]:
    found = b""
    for piece in pieces:
        if not found:
            _, found, piece = piece.partition(b"\n")
        yield piece


def _told(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts, missing = Counter[str](), list[int]()
    for part in parts:
        counts.update(part["counts"])
        missing += part["missing"]
    return {"counts": dict(counts), "missing": missing[:SHOWN]}
