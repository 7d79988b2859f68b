"""The end of a run, and what was answered."""

import json

from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_question, put_row, row_of

EVENT = sample_event("record_answered.filled.json")


ID = EVENT["questionnaire_id"]


def test_answers_are_counted_by_status_and_confidence(function: Function, aws: World) -> None:
    put_row(aws, ID, "ANSWERING")
    put_question(aws, ID, 1, "A?", "answered", confidence="high", needs_review=False)
    put_question(aws, ID, 2, "B?", "answered", confidence="low", needs_review=True)
    put_question(aws, ID, 3, "C?", "failed")
    told = function(EVENT)
    assert told["status"] == "ANSWERED"
    assert {name: count for name, count in told["counts"].items() if count} == {
        "total": 3,
        "answered": 2,
        "failed": 1,
        "high": 1,
        "low": 1,
        "needs_review": 1,
    }
    row = row_of(aws, ID)
    assert (row["status"], row["filled_at"], json.loads(row["counts"])) == (
        "ANSWERED",
        EVENT["filled_at"],
        told["counts"],
    )
    assert function(EVENT) == told, "running it twice changes nothing"


def test_a_file_that_was_filled_while_questions_are_left_is_not_answered(function: Function, aws: World) -> None:
    put_row(aws, ID, "ANSWERING")
    put_question(aws, ID, 1, "A?")
    assert function(EVENT)["status"] == "STOPPED"


def test_a_run_that_was_replaced_records_nothing(function: Function, aws: World) -> None:
    put_row(aws, ID, "STOPPED", execution_arn="arn:of:another")
    assert function(EVENT)["status"] == "SUPERSEDED"
    assert row_of(aws, ID)["status"] == "STOPPED"
