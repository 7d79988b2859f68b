"""Making a job: a folder of the caller's own or of one of their groups, and a form for all its files."""

import base64
import json
from typing import Any

import pytest

from docent.documents import document_id_of
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summary_jobs import GENERATION, PREFIX, job_of, put_job

EVENT = sample_event("create_job.name.json")
JOB_ID = document_id_of(SOURCE_BUCKET, f"{PREFIX}job.json")


def made(function: Function, caller: Any = MARY, **body: str) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body=body))


def test_a_name_makes_a_job_with_a_form_for_its_files(function: Function, aws: World) -> None:
    status, body = call(function, EVENT)
    assert (status, body["job_id"]) == (201, JOB_ID)
    assert body["upload"]["key_prefix"] == PREFIX
    row = job_of(aws, JOB_ID)
    assert (row["status"], row["owner_subject"]) == ("UPLOADING", MARY.subject)


def test_the_form_takes_files_below_the_folder_and_nowhere_else(function: Function, aws: World) -> None:
    fields = call(function, EVENT)[1]["upload"]["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert ["starts-with", "$key", PREFIX] in policy["conditions"]
    assert ["content-length-range", 0, 100 * 1024 * 1024] in policy["conditions"]
    assert "key" not in fields


def test_the_same_name_again_is_the_same_job_and_keeps_what_is_there(function: Function, aws: World) -> None:
    put_job(aws, JOB_ID, "SUMMARIZED")
    assert call(function, EVENT)[1]["job_id"] == JOB_ID
    row = job_of(aws, JOB_ID)
    assert (row["status"], row["generation"]) == ("SUMMARIZED", GENERATION)
    assert "expires_at" not in row


def test_no_files_are_added_while_the_job_is_at_work(function: Function, aws: World) -> None:
    put_job(aws, JOB_ID, "SUMMARIZING")
    assert call(function, EVENT)[0] == 409


def test_transcripts_that_are_there_need_no_form(function: Function, aws: World) -> None:
    status, body = made(function, source=f"s3://{SOURCE_BUCKET}/{PREFIX.rstrip('/')}")
    assert status == 201
    assert body == {"job_id": JOB_ID, "source": f"s3://{SOURCE_BUCKET}/{PREFIX}"}


def test_members_of_a_group_can_use_its_folder_and_nobody_else(function: Function, aws: World) -> None:
    source = f"s3://{SOURCE_BUCKET}/transcripts/energy/november/"
    assert made(function, MARY, source=source)[0] == 201
    assert made(function, OTTO, source=source)[0] == 404


def test_the_folder_of_somebody_else_does_not_exist(function: Function, aws: World) -> None:
    assert made(function, ERIKA, source=f"s3://{SOURCE_BUCKET}/{PREFIX}")[0] == 404


def test_a_job_that_another_member_made_stays_theirs(function: Function, aws: World) -> None:
    source = f"s3://{SOURCE_BUCKET}/transcripts/energy/november/"
    _, body = made(function, MARY, source=source)
    assert made(function, ERIKA, source=source)[0] == 404
    assert job_of(aws, body["job_id"])["owner_subject"] == MARY.subject


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a/b"},
        {"name": ".."},
        {"name": "a\u202eb"},
        {"name": "${filename}"},
        {"name": "a", "source": "s3://b/transcripts/c/"},
        {"source": "s3://another-bucket/transcripts/energy/x/"},
        {"source": f"s3://{SOURCE_BUCKET}/documents/energy/x/"},
    ],
)
def test_what_cannot_be_used_is_refused(function: Function, aws: World, body: dict[str, str]) -> None:
    assert made(function, **body)[0] == 400
