"""Making a run: a file of the caller's own or of one of their groups, and a form for it."""

import base64
import json
from typing import Any

import pytest

from docent.debate_runs import cases_key, run_file
from docent.documents import document_id_of
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.debate_runs import GENERATION, put_run, run_of
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("create_run.name.json")
KEY = run_file(MARY.subject, "november")
RUN_ID = document_id_of(SOURCE_BUCKET, KEY)
OF_A_GROUP = f"s3://{SOURCE_BUCKET}/debates/energy/november.jsonl"


def made(function: Function, caller: Any = MARY, **body: str) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body=body))


def test_a_name_makes_a_run_with_a_form_for_its_cases(function: Function, aws: World) -> None:
    status, body = call(function, EVENT)
    assert (status, body["run_id"]) == (201, RUN_ID)
    policy = json.loads(base64.b64decode(body["upload"]["fields"]["policy"]))
    assert {"key": cases_key(KEY)} in policy["conditions"], "what is uploaded starts nothing"
    row = run_of(aws, RUN_ID)
    assert (row["status"], row["owner_subject"]) == ("UPLOADING", MARY.subject)


def test_the_same_name_again_is_the_same_run_and_keeps_what_is_there(function: Function, aws: World) -> None:
    put_run(aws, RUN_ID, "JUDGED")
    before = run_of(aws, RUN_ID)
    assert call(function, EVENT)[1]["run_id"] == RUN_ID
    assert run_of(aws, RUN_ID) == before
    assert before["generation"] == GENERATION


def test_no_cases_are_uploaded_while_the_run_is_at_work(function: Function, aws: World) -> None:
    put_run(aws, RUN_ID, "DEBATING")
    assert call(function, EVENT)[0] == 409


def test_a_file_of_a_group_is_for_its_members_and_belongs_to_who_took_it_first(function: Function, aws: World) -> None:
    status, body = made(function, MARY, source=OF_A_GROUP)
    assert (status, body["source"], "upload" in body) == (201, OF_A_GROUP, False)
    assert made(function, OTTO, source=OF_A_GROUP)[0] == 404
    assert made(function, ERIKA, source=OF_A_GROUP)[0] == 404
    assert run_of(aws, body["run_id"])["owner_subject"] == MARY.subject


def test_a_run_that_was_put_straight_there_can_be_taken(function: Function, aws: World) -> None:
    run_id = document_id_of(SOURCE_BUCKET, "debates/energy/november.jsonl")
    source = {"bucket": SOURCE_BUCKET, "key": "debates/energy/november.jsonl", "version_id": "v1"}
    put_run(aws, run_id, "STOPPED", owner=None, owner_subject=None, source=source)
    assert made(function, MARY, source=OF_A_GROUP)[0] == 201
    row = run_of(aws, run_id)
    assert (row["status"], json.loads(row["source"])["version_id"]) == ("STOPPED", "v1")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "a/b"},
        {"name": ".."},
        {"name": "a\u202eb"},
        {"name": "${filename}"},
        {"name": "a", "source": OF_A_GROUP},
        {"source": "s3://another-bucket/debates/energy/x.jsonl"},
        {"source": f"s3://{SOURCE_BUCKET}/debates/energy/x.pdf"},
    ],
)
def test_what_cannot_be_used_is_refused(function: Function, aws: World, body: dict[str, str]) -> None:
    assert made(function, **body)[0] == 400
