"""Every task of every workflow fails in every way it can, or is the last before somebody stops its execution.

Retries heal it, or it says so and a redrive heals it: then the index itself has the document once, or not at all.

The tasks are read from the definitions, so a new one is tested without being named here. All cases run at once
on documents of their own, before the first test looks; each test looks at what became of its case.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli import repair
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.pdfs import image_with, pdf
from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import ENDED, Stack
from tests.support.task_faults import HELD, KINDS, STOPPED
from tests.support.waiting import wait_until

PRIVATE = "wilhelmina.zwiebelturm@example.com"
# So many documents alike would crowd others out of answers.
NOBODY = "{}"
READABLE = pdf(["The pantry of Castle Orrery."], [[image_with(f"Housekeeper\n{PRIVATE}")]])
UNREADABLE = b"no pdf"


# No document gets there; tests/failures/stack has what does.
OF_OTHER_WORK = ("AnnounceWorkFailed", "RecordDebatesFailed", "RecordQuestionnaireFailed", "RecordSummaryFailed")
# These run with S3 Vectors, and while a stack moves to it: test_vector_index.py.
OF_THE_OTHER_INDEX = ("ExtractPassages", "RemoveFromFormerIndex", "ConfirmRemovedFromFormerIndex")


@dataclass
class Case:
    """One document, and the fault that one task of one of its workflows meets."""

    machine: str
    state: str
    kind: str
    actions: str
    heals: bool
    key: str
    # What became of it, filled in as it runs: under the fault, and after the fault was gone and it was redriven.
    document: dict[str, Any] = field(default_factory=dict)
    struck: int = 0
    stopped: bool = False
    redriven: list[str] = field(default_factory=list)
    healed: dict[str, Any] = field(default_factory=dict)
    indexed: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    # Whatever the index said of it, then and after.
    words: str = ""

    @property
    def about(self) -> str:
        """What withdraw_generations is told holds the document's id, all others its key."""
        return document_id_of("docent-documents", self.key) if self.machine == "withdraw-generations" else self.key

    @property
    def rules(self) -> list[str]:
        return [f"docent-{self.machine}.{self.state}[{self.about}]={action}" for action in self.actions.split()]

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


def tasks() -> Iterator[tuple[str, str, str]]:
    """`(workflow, state, resource)` of whatever calls something."""
    for path in (each for each in MACHINES if each.parent.name in ("ingest", "failures")):
        for name, state, _ in every_state(definition(path)):
            resource = state.get("Resource") or state.get("ItemReader", {}).get("Resource")
            if resource and name not in OF_OTHER_WORK + OF_THE_OTHER_INDEX:
                yield path.name.removesuffix(".asl.json").replace("_", "-"), name, resource


def every_case() -> Iterator[Case]:
    for machine, state, resource in tasks():
        healing, lasting = next(kinds for start, kinds in KINDS.items() if resource.startswith(start))
        for kind, actions in (healing | lasting).items():
            key = f"faults/{machine}/{state}/{re.sub(r'\W+', '-', kind)}.pdf"
            yield Case(machine, state, kind, actions, kind in healing, key)


CASES = list(every_case())
AT_ONCE = 10  # most of them wait between two tries; each more at once needs another worker of each function


