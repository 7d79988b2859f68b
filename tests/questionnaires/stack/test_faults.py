"""Every task of the workflows of questionnaires fails in every way it can, or is the last before somebody stops it.

Retries heal it, or the questionnaire says so, and starting or uploading it again heals it.
"""

import contextlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli.questionnaires import Questionnaires
from cli.session import Session
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.fault_runs import FaultCase, FaultRuns, asked_for, every_case
from tests.support.http import http
from tests.support.stack import Stack
from tests.support.task_faults import STOPPED
from tests.support.waiting import wait_until

READ, ANSWER = "read-questionnaire", "answer-questionnaire"


@dataclass
class Case(FaultCase):
    row: dict[str, Any] = field(default_factory=dict)
    healed: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"questionnaires/faults/{self.name}.csv"

    @property
    def own_id(self) -> str:
        return document_id_of("docent-documents", self.key)

    @property
    def about(self) -> str:
        return self.key if self.machine == READ else self.own_id

    @property
    def is_after_a_failure(self) -> bool:
        return self.state == "RecordItemFailed"

    @property
    def more_rules(self) -> list[str]:
        """Only what fails for good gets there, so its child has to fail, too."""
        failing = f"docent-{ANSWER}.AnswerItem[{self.own_id}]=Lambda.ServiceException"
        return [failing] if self.is_after_a_failure else []


CASES = every_case(Case, [READ, ANSWER])


class Sheets:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.api = Questionnaires(Session(stack.target), timeout=240)

    def put(self, case: Case) -> None:
        body = b"Question,Answer\nWho keeps the north tower?,\nWho keeps the south tower?,\n"
        self.stack.target.s3.put_object(Bucket=self.stack.library.bucket, Key=case.key, Body=body)

    def heal(self, case: Case) -> None:
        if "question_count" in case.row and case.row["status"] != "ANSWERING":
            self.api.start(case.own_id)
        elif case.row.get("status") != "ANSWERED":
            self.put(case)

    def row(self, case: Case) -> dict[str, Any]:
        shown = {each["questionnaire_id"]: each for each in self.api.all()}
        return self.api.show(case.own_id) if case.own_id in shown else {}

    def settled(self, case: Case) -> dict[str, Any]:
        """The row once its failure is recorded, or after a while as it is: each case then tells for itself."""
        with contextlib.suppress(AssertionError):
            wait_until(lambda: self.row(case).get("status") != "ANSWERING", seconds=20)
        return self.row(case)


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, request: pytest.FixtureRequest) -> None:
    sheets, cases = Sheets(running_stack), FaultRuns(running_stack, asked_for(request), [READ, ANSWER])
    cases.strike(sheets.put)
    for case in cases.cases:
        case.row = sheets.settled(case)
    cases.each(cases.cases, sheets.heal)
    for case in cases.cases:
        case.healed = sheets.row(case)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
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
