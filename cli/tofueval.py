"""Cases from the files of TofuEval (amazon-science/tofueval), which are not shipped with Docent.

Its CSV has one row for each sentence of a summary, with `sent_label` yes or no. A summary is right if all its sentences
are. Of each topic one right and one wrong summary make a case. TofuEval asks that its data is not used for training.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cli.target import CommandError

_COLUMNS = {"doc_id", "topic", "model_name", "sent_idx", "summ_sent", "sent_label", "type"}


def tofueval_cases(annotations: Path, documents: Path) -> Iterator[dict[str, Any]]:
    """`documents` is a CSV with `doc_id` and `source`, as TofuEval's own script writes it.

    Topics whose document is not there, or that have no right or no wrong summary, are left out.
    """
    texts = {row["doc_id"]: row["source"] for row in _rows(documents, {"doc_id", "source"})}
    topics: defaultdict[tuple[str, str], defaultdict[str, list[Mapping[str, str]]]]
    topics = defaultdict(lambda: defaultdict(list))
    for row in _rows(annotations, _COLUMNS):
        topics[row["doc_id"], row["topic"]][row["model_name"]].append(row)
    for (document, topic), summaries in topics.items():
        right = [rows for rows in summaries.values() if all(_is_right(row) for row in rows)]
        wrong = [rows for rows in summaries.values() if not all(_is_right(row) for row in rows)]
        if document not in texts or not right or not wrong:
            continue
        id = hashlib.sha256(f"{document}\0{topic}".encode()).hexdigest()[:16]
        answers = [_text(right[0]), _text(wrong[0])]
        label = "AB"[int(id, 16) % 2]
        yield {
            "id": id,
            "document": texts[document],
            "question": f"Which one of these summaries about “{topic}” is the most factually consistent one?",
            "answer_a": answers[label == "B"],
            "answer_b": answers[label == "A"],
            "label": label,
            "error_types": sorted({row["type"] for row in wrong[0] if not _is_right(row) and row["type"]}),
        }


def _rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := sorted(columns - set(rows.fieldnames or ())):
            raise CommandError(f"{path} has no column {missing[0]}.")
        yield from rows


def _is_right(row: Mapping[str, str]) -> bool:
    return row["sent_label"].strip().casefold() == "yes"


def _text(rows: list[Mapping[str, str]]) -> str:
    return " ".join(row["summ_sent"].strip() for row in sorted(rows, key=lambda row: int(row["sent_idx"])))
