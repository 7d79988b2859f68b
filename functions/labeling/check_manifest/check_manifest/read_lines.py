"""The lines of a manifest, each read once, with one line in memory at a time."""

import json
import tempfile
from collections.abc import Iterator
from typing import Any

from docent.documents import ObjectPointer
from docent.objects import read_parts, upload
from labeling.manifests import LineProblem, ManifestRules, read_manifest
from labeling.task_rows import TaskRow

# A person reads no more, and a state takes no more.
SHOWN = 100


def read_lines_of(manifest: ObjectPointer, row: TaskRow, bucket: str, clips: ObjectPointer) -> dict[str, Any]:
    """What check_manifest returns, before any object was looked for."""
    problems: list[dict[str, Any]] = []
    lines = problem_count = 0
    with tempfile.NamedTemporaryFile() as file:
        for read in read_manifest(whole_lines(read_parts(manifest)), rules_of(row, bucket)):
            lines += 1
            if isinstance(read, LineProblem):
                problem_count += 1
                if len(problems) < SHOWN:
                    problems.append(read.to_json())
                continue
            clip: dict[str, Any] = {"number": read.number, "offset": read.offset, "size": read.size}
            if read.source:
                clip["source"] = read.source.to_json()
            file.write(json.dumps(clip, ensure_ascii=False).encode() + b"\n")
        file.flush()
        if not lines:
            problems, problem_count = [{"line": 1, "reason": "The manifest is empty."}], 1
        upload(file.name, clips, "application/jsonl")
    return {
        "lines": lines,
        "clips": clips.to_json(),
        "offset": 0,
        "done": False,
        "problems": problems,
        "problem_count": problem_count,
    }


def rules_of(row: TaskRow, bucket: str) -> ManifestRules:
    """Clips may be in the folders of the task's owner and of the owner's groups."""
    folders = frozenset({row.owner.subject, *row.owner.groups})
    addresses = (row.options["transcribe"],) if "transcribe" in row.options else ()
    return ManifestRules(bucket, folders, row.schema["media"], addresses)


def whole_lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Lines with their ends: places in the file are counted by them."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest
