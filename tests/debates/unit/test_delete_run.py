"""Deleting a run with all that it left."""

from docent.debate_runs import cases_key, run_file
from docent.derived_keys import DebateKeys, debates_prefix
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.debate_runs import GENERATION, put_run, run_of
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("delete_run.judged.json")
ID = EVENT["pathParameters"]["run_id"]
FILE = run_file(MARY.subject, "november")


def test_nothing_is_left_but_a_row_that_refuses_late_events(function: Function, aws: World) -> None:
    put_run(aws, ID, "JUDGED")
    aws.put(DebateKeys(ID, GENERATION).verdicts, b"")
    for key in (FILE, cases_key(FILE)):
        aws.put(key, b"", SOURCE_BUCKET)
    assert function(EVENT)["statusCode"] == 204
    assert not aws.list_keys(debates_prefix(ID))
    assert not aws.list_keys(f"debates/{MARY.subject}/", SOURCE_BUCKET)
    row = run_of(aws, ID)
    assert (row["generation"], "status" in row, "owner" in row) == (GENERATION, False, False)
    assert function(EVENT)["statusCode"] == 404


def test_a_file_of_a_group_stays(function: Function, aws: World) -> None:
    key = "debates/energy/november.jsonl"
    put_run(aws, ID, "JUDGED", source={"bucket": SOURCE_BUCKET, "key": key})
    aws.put(key, b"", SOURCE_BUCKET)
    assert function(EVENT)["statusCode"] == 204
    assert aws.list_keys(key, SOURCE_BUCKET)


def test_a_run_at_work_or_of_somebody_else_stays(function: Function, aws: World) -> None:
    put_run(aws, ID)
    assert call(function, EVENT)[0] == 409
    assert call(function, asked(EVENT, ERIKA))[0] == 404
    assert run_of(aws, ID)["status"] == "DEBATING"
