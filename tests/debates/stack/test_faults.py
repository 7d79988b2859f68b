"""Every task of the workflow of debates fails in every way it can, or is the last before somebody stops it.

Retries heal it, or the run tells it, and starting the run again heals it. The tasks are read from the definition. All
cases run at once on files of their own, before the first test looks.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from docent.debate_runs import RunRow
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import Stack
from tests.support.task_faults import HELD, KINDS, STOPPED
from tests.support.waiting import wait_until

MACHINE = "docent-run-debates"
ENDED = ("JUDGED", "FAILED")
AT_ONCE = 10
# Only what fails for good gets there, so a speaker has to fail, too.
AFTER_A_FAILURE = "RecordUnitFailed"
LINES = (
    {"run": {"techniques": ["debate"], "rounds": 1, "votes": 1}},
    {"document": "The bridge was built in 1887 by Anna Wolf.", "answer_a": "Anna Wolf built it in 1887.",
     "answer_b": "Anna Wolf built it in 1878.", "label": "A"},
)  # fmt: skip
BODY = "\n".join(map(json.dumps, LINES)).encode()


@dataclass
class Case:
    """One file, and the fault that one task of its workflow meets. Children know the run's id alone."""

    state: str
    is_of_children: bool
    kind: str
    actions: str
    heals: bool
    key: str
    row: RunRow | None = None
    struck: int = 0
    stopped: bool = False
    healed: dict[str, Any] = field(default_factory=dict)

    @property
    def own_id(self) -> str:
        return document_id_of("docent-documents", self.key)

    @property
    def about(self) -> str:
        return self.own_id if self.is_of_children else self.key

    @property
    def rules(self) -> list[str]:
        return [f"{MACHINE}.{self.state}[{self.about}]={action}" for action in self.actions.split()]

    @property
    def is_after_a_failure(self) -> bool:
        return self.state == AFTER_A_FAILURE

    @property
    def all_rules(self) -> list[str]:
        failing = f"{MACHINE}.WriteArgument[{self.own_id}]=Lambda.ServiceException"
        return [*self.rules, *([failing] if self.is_after_a_failure else [])]


def every_case() -> Iterator[Case]:
    (machine,) = (definition(path) for path in MACHINES if path.parent.name == "debates")
    for name, state, _ in every_state(machine):
        resource = state.get("Resource") or state.get("ItemReader", {}).get("Resource")
        if not resource:
            continue
        healing, lasting = next(kinds for start, kinds in KINDS.items() if resource.startswith(start))
        for kind, actions in (healing | lasting).items():
            key = f"debates/faults/{name}/{re.sub(r'\W+', '-', kind)}.jsonl"
            yield Case(name, name not in machine["States"], kind, actions, kind in healing, key)


CASES = list(every_case())


class Outcomes:
    """Runs the cases: first all with their faults, then, without any, each that did not end well once more."""

    def __init__(self, stack: Stack, cases: list[Case]) -> None:
        self.stack, self.cases = stack, cases
        self.machine = stack.target.outputs["RunDebatesArn"]
        self.stopped_at = 0.0
        self.inputs: dict[str, Any] = {}

    def run(self) -> None:
        self.stack.faults(",".join(rule for case in self.cases for rule in case.all_rules))
        for case in self.cases:
            self._quiet(AT_ONCE)
            self.stack.put(case.key, BODY)
        self._quiet(0)
        struck = self.stack.struck()
        for case in self.cases:
            case.struck = sum(struck.get(rule, 0) > 0 for rule in case.rules)
            wait_until(lambda case=case: (row := self._row(case)) is None or row.status in ENDED)
            case.row = self._row(case)
        self.stack.faults("")
        time.sleep(max(0.0, self.stopped_at + HELD - time.monotonic()))
        for case in self.cases:
            self._quiet(AT_ONCE)
            if case.row is None:
                self.stack.put(case.key, BODY)
            elif case.row.status != "JUDGED" or "failed" in case.row.values["counts"]:
                self.stack.start(self.machine, self.inputs[case.key] | {"resumes": True})
        self._quiet(0)
        for case in self.cases:
            row = self._row(case)
            assert row, case.key
            case.healed = {"status": row.status, "counts": row.values.get("counts")}

    def _row(self, case: Case) -> RunRow | None:
        table, key = self.stack.target.outputs["DebatesTableName"], {"run_id": {"S": case.own_id}}
        found = self.stack.target.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return RunRow.from_item(found["Item"]) if "Item" in found else None

    def _quiet(self, running: int) -> None:
        """Wait until at most so many executions run; with none running, also for what their ends may start."""
        wait_until(lambda: self._running() <= running, 600, pause=0.5)
        if running == 0:
            time.sleep(2)
            wait_until(lambda: self._running() == 0, 600, pause=0.5)

    def _running(self) -> int:
        step_functions = self.stack.target.step_functions
        reply = step_functions.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")
        struck, running = self.stack.struck(), 0
        for each in reply["executions"]:
            event = json.loads(step_functions.describe_execution(executionArn=each["executionArn"])["input"])
            if "detail" not in event:
                continue  # a child
            running += 1
            key = event["detail"]["object"]["key"]
            self.inputs[key] = event
            for case in self.cases:
                if case.key == key and case.kind == STOPPED and not case.stopped and struck.get(case.rules[0]):
                    case.stopped = self._stop(each["executionArn"])
        return running

    def _stop(self, execution_arn: str) -> bool:
        step_functions = self.stack.target.step_functions
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
    """Runs those cases that the session's tests ask for."""
    items: list[Any] = request.session.items
    asked = [item.callspec.params["case"] for item in items if "outcomes" in item.fixturenames]
    Outcomes(running_stack, asked).run()
    running_stack.faults("")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.state}-{case.kind}")
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    if case.heals and not case.is_after_a_failure:
        assert case.row, "the fault kept it from beginning"
        assert (case.row.status, case.row.values["counts"]) == ("JUDGED", {"decided": 1}), case.row
    if case.row and case.row.status == "FAILED":
        error = case.row.values["error"]
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Uu]pload|[Ss]tart|again)", error["message"]), "tells what to do"
    assert case.healed == {"status": "JUDGED", "counts": {"decided": 1}}
