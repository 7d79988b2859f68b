"""Every task of every workflow fails in every way it can, or is the last before somebody stops its execution.

Retries heal it, or it says so and a redrive heals it: then the index itself has the document once, or not at all.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli import repair
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.fault_runs import FaultCase, FaultRuns, asked_for, every_case
from tests.support.pdfs import image_with, pdf
from tests.support.project import MACHINES
from tests.support.stack import ENDED, Stack
from tests.support.task_faults import STOPPED
from tests.support.waiting import wait_until

PRIVATE = "wilhelmina.zwiebelturm@example.com"
# So many documents alike would crowd others out of answers.
NOBODY = "{}"
READABLE = pdf(["The pantry of Castle Orrery."], [[image_with(f"Housekeeper\n{PRIVATE}")]])
UNREADABLE = b"no pdf"
# No document gets there; tests/failures/stack has what does.
OF_OTHER_WORK = ("AnnounceWorkFailed", "RecordWorkFailed")
# These run with S3 Vectors, and while a stack moves to it: test_vector_index.py.
OF_THE_OTHER_INDEX = ("ExtractPassages", "RemoveFromFormerIndex", "ConfirmRemovedFromFormerIndex")
MACHINES_OF_DOCUMENTS = [
    path.name.removesuffix(".asl.json").replace("_", "-")
    for path in MACHINES
    if path.parent.name in ("ingest", "failures")
]


@dataclass
class Case(FaultCase):
    """One document. What became of it: under the fault, and after the fault was gone and it was redriven."""

    document: dict[str, Any] = field(default_factory=dict)
    redriven: list[str] = field(default_factory=list)
    healed: dict[str, Any] = field(default_factory=dict)
    indexed: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    # Whatever the index said of it, then and after.
    words: str = ""

    @property
    def key(self) -> str:
        return f"faults/{self.name}.pdf"

    @property
    def own_id(self) -> str:
        return document_id_of("docent-documents", self.key)

    @property
    def about(self) -> str:
        """What withdraw_generations is told holds the document's id, all others its key."""
        return self.own_id if self.machine == "withdraw-generations" else self.key

    @property
    def more_rules(self) -> list[str]:
        return [f"docent-ingest-document.ExtractImages[{self.key}]=delay:1"] if self.overtaken else []

    @property
    def unreadable(self) -> bool:
        return self.machine == "record-failure"

    @property
    def removed(self) -> bool:
        return self.machine in ("remove-document", "withdraw-generations")

    @property
    def replaced(self) -> bool:
        return self.machine == "ingest-document" and self.state == "WithdrawEarlierGenerations"

    @property
    def overtaken(self) -> bool:
        return self.state == "WithdrawThisGeneration"


CASES = every_case(Case, MACHINES_OF_DOCUMENTS, OF_OTHER_WORK + OF_THE_OTHER_INDEX)


class Uploads:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def ingest(self, case: Case) -> None:
        self.stack.put(case.key, READABLE, NOBODY)

    def start(self, case: Case) -> None:
        if case.removed:
            self.stack.target.s3.delete_object(Bucket=self.stack.library.bucket, Key=case.key)
        else:
            self.stack.put(case.key, UNREADABLE if case.unreadable else READABLE, NOBODY)
        if case.overtaken:
            wait_until(lambda: self.stack.document(case.key) is not None)
            self.stack.claim(case.key)

    def see(self, case: Case) -> None:
        case.document = self.stack.document(case.key) or {}
        case.words = json.dumps(self.stack.indexed(case.key))

    def redrive(self, cases: list[Case]) -> None:
        by_key = {case.key: case for case in cases}
        for key, outcome in repair.redrive(self.stack.library, [case.own_id for case in cases]):
            by_key[key].redriven.append(outcome)

    def reingest(self, case: Case) -> None:
        list(repair.reingest(self.stack.library, [case.own_id]))

    def see_healed(self, case: Case) -> None:
        case.healed = self.stack.document(case.key) or {}
        case.indexed = self.stack.indexed(case.key)
        case.words += json.dumps(case.indexed)
        case.folders = {key.split("/")[2] for key in self.stack.derived_keys(case.key)}


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, request: pytest.FixtureRequest) -> None:
    uploads, runs = Uploads(running_stack), FaultRuns(running_stack, asked_for(request), MACHINES_OF_DOCUMENTS)
    before = [case for case in runs.cases if case.removed or case.replaced]
    runs.each(before, uploads.ingest)
    assert {(running_stack.document(case.key) or {})["status"] for case in before} <= {"INGESTED"}
    runs.strike(uploads.start)
    for case in runs.cases:
        uploads.see(case)
    uploads.redrive(runs.cases)
    runs.each([case for case in runs.cases if case.document.get("gaps")], uploads.reingest)
    for case in runs.cases:
        uploads.see_healed(case)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    well = "REMOVED" if case.removed else _without_a_fault(case)
    if case.heals:
        assert case.document["status"] == well, case.document
    elif case.document["status"] != well:
        assert case.document["status"] in ENDED or case.unreadable, case.document
        assert case.document["gaps"] or "is redriven" in case.redriven, "nothing is left to an operator"
    told = [gap["error"] for gap in case.document["gaps"]] + list(filter(None, [case.document["error"]]))
    for error in told:
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Uu]pload|[Rr]edrive)", error["message"]), "says what to do"
    assert (case.healed["status"], case.healed["gaps"]) == (well, []), case.healed
    assert PRIVATE not in case.words, "nothing unmasked is ever in the index"
    if case.removed or case.unreadable or case.overtaken:
        assert (case.indexed, case.folders) == ({}, set())
    else:
        generation = case.healed["generation"]
        assert {each.split("/")[1] for each in case.indexed} == case.folders == {generation}, "of no earlier upload"
        assert len(case.indexed) == 2, "the text and the image"
        assert "{EMAIL}" in case.words


def _without_a_fault(case: Case) -> str:
    if case.overtaken:
        return "INGESTING"  # by the upload that overtook it
    return "FAILED" if case.unreadable else "INGESTED"
