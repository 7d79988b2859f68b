"""Starting a run: its file arrives, with what its owner asked for."""

from typing import Any

import pytest

from docent.debate_runs import cases_key, options_in, run_file
from docent.documents import ObjectPointer
from docent.objects import read_metadata
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.debate_runs import put_run
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("start_run.budget.json")
ID = EVENT["pathParameters"]["run_id"]
FILE = run_file(MARY.subject, "november")
OPTIONS = {"techniques": ["expert", "debate"], "votes": 1, "budget": 20}


def asked_for() -> dict[str, Any]:
    return options_in(read_metadata(ObjectPointer(SOURCE_BUCKET, FILE)))


def test_the_uploaded_cases_become_the_file_of_the_run(function: Function, aws: World) -> None:
    put_run(aws, ID, "UPLOADING")
    aws.put(cases_key(FILE), b"new", SOURCE_BUCKET)
    assert call(function, EVENT) == (202, {"run_id": ID, "status": "UPLOADING"})
    assert (aws.read(FILE, SOURCE_BUCKET), asked_for()) == (b"new", OPTIONS)


def test_without_a_new_upload_the_same_file_arrives_again(function: Function, aws: World) -> None:
    put_run(aws, ID, "JUDGED")
    aws.put(FILE, b"same", SOURCE_BUCKET)
    assert call(function, EVENT)[0] == 202
    assert (aws.read(FILE, SOURCE_BUCKET), asked_for()) == (b"same", OPTIONS)


def test_without_any_file_there_is_nothing_to_start(function: Function, aws: World) -> None:
    put_run(aws, ID, "UPLOADING")
    assert call(function, EVENT)[0] == 404


def test_a_run_at_work_is_not_started_again(function: Function, aws: World) -> None:
    put_run(aws, ID, "PREPARING")
    assert call(function, EVENT)[0] == 409


@pytest.mark.parametrize("body", [{"rounds": 6}, {"techniques": ["guess"]}, {"judge": "a model"}, {"budget": 0}])
def test_what_is_not_possible_is_refused(function: Function, aws: World, body: dict[str, Any]) -> None:
    assert call(function, asked(EVENT, body=body))[0] == 400


def test_only_its_owner_can(function: Function, aws: World) -> None:
    put_run(aws, ID, "UPLOADING")
    assert call(function, asked(EVENT, ERIKA))[0] == 404
