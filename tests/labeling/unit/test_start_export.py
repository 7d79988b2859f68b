"""Starting an export."""

import json
from collections.abc import Iterator

import pytest

from docent.callers import Caller
from tests.support.api_calls import ERIKA, FOREVER, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, put_export, put_task, row_of
from tests.support.project import sample_event

EVENT = sample_event("start_export.formats.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_an_export_is_announced_and_started(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_task(aws)
    assert call(function, EVENT) == (202, {"task_id": TASK_ID, "status": "OPEN"})
    (started,) = workflows.asked("StartExecution")
    work = json.loads(started["input"])
    assert (work["task_id"], work["formats"]) == (TASK_ID, ["webvtt", "textgrid", "csv", "rttm"])
    exported = row_of(aws, "export")
    assert (exported["status"], exported["export_id"]) == ("EXPORTING", work["export_id"])
    assert exported["execution_arn"].endswith(f":execution:docent-export-labels:{started['name']}")
    assert (work["subject"], call(function, EVENT)[0]) == ({"kind": "export", "id": TASK_ID}, 409)


def test_of_two_requests_at_once_one_starts_it(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_task(aws)
    with aws.before("dynamodb.UpdateItem", lambda: put_export(aws, "EXPORTING", export_id="other")):
        assert call(function, asked(EVENT, ERIKA))[0] == 409
    assert workflows.asked("StartExecution") == []


def test_formats_that_need_times_are_refused_for_texts(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer")
    status, problem = call(function, EVENT)
    assert (status, [each["field"] for each in problem["errors"]]) == (400, ["/formats/0", "/formats/1", "/formats/3"])
    assert "webvtt, textgrid, rttm" in problem["detail"]
    assert call(function, asked(EVENT, body={"formats": ["csv"]}))[0] == 202


def test_reviewers_can_and_annotators_cannot(function: Function, aws: World) -> None:
    put_task(aws)
    assert call(function, asked(EVENT, NINA))[0] == 404
    assert call(function, asked(EVENT, ERIKA))[0] == 202


def test_a_task_that_is_not_open_has_nothing_to_export(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING")
    assert call(function, EVENT)[0] == 409
