"""The output of a task in one archive."""

import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import Any

from docent.batches import read_all
from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import read_json, upload
from labeling.answers import Answer, answer_key
from labeling.consolidation import consolidated, consolidated_content
from labeling.ground_truth import content_of, output_line, worker_answer, worker_response
from labeling.items import Item, all_items
from labeling.labels import Label
from labeling.task_rows import TaskRow

from .csv_file import SegmentsFile
from .exported_items import ExportedItem
from .rttm import rttm_lines
from .textgrid import textgrid
from .webvtt import webvtt

AT_ONCE = 10
BATCH = 50
SHOWN = 100
# Where Ground Truth puts them below the output path of a job.
MANIFEST = "manifests/output/output.manifest"
RESPONSES = "annotations/worker-response/iteration-1"


def write_archive(bucket: str, table: str, row: TaskRow, keys: LabelKeys, formats: Sequence[str]) -> dict[str, Any]:
    """`{"counts", "missing"}`, and the files in the bucket."""
    counts, missing = Counter[str](items=0, labeled=0, missing=0), list[int]()
    with (
        tempfile.NamedTemporaryFile("w", encoding="utf-8") as manifest,
        tempfile.NamedTemporaryFile() as file,
        tempfile.TemporaryDirectory() as folder,
    ):
        segments = SegmentsFile(folder, row.schema) if "csv" in formats else None
        rttm: dict[str, list[str]] = {}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for item, answers in _answered(bucket, table, row):
                counts["items"] += 1
                if not answers:
                    counts["missing"] += 1
                    missing += [item.number] if len(missing) < SHOWN else []
                    continue
                counts["labeled"] += 1
                agreement = float(item.values["agreement"]) if "agreement" in item.values else None
                labels = [(answer.subject, save["label"]) for answer, save in answers]
                content = consolidated_content(labels, row.schema, row.options["overlap"], agreement)
                line = item.values["line"]
                written = output_line(line, row.options["label_attribute"], content, row.name, _moment(answers))
                manifest.write(json.dumps(written, ensure_ascii=False) + "\n")
                archive.writestr(_response_name(item, _moment(answers)), _response(answers, row))
                label = consolidated([label for _, label in labels], row.schema, row.options["overlap"])
                counts.update(f"segments_{segment['origin']}" for segment in label["segments"])
                counts.update(_rejected(labels))
                exported = ExportedItem.of(item, label)
                _write_formats(archive, exported, row, formats, rttm)
                if segments:
                    segments.add(exported)
            for track, lines in rttm.items():
                archive.writestr(f"rttm/{track}.rttm", "".join(lines))
            if segments:
                archive.write(segments.close(), "segments.csv")
            manifest.flush()
            archive.write(manifest.name, MANIFEST)
        file.flush()
        upload(manifest.name, ObjectPointer(bucket, keys.output_manifest), "application/jsonl")
        upload(file.name, ObjectPointer(bucket, keys.labels), "application/zip")
    return {"counts": dict(counts), "missing": missing}


def _answered(bucket: str, table: str, row: TaskRow) -> Iterator[tuple[Item, list[tuple[Answer, Any]]]]:
    """Each item with its answers that count, in the order of the manifest."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for items in batched(all_items(table, row.task_id), BATCH, strict=False):
            keys = [answer_key(row.task_id, item.number, subject) for item in items for subject in item.answered_by()]
            answers = [Answer.from_item(each) for each in read_all(table, keys, "answers were exported")]
            answers = sorted((each for each in answers if not each.is_draft), key=lambda each: each.answer_id)
            saves = threads.map(lambda answer: read_json(ObjectPointer(bucket, answer.label_key)), answers)
            by_number: dict[int, list[tuple[Answer, Any]]] = {}
            for answer, save in zip(answers, saves, strict=True):
                by_number.setdefault(answer.number, []).append((answer, save))
            for item in items:
                yield item, by_number.get(item.number, [])


def _write_formats(
    archive: zipfile.ZipFile, item: ExportedItem, row: TaskRow, formats: Sequence[str], rttm: dict[str, list[str]]
) -> None:
    for track in (each["name"] for each in row.schema["tracks"]):
        if "webvtt" in formats:
            archive.writestr(f"webvtt/{item.name}.{track}.vtt", webvtt(item.segments_of(track)))
        if "rttm" in formats:
            rttm.setdefault(track, []).extend(rttm_lines(item.name, item.segments_of(track)))
    if "textgrid" in formats:
        archive.writestr(f"textgrid/{item.name}.TextGrid", textgrid(item, row.schema))


def _response(answers: Sequence[tuple[Answer, Any]], row: TaskRow) -> str:
    told = [
        worker_answer(
            content_of(save["label"], row.schema),
            answer.subject,
            answer.values["begun_at"],
            answer.values["submitted_at"],
        )
        for answer, save in answers
    ]
    return json.dumps(worker_response(told), ensure_ascii=False)


def _response_name(item: Item, moment: str) -> str:
    """Ground Truth counts objects from 0."""
    return f"{RESPONSES}/{item.number - 1}/{moment[:19].replace('T', '_')}.json"


def _moment(answers: Sequence[tuple[Answer, Any]]) -> str:
    """When the last of them was submitted."""
    return max(answer.values["submitted_at"] for answer, _ in answers)


def _rejected(labels: Sequence[tuple[str, Label]]) -> list[str]:
    return [
        "suggestions_rejected"
        for _, label in labels
        for became in label.get("suggestions", {}).values()
        if became == "rejected"
    ]
