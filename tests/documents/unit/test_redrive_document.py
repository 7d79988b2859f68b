"""Redriving one document: what failed goes on, and the row says so; nothing else is touched."""

from collections.abc import Iterator
from typing import Any

import pytest

from docent.callers import Caller
from docent.readers import Readers
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("redrive_document.report.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
EXECUTION = "arn:aws:states:eu-central-1:111122223333:execution:docent-{}-document:1"
OPERATOR = Caller("0", "otto@example.com", ("operators",), FOREVER)


def row(aws: World, workflow: str = "ingest", **changes: Any) -> None:
    values = {
        "document_id": DOCUMENT_ID,
        "generation": "1",
        "key": f"uploads/{MARY.subject}/report.pdf",
        "status": "FAILED",
        "error": {"name": "TransientError", "message": "It was slow."},
        "readers": Readers.from_json({"groups": ["energy"]}).to_text(),
        "execution_arn": EXECUTION.format(workflow),
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **(values | changes))


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    row(aws)
    workflows = FakeWorkflows()
    for workflow in ("ingest", "remove"):
        workflows.record(EXECUTION.format(workflow), status="FAILED")
    with workflows.attached(session()):
        yield workflows


def redriven(workflows: FakeWorkflows) -> list[str]:
    return [request["executionArn"] for name, request in workflows.requests if name == "RedriveExecution"]


@pytest.mark.parametrize("caller", [MARY, OPERATOR])
@pytest.mark.parametrize(("workflow", "status"), [("ingest", "INGESTING"), ("remove", "REMOVING")])
def test_a_failed_execution_is_redriven_and_the_row_says_so(
    function: Function, aws: World, workflows: FakeWorkflows, caller: Caller, workflow: str, status: str
) -> None:
    row(aws, workflow)
    assert call(function, asked(EVENT, caller)) == (202, {"document_id": DOCUMENT_ID, "status": status})
    assert redriven(workflows) == [EXECUTION.format(workflow)]
    (kept,) = aws.items(DOCUMENTS_TABLE)
    assert (kept["status"], "error" in kept) == (status, False)


@pytest.mark.parametrize(
    "execution",
    [{"status": "RUNNING"}, {"status": "SUCCEEDED"}, {"status": "FAILED", "redriveStatus": "NOT_REDRIVABLE"}, None],
)
def test_there_is_nothing_to_redrive_where_nothing_failed(
    function: Function, workflows: FakeWorkflows, execution: dict[str, Any] | None
) -> None:
    workflows.executions.clear()
    if execution:
        workflows.record(EXECUTION.format("ingest"), **execution)
    status, problem = call(function, EVENT)
    assert (status, problem["type"]) == (409, "urn:docent:problem:NothingToRedriveError")
    assert redriven(workflows) == []


def test_readers_cannot_redrive_and_strangers_find_nothing(function: Function, workflows: FakeWorkflows) -> None:
    assert (call(function, asked(EVENT, ERIKA))[0], call(function, asked(EVENT, OTTO))[0]) == (403, 404)
    assert redriven(workflows) == []
