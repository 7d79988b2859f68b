"""Every task of summarize_transcripts fails in every way it can, or is the last before somebody stops its execution.

Retries heal it, or the job tells what happened, and putting it again heals it. The tasks are read from the definition.
All cases run at once on jobs of their own, before the first test looks.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from docent.documents import document_id_of
from docent.errors import every_error
from docent.summary_jobs import BUSY, JobRow
from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import Stack
from tests.support.task_faults import HELD, KINDS, STOPPED
from tests.support.waiting import wait_until

NAME = "summarize-transcripts"
AT_ONCE = 6
TRANSCRIPTS = 2
# A batch job has at least a hundred records: tests/summaries/stack/test_journey.py has its faults.
OF_LARGE_JOBS = ("StartBatch",)


@dataclass
class Case:
    """One folder, and the fault that one task of its job meets."""

    state: str
    kind: str
    actions: str
    heals: bool
    row: dict[str, Any] = field(default_factory=dict)
    struck: int = 0
    stopped: bool = False
    healed: dict[str, Any] = field(default_factory=dict)
    summaries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        return f"transcripts/faults-{self.state}-{re.sub(r'\W+', '-', self.kind)}/"

    @property
    def job_id(self) -> str:
        return document_id_of("docent-documents", f"{self.prefix}job.json")

    @property
    def rules(self) -> list[str]:
        return [f"docent-{NAME}.{self.state}[{self.prefix}]={action}" for action in self.actions.split()]


def every_case() -> Iterator[Case]:
    (path,) = (each for each in MACHINES if each.name == "summarize_transcripts.asl.json")
    for name, state, _ in every_state(definition(path)):
        resource = state.get("Resource") or state.get("ItemReader", {}).get("Resource")
        if not resource or name in OF_LARGE_JOBS:
            continue
        healing, lasting = next(kinds for start, kinds in KINDS.items() if resource.startswith(start))
        for kind, actions in (healing | lasting).items():
            yield Case(name, kind, actions, kind in healing)


CASES = list(every_case())


class Outcomes:
    """Runs the cases: first all with their faults, then, without any, those that did not end well once more."""

    def __init__(self, stack: Stack, cases: list[Case]) -> None:
        self.stack, self.cases = stack, cases
        self.machine = stack.target.outputs["SummarizeTranscriptsArn"]
        self.stopped_at = 0.0

    def run(self) -> None:
        self.stack.faults(",".join(rule for case in self.cases for rule in case.rules))
        for case in self.cases:
            self._quiet(AT_ONCE)
            self._put(case)
        self._quiet(0)
        struck = self.stack.struck()
        for case in self.cases:
            case.struck = sum(struck.get(rule, 0) > 0 for rule in case.rules)
            wait_until(lambda case=case: self._row(case).get("status") not in BUSY)
            case.row = self._row(case)
        self.stack.faults("")
        time.sleep(max(0.0, self.stopped_at + HELD - time.monotonic()))
        for case in self.cases:
            self._quiet(AT_ONCE)
            if case.row.get("status") != "SUMMARIZED":
                self._put(case)
        self._quiet(0)
        for case in self.cases:
            case.healed = self._row(case)
            case.summaries = self._summaries(case)

    def _put(self, case: Case) -> None:
        for number in range(TRANSCRIPTS):
            said = f"Customer: My kettle {number} is broken.\nAgent: I will send a new kettle.\nCustomer: Thank you."
            self.stack.put(f"{case.prefix}{number}.txt", said.encode())
        self.stack.put(f"{case.prefix}job.json", b"{}")

    def _row(self, case: Case) -> dict[str, Any]:
        table = self.stack.target.outputs["SummariesTableName"]
        key = {"job_id": {"S": case.job_id}}
        found = self.stack.target.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return dict(JobRow.from_item(found).values) if found else {}

    def _summaries(self, case: Case) -> list[dict[str, Any]]:
        key = f"summaries/{case.job_id}/summaries.jsonl"
        if case.healed.get("status") != "SUMMARIZED":
            return []
        body = self.stack.target.s3.get_object(Bucket=self.stack.library.derived, Key=key)["Body"].read()
        return [json.loads(line) for line in body.splitlines()]

    def _quiet(self, running: int) -> None:
        """Wait until at most so many executions run; with none running, also for what their ends may start."""
        wait_until(lambda: self._running() <= running, pause=0.5)
        if running == 0:
            time.sleep(2)
            wait_until(lambda: self._running() == 0, pause=0.5)

    def _running(self) -> int:
        running = self._executions()
        struck = self.stack.struck()
        for case in self.cases:
            if case.kind == STOPPED and not case.stopped and struck.get(case.rules[0]):
                case.stopped = any(self._stop(arn, case.prefix) for arn in running)
        return len(running)

    def _executions(self) -> list[str]:
        reply = self.stack.target.step_functions.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")
        return [each["executionArn"] for each in reply["executions"]]

    def _stop(self, execution_arn: str, about: str) -> bool:
        step_functions = self.stack.target.step_functions
        if about not in step_functions.describe_execution(executionArn=execution_arn)["input"]:
            return False
        try:
            step_functions.stop_execution(executionArn=execution_arn)
        except step_functions.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ValidationException":
                raise
            return False  # it has ended since it was listed
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
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.state}-{case.kind}")
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    if case.heals:
        assert case.row["status"] == "SUMMARIZED", case.row
    if case.row.get("status") == "FAILED":
        error = case.row["error"]
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Pp]ut|[Ss]tart|again|redrive)", error["message"]), "says what to do"
    assert case.healed["status"] == "SUMMARIZED", case.healed
    assert len(case.summaries) == TRANSCRIPTS
    assert sum(case.healed["counts"].values()) == TRANSCRIPTS
