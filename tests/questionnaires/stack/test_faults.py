"""Every task of the workflows of questionnaires fails in every way it can, or is the last before somebody stops it.

Retries heal it, or the questionnaire says so, and starting or uploading it again heals it. The tasks are read from the
definitions. All cases run at once on files of their own, before the first test looks.
"""

import contextlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli.questionnaires import Questionnaires
from cli.session import Session
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.http import http
from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import Stack
from tests.support.task_faults import HELD, KINDS, STOPPED
from tests.support.waiting import wait_until

ENDED = ("ANSWERED", "FAILED", "STOPPED")
AT_ONCE = 10
# Only what fails for good gets there, so its child has to fail, too.
AFTER_A_FAILURE = "RecordItemFailed"
READ, ANSWER = "read-questionnaire", "answer-questionnaire"


@dataclass
class Case:
    """One file, and the fault that one task of one of its workflows meets."""

    machine: str
    state: str
    kind: str
    actions: str
    heals: bool
    key: str
    row: dict[str, Any] = field(default_factory=dict)
    struck: int = 0
    stopped: bool = False
    healed: dict[str, Any] = field(default_factory=dict)

    @property
    def own_id(self) -> str:
        return document_id_of("docent-documents", self.key)

    @property
    def about(self) -> str:
        """What the input of its workflow holds."""
        return self.key if self.machine == READ else self.own_id

    @property
    def rules(self) -> list[str]:
        return [f"docent-{self.machine}.{self.state}[{self.about}]={action}" for action in self.actions.split()]

    @property
    def is_after_a_failure(self) -> bool:
        return self.state == AFTER_A_FAILURE

    @property
    def all_rules(self) -> list[str]:
        failing = f"docent-{ANSWER}.AnswerItem[{self.own_id}]=Lambda.ServiceException"
        return [*self.rules, *([failing] if self.is_after_a_failure else [])]


def every_case() -> Iterator[Case]:
    for path in (each for each in MACHINES if each.parent.name == "questionnaires"):
        machine = path.name.removesuffix(".asl.json").replace("_", "-")
        if machine not in (READ, ANSWER):
            continue
        for name, state, _ in every_state(definition(path)):
            resource = state.get("Resource") or state.get("ItemReader", {}).get("Resource")
            if not resource:
                continue
            healing, lasting = next(kinds for start, kinds in KINDS.items() if resource.startswith(start))
            for kind, actions in (healing | lasting).items():
                key = f"questionnaires/faults/{machine}/{name}/{re.sub(r'\W+', '-', kind)}.csv"
                yield Case(machine, name, kind, actions, kind in healing, key)


CASES = list(every_case())


class Outcomes:
    """Runs the cases: first all with their faults, then, without any, their owner starts or uploads them again."""

    def __init__(self, stack: Stack, cases: list[Case]) -> None:
        self.stack, self.cases = stack, cases
        self.api = Questionnaires(Session(stack.target), timeout=240)
        self.stopped_at = 0.0
        outputs = stack.target.outputs
        self.machines = {READ: outputs["ReadQuestionnaireArn"], ANSWER: outputs["AnswerQuestionnaireArn"]}

    def run(self) -> None:
        self.stack.faults(",".join(rule for case in self.cases for rule in case.all_rules))
        for case in self.cases:
            self._quiet(AT_ONCE)
            self._put(case)
        self._quiet(0)
        struck = self.stack.struck()
        for case in self.cases:
            case.struck = sum(struck.get(rule, 0) > 0 for rule in case.rules)
            case.row = self._settled(case)
        self.stack.faults("")
        time.sleep(max(0.0, self.stopped_at + HELD - time.monotonic()))
        for case in self.cases:
            self._quiet(AT_ONCE)
            if "question_count" in case.row and case.row["status"] != "ANSWERING":
                self.api.start(case.own_id)
            elif case.row.get("status") != "ANSWERED":
                self._put(case)
        self._quiet(0)
        for case in self.cases:
            case.healed = self._row(case)

    def _settled(self, case: Case) -> dict[str, Any]:
        """The row once its failure is recorded, or after a while as it is: each case then tells for itself."""
        with contextlib.suppress(AssertionError):
            wait_until(lambda: self._row(case).get("status") != "ANSWERING", seconds=20)
        return self._row(case)

    def _put(self, case: Case) -> None:
        body = b"Question,Answer\nWho keeps the north tower?,\nWho keeps the south tower?,\n"
        self.stack.target.s3.put_object(Bucket=self.stack.library.bucket, Key=case.key, Body=body)

    def _row(self, case: Case) -> dict[str, Any]:
        shown = {each["questionnaire_id"]: each for each in self.api.all()}
        return self.api.show(case.own_id) if case.own_id in shown else {}

    def _quiet(self, running: int) -> None:
        """Wait until at most so many executions run; with none running, also for what their ends may start."""
        wait_until(lambda: self._running() <= running, pause=0.5)
        if running == 0:
            time.sleep(2)
            wait_until(lambda: self._running() == 0, pause=0.5)

    def _running(self) -> int:
        running = [(name, arn) for name, machine in self.machines.items() for arn in self._executions(machine)]
        struck = self.stack.struck()
        for case in self.cases:
            if case.kind == STOPPED and not case.stopped and struck.get(case.rules[0]):
                case.stopped = any(self._stop(arn, case.about) for name, arn in running if name == case.machine)
        return len(running)

    def _executions(self, machine_arn: str) -> list[str]:
        reply = self.stack.target.step_functions.list_executions(stateMachineArn=machine_arn, statusFilter="RUNNING")
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
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.machine}-{case.state}-{case.kind}")
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    assert case.row.get("status") != "ANSWERING", "what became of it is told"
    if case.heals and not case.is_after_a_failure:
        assert case.row["status"] == "ANSWERED", case.row
    if case.row.get("status") == "FAILED":
        error = case.row["error"]
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Uu]pload|[Ss]tart|again)", error["message"]), "says what to do"
    assert case.healed["status"] == "ANSWERED", case.healed
    counts = case.healed["counts"]
    assert (counts["total"], counts["pending"], counts["failed"]) == (2, 0, 0), json.dumps(counts)


@pytest.mark.parametrize(
    ("actions", "lost"),
    [("Lambda.ServiceException*2 kill:0.1*1", 0), ("Lambda.ResourceNotFoundException*1", 1), ("malformed*1", 1)],
)
def test_a_fault_at_one_question_of_a_call_loses_none_of_the_others(stack: Stack, actions: str, lost: int) -> None:
    asked = ["Who keeps the east tower?", "Who keeps the stables?"]
    rules = [f"docent-answer-questions.AnswerItem={action}" for action in actions.split()]
    session = Session(stack.target)
    replies: list[Any] = []

    def is_answered() -> bool:
        """A busy machine can be too slow for a call: then its questions become a job, and they are asked again."""
        stack.faults(",".join(rules))
        headers = {"Authorization": f"Bearer {session.token()}"}
        url = f"{stack.target.outputs['ApiUrl']}/questionnaires/answers"
        replies.append(http.post(url, json={"questions": asked}, headers=headers, timeout=60))
        return replies[-1].status_code == 200

    wait_until(is_answered, pause=5)
    reasons = [each["response"]["reason"] for each in replies[-1].json()["output"]]
    assert sum("could not be answered" in reason for reason in reasons) == lost
