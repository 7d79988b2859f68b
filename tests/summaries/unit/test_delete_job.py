"""Deleting a job with all that it left."""

from docent.derived_keys import JobKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summary_jobs import GENERATION, PREFIX, job_of, put_job

EVENT = sample_event("delete_job.summarized.json")
ID = EVENT["pathParameters"]["job_id"]


def test_nothing_is_left_but_a_mark_that_refuses_late_events(function: Function, aws: World) -> None:
    put_job(aws, ID, "SUMMARIZED")
    aws.put(f"{PREFIX}a.txt", b"Agent: Hello.", SOURCE_BUCKET)
    aws.put(f"{PREFIX}job.json", b"{}", SOURCE_BUCKET)
    aws.put(JobKeys(ID).summaries, b"{}")
    assert function(EVENT)["statusCode"] == 204
    assert not aws.list_keys(PREFIX, SOURCE_BUCKET)
    assert not aws.list_keys(JobKeys(ID).prefix)
    row = job_of(aws, ID)
    assert (row["generation"], set(row)) == (GENERATION, {"job_id", "generation", "expires_at"})


def test_transcripts_of_a_group_stay(function: Function, aws: World) -> None:
    prefix = "transcripts/energy/november/"
    put_job(aws, ID, "STOPPED", source={"bucket": SOURCE_BUCKET, "prefix": prefix})
    aws.put(f"{prefix}a.txt", b"Agent: Hello.", SOURCE_BUCKET)
    assert function(EVENT)["statusCode"] == 204
    assert aws.list_keys(prefix, SOURCE_BUCKET) == {f"{prefix}a.txt"}


def test_a_job_at_work_is_not_deleted(function: Function, aws: World) -> None:
    put_job(aws, ID, "SUMMARIZING")
    assert call(function, EVENT)[0] == 409


def test_the_job_of_somebody_else_does_not_exist(function: Function, aws: World) -> None:
    put_job(aws, ID, "SUMMARIZED")
    assert call(function, asked(EVENT, ERIKA))[0] == 404
