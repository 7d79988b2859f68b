"""Labelled data of a run of debates: the verdicts of judges, and what people say of the cases that are undecided.

The undecided cases are a labeling task of texts. Its name is made from its content, so the same cases are one task
however often they are sent. People see the document, the question and both answers, and nothing of what judges said.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from cli.labeling import Labeling, fit_name
from cli.session import ApiError
from debating.quotes import QuotedDocument
from labeling.ground_truth import label_of, workers_in
from labeling.manifests import LineProblem, ManifestRules, read_manifest
from labeling.task_schemas import schema_of

SCHEMA = "consistent-answer"
# Of a task that was made, and whose manifest has to be uploaded and started.
_TO_SEND = ("UPLOADING", "REFUSED")


@dataclass(frozen=True)
class Labels:
    """Labelled cases, and those without a verdict, which have an `outcome` and a `reason`."""

    labelled: list[dict[str, Any]]
    undecided: list[dict[str, Any]]

    @property
    def for_people(self) -> set[str]:
        """The ids of the cases that judges could not decide. What failed is for `docent debate resume`."""
        return {each["case"] for each in self.undecided if each["outcome"] == "undecided"}

    def with_people(self, lines: Iterable[Mapping[str, Any]]) -> "Labels":
        """With the lines of the output manifest of a task of the undecided cases."""
        said = {line["id"]: line for line in lines}
        told = [_told(each, said[each["case"]]) if each["case"] in said else each for each in self.undecided]
        decided = [each for each in told if "label" in each]
        return Labels([*self.labelled, *decided], [each for each in told if "label" not in each])


def labels_of(verdicts: Iterable[dict[str, Any]], technique: str) -> Labels:
    """Of one technique.

    Confidence is the winner's share of all votes, and half of that where the two positions disagree.
    """
    labels = Labels([], [])
    for each in verdicts:
        if each["technique"] != technique:
            continue
        known = {"case": each["case"], "document_hash": each["document_hash"]}
        if each["verdict"] is None:
            labels.undecided.append({**known, "outcome": each["outcome"], "reason": each["reason"]})
            continue
        labels.labelled.append(
            {
                **known,
                "label": each["verdict"],
                "confidence": round(each["confidence"] / (2 if each["flipped"] else 1), 4),
                "votes": each["votes"],
                "evidence": each["evidence"],
                "technique": technique,
                "models": each["models"],
            }
        )
    return labels


@dataclass(frozen=True)
class Texts:
    """A manifest of cases, and those that no task takes: their ids, and why."""

    lines: list[bytes]
    left_out: list[tuple[str, str]]

    @classmethod
    def of(cls, cases: Iterable[Mapping[str, Any]]) -> "Texts":
        named = [(case["id"], _line(case)) for case in cases]
        read = read_manifest((line for _, line in named), ManifestRules("", None, "text"))
        wrong = {each.number: each.reason for each in read if isinstance(each, LineProblem)}
        return cls(
            [line for number, (_, line) in enumerate(named, 1) if number not in wrong],
            [(id, wrong[number]) for number, (id, _) in enumerate(named, 1) if number in wrong],
        )

    def name(self, run: str) -> str:
        return f"{fit_name(run)[:40].strip('-')}-undecided-{hashlib.sha256(b''.join(self.lines)).hexdigest()[:12]}"


def sent(labeling: Labeling, texts: Texts, run: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The task of these texts once it is prepared. One that is there already stays as it is."""
    name = texts.name(run)
    task = labeling.find(name)
    if task is None or task["status"] in _TO_SEND:
        try:
            # An id may tell which answer is right.
            labeling.send(b"".join(texts.lines), name, SCHEMA, {"hidden": ["id"], **options})
        except ApiError as error:
            if error.status != HTTPStatus.CONFLICT:  # somebody else has just sent them
                raise
        task = labeling.find(name)
        assert task
    elif task["status"] == "FAILED":
        labeling.start(task["task_id"])
    return labeling.wait(task["task_id"])


def _line(case: Mapping[str, Any]) -> bytes:
    answers = [case["answer_a"], case["answer_b"]]
    line = {"source": case["document"], "id": case["id"], "question": case["question"], "answers": answers}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _told(undecided: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """A case by what people say of it: an answer is right if more than half of them hold it so."""
    schema, document = schema_of(SCHEMA), QuotedDocument(line["source"])
    said = [label_of(content, schema)["clip"] for _, content in workers_in(line["label"])]
    votes = Counter(str(each["consistent"]) for each in said)
    side, count = votes.most_common(1)[0]
    if 2 * count <= votes.total():
        return {**undecided, "reason": "people disagree", "votes": dict(votes)}
    if side == "neither":
        return {**undecided, "reason": "people hold neither answer true", "votes": dict(votes)}
    quotes = [document.check(each["evidence"]) for each in said if each["consistent"] == side and "evidence" in each]
    return {
        "case": undecided["case"],
        "document_hash": undecided["document_hash"],
        "label": side,
        "confidence": round(count / votes.total(), 4),
        "votes": dict(votes),
        "evidence": [quote.to_json() for quote in quotes if quote.likeness == "exact"],
        "technique": "people",
        "models": None,
    }