class Outcomes:
    """Runs the cases on the stack: first all with their faults, then, without any, an operator redrives."""

    def __init__(self, stack: Stack, cases: list[Case]) -> None:
        self.stack, self.cases = stack, cases
        self.stopped_at = 0.0
        of_ingestion = stack.target.outputs["IngestDocumentArn"]
        self.machines = [of_ingestion.replace("ingest-document", name) for name in {case.machine for case in CASES}]

    def run(self) -> None:
        self._prepare()
        delays = [f"docent-ingest-document.ExtractImages[{case.key}]=delay:1" for case in self.cases if case.overtaken]
        self.stack.faults(",".join([*(rule for case in self.cases for rule in case.rules), *delays]))
        for case in self.cases:
            self._start(case)
        self._quiet(0)
        struck = self.stack.struck()
        for case in self.cases:
            case.struck = sum(struck.get(rule, 0) > 0 for rule in case.rules)
            case.document = self.stack.document(case.key) or {}
            case.words = json.dumps(self.stack.indexed(case.key))
        self.stack.faults("")
        self._heal()
        for case in self.cases:
            case.healed = self.stack.document(case.key) or {}
            case.indexed = self.stack.indexed(case.key)
            case.words += json.dumps(case.indexed)
            case.folders = {key.split("/")[2] for key in self.stack.derived_keys(case.key)}

    def _prepare(self) -> None:
        """Ingest what is to be removed or replaced."""
        before = [case for case in self.cases if case.removed or case.replaced]
        for case in before:
            self._quiet(AT_ONCE)
            self.stack.put(case.key, READABLE, NOBODY)
        self._quiet(0)
        assert {(self.stack.document(case.key) or {})["status"] for case in before} <= {"INGESTED"}

    def _start(self, case: Case) -> None:
        self._quiet(AT_ONCE)
        if case.removed:
            self.stack.target.s3.delete_object(Bucket=self.stack.library.bucket, Key=case.key)
        else:
            self.stack.put(case.key, UNREADABLE if case.unreadable else READABLE, NOBODY)
        if case.overtaken:
            wait_until(lambda: self.stack.document(case.key) is not None)
            self.stack.claim(case.key)

    def _heal(self) -> None:
        # Until then a stopped execution's task ends what it began, and would go on with what is redriven.
        time.sleep(max(0.0, self.stopped_at + HELD - time.monotonic()))
        gaps = [case for case in self.cases if case.document.get("gaps")]
        by_key = {case.key: case for case in self.cases}
        for key, outcome in repair.redrive(self.stack.library, self._ids(self.cases)):
            by_key[key].redriven.append(outcome)
        for _ in repair.reingest(self.stack.library, self._ids(gaps)):
            self._quiet(AT_ONCE)
        self._quiet(0)

    def _ids(self, cases: list[Case]) -> list[str]:
        return [document_id_of(self.stack.library.bucket, case.key) for case in cases]

    def _quiet(self, running: int) -> None:
        """Wait until at most so many executions run; with none running, also for what their ends may start."""
        wait_until(lambda: self._running() <= running, pause=0.5)
        if running == 0:
            time.sleep(1)
            wait_until(lambda: self._running() == 0, pause=0.5)

    def _running(self) -> int:
        running = [each for arn in self.machines for each in self._executions(arn)]
        struck = self.stack.struck()
        for case in self.cases:
            if case.kind == STOPPED and not case.stopped and struck.get(case.rules[0]):
                case.stopped = any(self._stop(arn, case.about) for arn in running if f":docent-{case.machine}:" in arn)
        return len(running)

    def _executions(self, machine_arn: str) -> list[str]:
        reply = self.stack.target.step_functions.list_executions(stateMachineArn=machine_arn, statusFilter="RUNNING")
        return [each["executionArn"] for each in reply["executions"]]

    def _stop(self, execution_arn: str, about: str) -> bool:
        """Whether it is the one that is about this, and is stopped."""
        step_functions = self.stack.target.step_functions
        if about not in step_functions.describe_execution(executionArn=execution_arn)["input"]:
            return False
        try:
            step_functions.stop_execution(executionArn=execution_arn)
        except step_functions.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return False  # one about the same document that has ended since it was listed
        self.stopped_at = time.monotonic()
        return True


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, request: pytest.FixtureRequest) -> None:
    """Runs those cases that the session's tests of this module ask for."""
    of_module = [item for item in request.session.items if item.path == request.path]
    asked = [item.callspec.params["case"] for item in of_module if "outcomes" in item.fixturenames]
    Outcomes(running_stack, asked).run()
    running_stack.faults("")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.machine}-{case.state}-{case.kind}")
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
