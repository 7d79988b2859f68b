"""Every task of summarize_transcripts fails in every way it can, or is the last before somebody stops its execution.

Retries heal it, or the job tells what happened, and putting it again heals it.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from docent.documents import document_id_of
from docent.errors import every_error
from docent.summary_jobs import BUSY, JobRow
from tests.support.fault_runs import FaultCase, FaultRuns, asked_for, every_case
from tests.support.stack import Stack
from tests.support.task_faults import STOPPED
from tests.support.waiting import wait_until

MACHINE = "summarize-transcripts"
TRANSCRIPTS = 2
# A batch job has at least a hundred records: tests/summaries/stack/test_journey.py has its faults.
OF_LARGE_JOBS = ("StartBatch",)


@dataclass
class Case(FaultCase):
    row: dict[str, Any] = field(default_factory=dict)
    healed: dict[str, Any] = field(default_factory=dict)
    summaries: list[dict[str, Any]] = field(default_factory=list)

    @property
    def about(self) -> str:
        return f"transcripts/faults/{self.name}/"

    @property
    def job_id(self) -> str:
        return document_id_of("docent-documents", f"{self.about}job.json")


CASES = every_case(Case, [MACHINE], OF_LARGE_JOBS)


class Jobs:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def put(self, case: Case) -> None:
        for number in range(TRANSCRIPTS):
            said = f"Customer: My kettle {number} is broken.\nAgent: I will send a new kettle.\nCustomer: Thank you."
            self.stack.put(f"{case.about}{number}.txt", said.encode())
        self.stack.put(f"{case.about}job.json", b"{}")

    def row(self, case: Case) -> dict[str, Any]:
        table = self.stack.target.outputs["SummariesTableName"]
        key = {"job_id": {"S": case.job_id}}
        found = self.stack.target.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        return dict(JobRow.from_item(found).values) if found else {}

    def settled(self, case: Case) -> dict[str, Any]:
        # A function goes on when its execution is stopped, so a job can be claimed behind that.
        wait_until(lambda: self.row(case).get("status") not in BUSY or case.kind == STOPPED)
        return self.row(case)

    def summaries(self, case: Case) -> list[dict[str, Any]]:
        key = f"summaries/{case.job_id}/summaries.jsonl"
        if case.healed.get("status") != "SUMMARIZED":
            return []
        body = self.stack.target.s3.get_object(Bucket=self.stack.library.derived, Key=key)["Body"].read()
        return [json.loads(line) for line in body.splitlines()]


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, request: pytest.FixtureRequest) -> None:
    jobs, cases = Jobs(running_stack), FaultRuns(running_stack, asked_for(request), [MACHINE], at_once=8)
    cases.strike(jobs.put)
    for case in cases.cases:
        case.row = jobs.settled(case)
    cases.each([case for case in cases.cases if case.row.get("status") != "SUMMARIZED"], jobs.put)
    for case in cases.cases:
        case.healed = jobs.row(case)
        case.summaries = jobs.summaries(case)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
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
