"""A run that is stopped at any argument goes on and pays for nothing twice: the workflow with its functions, no stack.

MiniStack's interpreter runs the definition; each task calls the function's handler.
"""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from docent.clients import dynamodb
from docent.debate_runs import mark_stopped, read_run, resuming_event
from docent.derived_keys import DebateKeys
from docent.documents import document_id_of
from local.bedrock import arguing
from local.seams import workflows
from local.seams.services import ACCOUNT
from tests.support.aws import DEBATES_TABLE, REGION, SOURCE_BUCKET, World, session
from tests.support.fake_models import FakeModel
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Context, Function
from tests.support.project import MACHINES, ROOT

FUNCTIONS = ("claim_run", "prepare_cases", "write_argument", "judge_case", "finish_run")
KEY = "debates/november.jsonl"
RUN_ID = document_id_of(SOURCE_BUCKET, KEY)
EVENT = {"detail": {"bucket": {"name": SOURCE_BUCKET}, "object": {"key": KEY, "sequencer": "006B"}}}
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:docent-run-debates"
CASE = (ROOT / "samples/debates/cases.jsonl").read_bytes().splitlines()[0]
CALLS = 54


class Workflow:
    def __init__(self, aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.aws, self.stop_after, self.said = aws, 0, 0
        self.functions = {name: Function(name, monkeypatch) for name in FUNCTIONS}
        self.turn = threading.Lock()
        set_request_account_id(ACCOUNT)
        set_request_region(REGION)
        for name in ("_run_execution", "_run_sub_machine", "_fail_execution", "_run_distributed_map"):
            monkeypatch.setattr(stepfunctions, name, getattr(stepfunctions, name))
        monkeypatch.setattr(stepfunctions, "_executions", {})
        monkeypatch.setattr(stepfunctions, "_map_runs", {})
        monkeypatch.setattr(stepfunctions, "_state_machines", {MACHINE: {"definition": _definition(), "name": "run"}})
        monkeypatch.setattr(stepfunctions, "_invoke_resource", self._invoke)
        monkeypatch.setattr(stepfunctions, "_read_map_items", self._units)
        monkeypatch.setattr(stepfunctions, "_emit_execution_status_event", lambda execution: None)
        workflows.read_limits_of_maps()
        workflows.end_what_was_stopped()

    def run(self, number: int, event: dict[str, Any], stop_after: int = 0) -> str:
        """Returns the status it ends with. `stop_after` so many arguments somebody stops it."""
        self.execution = f"{MACHINE.replace(':stateMachine:', ':execution:')}:{number}"
        self.stop_after, self.said = stop_after, 0
        stepfunctions._executions[self.execution] = {
            "executionArn": self.execution, "stateMachineArn": MACHINE, "name": str(number), "status": "RUNNING",
            "startDate": "2026-11-29T06:00:00Z", "input": json.dumps(event), "events": [],
        }  # fmt: skip
        stepfunctions._run_execution(self.execution)
        return stepfunctions._executions[self.execution]["status"]

    def _invoke(self, resource: str, data: Any) -> Any:
        if "dynamodb" in resource:
            dynamodb().update_item(**data)
            return {}
        if resource not in self.functions:
            return {"FailedEntryCount": 0}
        with self.turn:
            reply = self.functions[resource].app.handler(
                json.loads(json.dumps(data)), Context(resource, lambda: 60_000)
            )
            self.said += resource == "write_argument"
            if resource == "write_argument" and self.said == self.stop_after:
                stepfunctions._executions[self.execution]["status"] = "ABORTED"
        return reply

    def _units(self, reader: Any, effective: Any, ctx: Any) -> list[Any]:
        return [json.loads(line) for line in self.aws.read(effective["units"]["key"]).splitlines()]


@pytest.fixture
def workflow(aws: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workflow]:
    workflow = Workflow(aws, monkeypatch)
    with FakeWorkflows().attached(session()):
        yield workflow
    for function in workflow.functions.values():
        function.close()


def _definition() -> str:
    (path,) = (each for each in MACHINES if each.name == "run_debates.asl.json")
    text = path.read_text().replace("${DebateConcurrency}", "2").replace("${DebatesTableName}", DEBATES_TABLE)
    for name in FUNCTIONS:
        text = text.replace(f"${{{name.title().replace('_', '')}FunctionArn}}", name)
    return re.sub(r"\$\{(\w+)\}", r"\1", text)


@pytest.mark.parametrize("stop_after", [4, 17])
def test_a_stopped_run_goes_on_and_pays_for_nothing_twice(
    aws: World, model: FakeModel, workflow: Workflow, stop_after: int
) -> None:
    model.says = arguing.answer
    aws.put(KEY, CASE, SOURCE_BUCKET)
    assert workflow.run(1, EVENT, stop_after) == "ABORTED"
    assert 0 < len(model.asked("Converse")) < CALLS
    row = read_run(DEBATES_TABLE, RUN_ID)
    assert row
    assert mark_stopped(DEBATES_TABLE, row, "2026-11-29T06:01:00Z")
    assert workflow.run(2, resuming_event(row)) == "SUCCEEDED"
    row = read_run(DEBATES_TABLE, RUN_ID)
    assert row
    assert row.status == "JUDGED"
    assert len(model.asked("Converse")) == CALLS
    assert not [key for key in aws.list_keys(DebateKeys(RUN_ID, row.generation).prefix) if key.endswith(".asked")]
