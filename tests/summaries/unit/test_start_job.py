"""Starting a job: job.json is put beside the transcripts, and S3's event does the rest."""

import json
from typing import Any

import pytest
import yaml

from tests.support.api_calls import CONTRACT, ERIKA, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import ROOT, sample_event
from tests.support.summary_jobs import PREFIX, job_of, put_job

EVENT = sample_event("start_job.budget.json")
ID = EVENT["pathParameters"]["job_id"]


@pytest.mark.parametrize("status", ["UPLOADING", "ESTIMATED", "SUMMARIZED", "STOPPED", "FAILED"])
def test_what_the_caller_wants_becomes_job_json(function: Function, aws: World, status: str) -> None:
    put_job(aws, ID, status)
    assert call(function, EVENT)[0] == 202
    wanted = {"guidelines": ["privacy", "accuracy"], "language": "de", "budget": 25}
    assert aws.read_json(f"{PREFIX}job.json", SOURCE_BUCKET) == wanted
    assert json.loads(job_of(aws, ID)["options"]) == wanted


def test_a_job_at_work_is_not_started_again(function: Function, aws: World) -> None:
    put_job(aws, ID, "MASKING")
    assert call(function, EVENT)[0] == 409
    assert f"{PREFIX}job.json" not in aws.list_keys(PREFIX, SOURCE_BUCKET)


def test_the_job_of_somebody_else_does_not_exist(function: Function, aws: World) -> None:
    put_job(aws, ID, "UPLOADING")
    assert call(function, asked(EVENT, ERIKA))[0] == 404


@pytest.mark.parametrize(
    "options",
    [
        {"guidelines": ["kindness"]},
        {"language": "German"},
        {"budget": -1},
        {"insights": {}},
        {"insights": {"mood": {"type": "choice"}}},
        {"insights": {"Mood!": {"type": "text", "question": "?"}}},
        {"colour": "red"},
    ],
)
def test_what_is_not_possible_is_refused_at_once(function: Function, aws: World, options: Any) -> None:
    put_job(aws, ID, "UPLOADING")
    assert call(function, asked(EVENT, body=options))[0] == 400


def test_the_contract_names_the_guidelines_that_there_are() -> None:
    there = yaml.safe_load((ROOT / "functions/summaries/prepare_batch/prepare_batch/guidelines.yaml").read_text())
    assert CONTRACT["components"]["schemas"]["GuidelineName"]["enum"] == list(there)
