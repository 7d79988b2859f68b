"""The output of a part of a task."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched, takewhile
from typing import Any

from docent.batches import read_all
from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import read_json, upload, write_json
from labeling.answers import Answer, answer_key
from labeling.consolidation import consolidated, consolidated_content
from labeling.export_parts import numbers_of
from labeling.ground_truth import content_of, output_line, worker_answer, worker_response
from labeling.items import Item, all_items
from labeling.labels import Label
from labeling.task_rows import TaskRow
from labeling.texts import line_of

from .exported_items import ExportedItem
from .part_files import PartFiles

AT_ONCE = 10
BATCH = 50
SHOWN = 100


def write_part(bucket: str, table: str, row: TaskRow, export_id: str, part: int, formats: Sequence[str]) -> int:
    """Write the files of a part; returns how many items have a label.

    `.zip` has the files of single items; `.manifest`, `.csv` and `-<track>.rttm` are joined with those of other parts,
    and `.json` has the counts.
    """
    counts, missing = Counter[str](items=0, labeled=0, missing=0), list[int]()
    begin = LabelKeys(row.task_id).export_part(export_id, part)
    with tempfile.TemporaryDirectory() as folder:
        files = PartFiles(folder, row.schema, formats)
        with files:
            for item, line, answers in _answered(bucket, table, row, numbers_of(part)):
                counts["items"] += 1
                if not answers:
                    counts["missing"] += 1
                    missing += [item.number] if len(missing) < SHOWN else []
                    continue
                counts["labeled"] += 1
                agreement = float(item.values["agreement"]) if "agreement" in item.values else None
                labels = [(answer.subject, save["label"]) for answer, save in answers]
                content = consolidated_content(labels, row.schema, row.options["overlap"], agreement)
                moment = _moment(answers)
                files.add_line(output_line(line, row.options["label_attribute"], content, row.name, moment))
                files.add_response(item.number, moment, _response(answers, row))
                label = consolidated([label for _, label in labels], row.schema, row.options["overlap"])
                counts.update(f"segments_{segment['origin']}" for segment in label["segments"])
                counts.update(_rejected(labels))
                files.add(ExportedItem.of(item, label))
        for ending, path, kind in files.written():
            upload(path, ObjectPointer(bucket, f"{begin}{ending}"), kind)
    write_json(ObjectPointer(bucket, f"{begin}.json"), {"counts": dict(counts), "missing": missing})
    return counts["labeled"]


def _answered(
    bucket: str, table: str, row: TaskRow, numbers: range
) -> Iterator[tuple[Item, Mapping[str, Any], list[tuple[Answer, Any]]]]:
    """Each item of a part with its line and its answers that count, in the order of the manifest."""
    found = takewhile(lambda item: item.number in numbers, all_items(table, row.task_id, numbers.start - 1))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for items in batched(found, BATCH, strict=False):
            keys = [answer_key(row.task_id, item.number, subject) for item in items for subject in item.answered_by()]
            answers = [Answer.from_item(each) for each in read_all(table, keys, "answers were exported")]
            answers = sorted((each for each in answers if not each.is_draft), key=lambda each: each.answer_id)
            saves = threads.map(lambda answer: read_json(ObjectPointer(bucket, answer.label_key)), answers)
            by_number: dict[int, list[tuple[Answer, Any]]] = {}
            for answer, save in zip(answers, saves, strict=True):
                by_number.setdefault(answer.number, []).append((answer, save))
            found_answers = [by_number.get(item.number, []) for item in items]
            lines = threads.map(lambda item, own: line_of(bucket, item) if own else {}, items, found_answers)
            yield from zip(items, lines, found_answers, strict=True)


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
