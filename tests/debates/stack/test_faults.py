"""Every task of run_debates fails in every way it can, or is the last before somebody stops its execution.

Retries heal it, or the run tells what happened, and resuming it or putting its file again heals it.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from docent.debate_runs import RESUMABLE, RunRow, resuming_event
from docent.derived_keys import debates_prefix
from docent.documents import document_id_of
from docent.errors import every_error
from tests.support.fault_runs import FaultCase, FaultRuns, asked_for, every_case
from tests.support.stack import Stack
from tests.support.task_faults import STOPPED

RUN, RECORD = "run-debates", "record-failure"
RUN_LINE = {"techniques": ["debate"], "rounds": 1, "votes": 1}
CASE_LINE = {
    "document": "The bridge was built in 1887 by Anna Wolf.", "answer_a": "Anna Wolf built it in 1887.",
    "answer_b": "Anna Wolf built it in 1878.", "label": "A",
}  # fmt: skip


def file_of(**run: Any) -> bytes:
    return "\n".join(map(json.dumps, [{"run": RUN_LINE | run}, CASE_LINE])).encode()


@dataclass
class Case(FaultCase):
    row: dict[str, Any] = field(default_factory=dict)
    healed: dict[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> str:
        return f"debates/faults/{self.name}.jsonl"

    @property
    def run_id(self) -> str:
        return document_id_of("docent-documents", self.about)

    @property
    def more_rules(self) -> list[str]:
        """Only what fails for good gets there."""
        failing = f"docent-{RUN}.WriteArgument[{self.about}]=Lambda.ServiceException"
        return [failing] if self.is_after_a_failure else []

    @property
    def is_after_a_failure(self) -> bool:
        return self.state == "RecordUnitFailed"

    @property
    def fails(self) -> bool:
        """Its run is over its budget, so that its failure is recorded."""
        return self.machine == RECORD

    @property
    def well(self) -> str:
        return "FAILED" if self.fails else "JUDGED"


CASES = [
    *every_case(Case, [RUN]),
    *(case for case in every_case(Case, [RECORD]) if case.state == "RecordWorkFailed"),
]


class Runs:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.machine = stack.target.outputs["RunDebatesArn"]

    def start(self, case: Case) -> None:
        self.stack.put(case.about, file_of(budget=0.000001) if case.fails else file_of())

    def heal(self, case: Case) -> None:
        if "kill" in case.actions:
            self.let_marks_end(case)
        found = self.row(case)
        if found and found.status in RESUMABLE and not case.fails:
            if found.status != "JUDGED" or "failed" in found.values["counts"]:
                self.stack.start(self.machine, resuming_event(found))
        else:  # nothing of it was claimed, or its file is to be another one
            self.stack.put(case.about, file_of())

    def let_marks_end(self, case: Case) -> None:
        """A function that was killed leaves its mark, if it came that far. It holds for the 450 seconds that the
        function could have lived; retries last a twentieth of their time here, and would give up before."""
        s3, derived = self.stack.target.s3, self.stack.library.derived
        for each in s3.list_objects_v2(Bucket=derived, Prefix=debates_prefix(case.run_id)).get("Contents", []):
            if each["Key"].endswith(".asked"):
                s3.delete_object(Bucket=derived, Key=each["Key"])

    def row(self, case: Case) -> RunRow | None:
        table, key = self.stack.target.outputs["DebatesTableName"], {"run_id": {"S": case.run_id}}
        found = self.stack.target.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return RunRow.from_item(found["Item"]) if "Item" in found else None

    def seen(self, case: Case) -> dict[str, Any]:
        found = self.row(case)
        return (
            {name: found.values[name] for name in ("status", "counts", "error") if name in found.values}
            if found
            else {}
        )


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, request: pytest.FixtureRequest) -> None:
    runs, cases = Runs(running_stack), FaultRuns(running_stack, asked_for(request), [RUN, RECORD])
    cases.strike(runs.start)
    for case in cases.cases:
        case.row = runs.seen(case)
    cases.each(cases.cases, runs.heal)
    for case in cases.cases:
        case.healed = runs.seen(case)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    if case.heals and not case.is_after_a_failure:
        assert case.row["status"] == case.well, case.row
        assert case.fails or case.row["counts"] == {"decided": 1}, case.row
    if not case.fails:  # whose failure could not be recorded stays as it was
        assert case.row.get("status") in (None, "JUDGED", "STOPPED", "FAILED"), "nothing looks at work for ever"
    if error := case.row.get("error"):
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Uu]pload|[Ss]tart|[Rr]esume|[Rr]aise|again)", error["message"]), "tells what to do"
    assert case.healed == {"status": "JUDGED", "counts": {"decided": 1}}
