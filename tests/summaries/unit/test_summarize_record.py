"""One request on demand leaves the line that a batch job would leave."""

import json
import time
from typing import Any

import pytest

from docent.usage import TOTAL, month_of
from tests.support.aws import USAGE_TABLE, World
from tests.support.fake_models import FakeModel
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.summaries import JOB_ID, job_of, model_input, put_job

SAMPLE = sample_event("summarize_record.first_pass.json")
REPLY = f"summaries/{JOB_ID}/output/1/on-demand/CALL0000001.jsonl.out"
INPUT = model_input(f"customer: My name is {CANARY}.", "agent: How can I help?")


@pytest.fixture
def event(aws: World) -> dict[str, Any]:
    first = json.dumps({"recordId": "CALL0000000", "modelInput": model_input("customer: Hello.")}).encode() + b"\n"
    line = json.dumps({"recordId": "CALL0000001", "modelInput": INPUT}).encode() + b"\n"
    aws.put(SAMPLE["request"]["key"], first + line)
    return SAMPLE | {"request": SAMPLE["request"] | {"start": len(first), "length": len(line)}}


def test_the_reply_is_written_with_its_request(
    function: Function, aws: World, model: FakeModel, event: dict[str, Any]
) -> None:
    model.says = '{"summary": "The customer calls. [1]"}'
    assert function(event) == {}
    (written,) = map(json.loads, aws.read(REPLY).splitlines())
    assert (written["recordId"], written["modelInput"]) == ("CALL0000001", INPUT)
    assert written["modelOutput"]["output"]["message"]["content"] == [{"text": model.says}]
    assert written["modelOutput"]["usage"]["inputTokens"] == model.tokens[0]


def test_a_reply_that_is_there_is_not_paid_for_again(
    function: Function, model: FakeModel, event: dict[str, Any]
) -> None:
    function(event)
    function(event)
    assert len(model.requests) == 1


def test_a_request_is_counted_as_its_owners(function: Function, aws: World, model: FakeModel, event: Any) -> None:
    function(event)
    (day,) = (row for row in aws.items(USAGE_TABLE) if row["item"].startswith("calls#"))
    assert day["item"] == f"calls#summaries#{event['owner']['subject']}#"
    assert (day["calls"], day["input_tokens"], day["user_name"]) == ("1", str(model.tokens[0]), event["owner"]["user"])


def test_once_the_months_budget_is_used_up_nothing_is_asked(
    function: Function, aws: World, model: FakeModel, event: Any
) -> None:
    function.set(MONTHLY_BUDGET="20")
    aws.put_item(USAGE_TABLE, period=month_of(time.time()), item=TOTAL, dollars=20)
    with pytest.raises(Exception, match="is used up"):
        function(event)
    assert not model.requests


def test_what_the_model_refuses_is_an_error_of_that_record_alone(
    function: Function, aws: World, model: FakeModel, event: dict[str, Any]
) -> None:
    model.fail("ValidationException")
    assert function(event) == {}
    error = json.loads(aws.read(REPLY))["error"]
    assert error == {
        "errorCode": 400,
        "errorMessage": "ValidationException",
        "expired": False,
        "retryable": False,
    }


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ThrottlingException", "ThrottledError"),
        ("ModelErrorException", "TransientError"),
        ("AccessDeniedException", "MisconfiguredError"),
    ],
)
def test_what_may_pass_and_what_concerns_all_records_is_raised(
    function: Function, aws: World, model: FakeModel, event: dict[str, Any], code: str, error: str
) -> None:
    model.fail(code)
    with pytest.raises(Exception, match=code) as raised:
        function(event)
    assert type(raised.value).__name__ == error
    assert REPLY not in aws.list_keys(f"summaries/{JOB_ID}/")


def test_each_reply_is_counted_as_progress_of_its_job(
    function: Function, aws: World, model: FakeModel, event: dict[str, Any]
) -> None:
    put_job(aws, generation=SAMPLE["generation"])
    function(event)
    function(event)
    assert job_of(aws)["records_done"] == "1"
