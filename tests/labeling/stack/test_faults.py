"""Every task of prepare_task and export_labels fails in every way it can, or is the last before somebody stops its
execution.

Retries heal it, or the labeling task tells what happened, and starting it or the export again heals it.
"""

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from docent.errors import every_error
from docent.table_rows import values_of
from labeling.exports import export_key
from labeling.task_rows import task_key
from tests.support.api_client import ApiClient, send_form
from tests.support.clips import sound, wav
from tests.support.fault_runs import FaultCase, FaultRuns, asked_for, every_case
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.task_faults import STOPPED

PREPARING, EXPORTING = MACHINES = ["prepare-task", "export-labels"]
CLIP = "labeling/annotators/fault.wav"
DONE = ("UPLOADING", "OPEN", "REFUSED", "FAILED", "EXPORTED")
TEXT = {"source": "It lost $10.6 billion.", "question": "Which is true?", "answers": ["It lost.", "It won."]}


@dataclass
class Case(FaultCase):
    task_id: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    healed: dict[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> str:
        return self.task_id if self.is_export else self.task_name

    @property
    def task_name(self) -> str:
        return re.sub(r"[^a-z]+", "-", self.name.casefold()).strip("-")[:63].strip("-")

    @property
    def more_rules(self) -> list[str]:
        """Only what a clip dies of gets there."""
        dying = f"docent-{PREPARING}.PrepareClip[{self.about}]=Lambda.Unknown"
        return [dying] if self.state == "RecordClipFailed" else []

    @property
    def is_export(self) -> bool:
        return self.machine == EXPORTING

    @property
    def is_refused(self) -> bool:
        return self.state == "RecordRefused"

    @property
    def good(self) -> str:
        return "EXPORTED" if self.is_export else "REFUSED" if self.is_refused else "OPEN"


CASES = every_case(Case, MACHINES)


class Tasks:
    def __init__(self, stack: Stack, owner: ApiClient) -> None:
        self.stack, self.owner = stack, owner
        stack.put(CLIP, wav(sound(0.5, ((0.1, 0.4),))))

    def open(self, case: Case) -> None:
        """The task of an export, which is prepared before anything fails."""
        self._create(case, "consistent-answer", json.dumps(TEXT))

    def start(self, case: Case) -> None:
        if case.is_export:
            self._called(202, f"/label-tasks/{case.task_id}/export", {"formats": ["csv"]})
            return
        line = json.dumps({"source-ref": f"s3://{self.stack.library.bucket}/{CLIP}"})
        self._create(case, "customer-call", "{" if case.is_refused else line)

    def heal(self, case: Case) -> None:
        if case.row["status"] == "FAILED" and case.is_export:
            self.start(case)
        elif case.row["status"] == "FAILED":
            self._called(202, f"/label-tasks/{case.task_id}/start")

    def _create(self, case: Case, schema: str, text: str) -> None:
        made = self._called(201, "/label-tasks", {"name": case.task_name, "schema": schema})
        case.task_id = made["task_id"]
        assert send_form(made["upload"]["url"], made["upload"]["fields"], text.encode()) == 204
        self._called(202, f"/label-tasks/{case.task_id}/start")

    def _called(self, expected: int, path: str, body: Any = None) -> Any:
        """So many requests in a minute may be too many."""
        status, reply = self.owner.call("POST", path, body)
        while status == 429:
            time.sleep(5)
            status, reply = self.owner.call("POST", path, body)
        assert status == expected, reply
        return reply

    def seen(self, case: Case) -> dict[str, Any]:
        table = self.stack.target.outputs["LabelingTableName"]
        key = export_key(case.task_id) if case.is_export else task_key(case.task_id)
        found = self.stack.target.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        row = values_of(found["Item"], ())
        status, task = self.owner.call("GET", f"/label-tasks/{case.task_id}")
        assert status == 200, task
        told = {name: row[name] for name in ("status", "error") if name in row}
        return told | {"progress": task["progress"], "links": task.get("export", {}).get("links", {})}


@pytest.fixture(scope="module")
def outcomes(running_stack: Stack, everybody: People, request: pytest.FixtureRequest) -> None:
    owner = ApiClient(running_stack.target, everybody.token("faults.labels@example.com", ["annotators"]))
    tasks = Tasks(running_stack, owner)
    cases = FaultRuns(running_stack, asked_for(request), [*MACHINES, "record-failure"])
    cases.each([case for case in cases.cases if case.is_export], tasks.open)
    cases.strike(tasks.start)
    for case in cases.cases:
        case.row = tasks.seen(case)
    cases.each(cases.cases, tasks.heal)
    for case in cases.cases:
        case.healed = tasks.seen(case)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_healed_or_told_and_then_healed(stack: Stack, outcomes: None, case: Case) -> None:
    assert case.struck == len(case.rules), "the fault never came about"
    assert case.stopped == (case.kind == STOPPED)
    assert case.row["status"] in DONE, "nothing looks at work for ever"
    if case.heals:
        assert case.row["status"] == case.good, case.row
    if error := case.row.get("error"):
        assert error["name"] in every_error()
        assert re.search(r"\. .*([Uu]pload|[Ss]tart|[Rr]aise|again)", error["message"]), "tells what to do"
    assert case.healed["status"] == case.good, case.healed
    if not case.is_refused:
        assert case.healed["progress"]["items"] == 1, case.healed
    assert set(case.healed["links"]) == ({"output.manifest", "labels.zip"} if case.is_export else set())
