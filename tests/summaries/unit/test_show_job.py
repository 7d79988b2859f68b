"""One job, as its owner sees it."""

import json
from urllib.parse import parse_qs, urlsplit

from docent.derived_keys import JobKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import DERIVED_BUCKET, SOURCE_BUCKET, World, session
from tests.support.fake_batch_jobs import FakeBatchJobs
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summary_jobs import BATCH, job_of, put_job

EVENT = sample_event("show_job.summarized.json")
ID = EVENT["pathParameters"]["job_id"]
AT = "2026-11-29T06:10:00.000Z"


def test_a_job_at_work_tells_how_far_it_and_its_batch_job_are(function: Function, aws: World) -> None:
    batch = {"arn": BATCH, "name": "docent-x", "status": "Completed", "at": AT, "processedRecordCount": 7}
    put_job(aws, ID, progress={"stage": "summarizing", "of": 200, "at": AT}, batch=batch)
    _, body = call(function, EVENT)
    assert (body["status"], body["name"], body["progress"]["of"]) == ("SUMMARIZING", "november", 200)
    assert (body["batch"]["processedRecordCount"], body["batch"]["at"]) == (7, AT)
    assert "arn" not in body["batch"]
    assert "links" not in body


def test_a_job_that_has_ended_has_links_that_a_browser_can_open(function: Function, aws: World) -> None:
    put_job(aws, ID, "SUMMARIZED", counts={"masked": 3}, cost={"total": 0.5})
    _, body = call(function, EVENT)
    page = urlsplit(body["links"]["report_page"])
    assert page.path.endswith(JobKeys(ID).report_html)
    assert DERIVED_BUCKET in body["links"]["report_page"]
    assert parse_qs(page.query)["response-content-type"] == ["text/html; charset=utf-8"]
    assert "november.jsonl" in parse_qs(urlsplit(body["links"]["summaries"]).query)["response-content-disposition"][0]
    assert (body["counts"], body["cost"]) == ({"masked": 3}, {"total": 0.5})


def test_a_failed_job_tells_why_and_keeps_its_report(function: Function, aws: World) -> None:
    error = {"name": "BatchJobFailedError", "message": "The batch job failed."}
    put_job(aws, ID, "FAILED", error=error, counts={"error": 3})
    _, body = call(function, EVENT)
    assert body["error"] == error
    assert body["links"]["report"]


def test_the_job_of_somebody_else_does_not_exist(function: Function, aws: World) -> None:
    put_job(aws, ID)
    assert call(function, asked(EVENT, ERIKA))[0] == 404


def test_bedrock_is_asked_for_its_counts_when_somebody_looks_and_not_more_often(function: Function, aws: World) -> None:
    batches = FakeBatchJobs()
    batches.put(BATCH, "docent-x", totalRecordCount=200, processedRecordCount=120, errorRecordCount=1)
    batch = {"arn": BATCH, "name": "docent-x", "status": "Submitted", "at": AT}
    put_job(aws, ID, batch=batch)
    with batches.attached(session()):
        _, body = call(function, EVENT)
        assert (body["batch"]["status"], body["batch"]["processedRecordCount"]) == ("InProgress", 120)
        assert body["batch"]["at"] > AT
        call(function, EVENT)
    assert [name for name, _ in batches.requests] == ["GetModelInvocationJob"]
    assert json.loads(job_of(aws, ID)["batch"])["processedRecordCount"] == 120


def test_while_bedrock_does_not_answer_its_last_counts_are_shown_with_their_age(function: Function, aws: World) -> None:
    batches = FakeBatchJobs()
    batches.fail_always("ThrottlingException")
    batch = {"arn": BATCH, "name": "docent-x", "status": "InProgress", "at": AT, "processedRecordCount": 7}
    put_job(aws, ID, batch=batch)
    with batches.attached(session()):
        status, body = call(function, EVENT)
    assert (status, body["batch"]["processedRecordCount"], body["batch"]["at"]) == (200, 7, AT)


def test_how_many_records_are_masked_is_told(function: Function, aws: World) -> None:
    progress = {"stage": "masking", "of": 200, "at": AT}
    put_job(aws, ID, "MASKING", progress=progress, records_done=150)
    assert call(function, EVENT)[1]["progress"] == progress | {"done": 150}
    # Of attempts that were repeated
    put_job(aws, ID, "MASKING", progress=progress, records_done=250)
    assert call(function, EVENT)[1]["progress"]["done"] == 200


def test_summaries_of_a_group_are_withheld_from_an_owner_who_has_left_it(function: Function, aws: World) -> None:
    for prefix, withheld in (("transcripts/energy/november/", False), ("transcripts/harbour/november/", True)):
        source = {"bucket": SOURCE_BUCKET, "prefix": prefix}
        put_job(aws, ID, "SUMMARIZED", counts={"masked": 3}, source=source)
        _, body = call(function, EVENT)
        assert ("links" in body, body.get("withheld", False)) == (not withheld, withheld), prefix
