"""Starting a task."""

import json
from collections.abc import Iterator

import pytest

from labeling.task_rows import manifest_key
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import SOURCE_BUCKET, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, put_task, row_of
from tests.support.project import sample_event

EVENT = sample_event("start_task.uploaded.json")
KEY = manifest_key(MARY.subject, "november-calls")


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


@pytest.mark.parametrize("status", ["UPLOADING", "REFUSED", "FAILED"])
def test_the_manifest_that_was_uploaded_last_is_checked(
    function: Function, aws: World, workflows: FakeWorkflows, status: str
) -> None:
    aws.keep_versions()
    put_task(aws, status)
    aws.put(KEY, b"{}", SOURCE_BUCKET)
    newest = aws.put(KEY, b'{"source-ref": "s3://"}', SOURCE_BUCKET)
    assert call(function, EVENT) == (202, {"task_id": TASK_ID, "status": "CHECKING"})
    (started,) = workflows.asked("StartExecution")
    work = json.loads(started["input"])
    assert work["subject"] == {"kind": "labeling", "id": TASK_ID}
    assert work["manifest"] == {"bucket": SOURCE_BUCKET, "key": KEY, "version_id": newest}
    row = row_of(aws, "task")
    assert (row["status"], row["execution_arn"].rpartition(":")[2]) == ("CHECKING", started["name"])


def test_without_a_manifest_there_is_nothing_to_start(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_task(aws, "UPLOADING")
    assert call(function, EVENT)[0] == 404
    assert not workflows.requests


@pytest.mark.parametrize("status", ["CHECKING", "PREPARING", "OPEN"])
def test_a_task_is_started_once(function: Function, aws: World, workflows: FakeWorkflows, status: str) -> None:
    put_task(aws, status)
    aws.put(KEY, b"{}", SOURCE_BUCKET)
    assert call(function, EVENT)[0] == 409
    assert not workflows.requests


@pytest.mark.parametrize("caller", [ERIKA, OTTO])
def test_only_its_owner_can(function: Function, aws: World, caller: object) -> None:
    put_task(aws, "UPLOADING")
    assert call(function, asked(EVENT, caller))[0] == 404  # type: ignore[arg-type]
