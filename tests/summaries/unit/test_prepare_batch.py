"""A batch of the transcripts in a folder, through the handler."""

import json
from typing import Any

import pytest

from docent.batch_files import BatchFiles
from docent.errors.summaries import InvalidJobError, OverBudgetError
from prepare_batch.records import MOST_CHARACTERS
from tests.support.aws import DERIVED_BUCKET, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.summary_jobs import job_of, put_job

EVENT = sample_event("prepare_batch.folder.json")
PREFIX = EVENT["job"]["source"]["prefix"]
CALL = f"Customer: My name is {CANARY}.\nAgent: How can I help?\nCustomer: My router is broken.\nAgent: I send one."


@pytest.fixture
def put(aws: World) -> Any:
    def put(name: str, data: bytes | str) -> None:
        body = data.encode() if isinstance(data, str) else data
        aws.put(f"{PREFIX}{name}", body, SOURCE_BUCKET)

    return put


def lines(aws: World, key: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in aws.read(key).splitlines()]


def records_of(aws: World, result: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for pointer in result["records"] for line in lines(aws, pointer["key"])]


def requests_of(aws: World, result: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for key in sorted(aws.list_keys(result["input"]["prefix"])) for line in lines(aws, key)]


def test_every_transcript_becomes_a_record_that_names_its_source(function: Function, aws: World, put: Any) -> None:
    put("a.txt", CALL)
    put("b.txt", CALL.replace("router", "telephone"))
    result = function(EVENT)
    records, requests = records_of(aws, result), requests_of(aws, result)
    assert [record["source"] for record in records] == [f"{PREFIX}a.txt", f"{PREFIX}b.txt"]
    assert [record["record_id"] for record in records] == [request["recordId"] for request in requests]
    assert (result["transcripts"], result["requests"]) == (2, 2)
    assert set(requests[0]) == {"recordId", "modelInput"}
    assert set(requests[0]["modelInput"]) == {"system", "messages", "inferenceConfig"}


def test_a_second_delivery_writes_the_same(function: Function, aws: World, put: Any) -> None:
    put("a.txt", CALL)
    first = function(EVENT)
    written = requests_of(aws, first)
    assert function(EVENT) == first
    assert requests_of(aws, first) == written


def test_bad_files_are_told_and_all_others_go_through(function: Function, aws: World, put: Any) -> None:
    put("empty.txt", "")
    put("noise.bin", b"\x00\xff\x00\x01" * 99)
    put("other.json", '{"score": 3}')
    put("twice-1.txt", CALL)
    put("twice-2.txt", CALL)
    put("latin.txt", CALL.replace("router", "Wäschetrockner").encode("cp1252"))
    result = function(EVENT)
    outcomes = {record["source"].removeprefix(PREFIX): record["outcome"] for record in records_of(aws, result)}
    assert outcomes == {
        "empty.txt": "unreadable",
        "latin.txt": "pending",
        "noise.bin": "unreadable",
        "other.json": "unreadable",
        "twice-1.txt": "pending",
        "twice-2.txt": "duplicate",
    }
    assert result["transcripts"] == 6
    assert len(requests_of(aws, result)) == 2


def test_the_redacted_twin_is_read_and_the_other_left_out(function: Function, aws: World, put: Any) -> None:
    put("call.txt", CALL)
    put("redacted-call.txt", CALL.replace(CANARY, "[NAME]"))
    result = function(EVENT)
    assert {record["source"].removeprefix(PREFIX): record["outcome"] for record in records_of(aws, result)} == {
        "call.txt": "left_out",
        "redacted-call.txt": "pending",
    }
    assert CANARY not in json.dumps(requests_of(aws, result))


def test_a_transcript_longer_than_the_context_becomes_several_records(function: Function, aws: World, put: Any) -> None:
    put("long.txt", "\n".join(f"Customer: {number} {'word ' * 200}\nAgent: Yes." for number in range(1200)))
    result = function(EVENT)
    [record] = records_of(aws, result)
    requests = requests_of(aws, result)
    assert record["parts"] == [request["recordId"] for request in requests]
    assert len(requests) == 3
    texts = [request["modelInput"]["messages"][0]["content"][0]["text"] for request in requests]
    assert all(len(text) < MOST_CHARACTERS * 1.1 for text in texts)
    assert sum(text.count(" customer: ") for text in texts) == 1200


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ('{"guidelines": ["kindness"]}', "no guideline kindness"),
        ('{"language": "German"}', "two small letters"),
        ('{"colour": 1}', "has a member colour"),
        ('{"budget": "5"}', "number of US dollars"),
        ('{"budget": true}', "number of US dollars"),
        ('{"insights": {"mood": {"type": "choice", "question": "?"}}}', "needs options"),
    ],
)
def test_a_job_that_is_not_possible_is_refused(function: Function, aws: World, put: Any, job: str, told: str) -> None:
    put("a.txt", CALL)
    put("job.json", job)
    with pytest.raises(InvalidJobError, match=told):
        function(EVENT)


def test_an_empty_folder_is_refused(function: Function, aws: World, put: Any) -> None:
    put("job.json", "{}")
    with pytest.raises(InvalidJobError, match="no transcript below"):
        function(EVENT)


def test_a_full_file_is_followed_by_another(aws: World) -> None:
    with BatchFiles(DERIVED_BUCKET, "summaries/x/input/part", most_records=2) as files:
        for number in range(5):
            files.add({"recordId": str(number)})
    assert files.keys == [f"summaries/x/input/part-0000{number}.jsonl" for number in (1, 2, 3)]
    assert [line["recordId"] for key in files.keys for line in lines(aws, key)] == list("01234")


def test_nothing_that_was_said_is_logged(function: Function, aws: World, put: Any) -> None:
    put("a.txt", CALL)
    function(EVENT)
    assert CANARY not in function.logged


def test_the_estimate_grows_with_the_transcripts_and_batch_costs_half(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    one = function(EVENT)["estimate"]
    put("b.txt", CALL.replace("router", "telephone"))
    two = function(EVENT)["estimate"]
    assert (one["requests"], two["requests"]) == (1, 2)
    assert two["input_tokens"] > one["input_tokens"] > 500
    assert two["cost"]["batch"] == pytest.approx(two["cost"]["on_demand"] / 2, abs=1e-5)
    assert two["most"]["on_demand"] > two["cost"]["on_demand"]


def test_few_requests_are_sent_on_demand_and_many_by_batch(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    assert function(EVENT)["estimate"]["way"] == "on_demand"
    function.set(MINIMUM_BATCH_RECORDS="1")
    assert function(EVENT)["estimate"]["way"] == "batch"


def test_a_job_that_can_cost_more_than_its_budget_is_refused(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    put("job.json", '{"budget": 0.001}')
    with pytest.raises(OverBudgetError, match=r"about \$0\.0\d+ and could cost up to .*, over its budget of \$0.001\."):
        function(EVENT)


def test_a_job_within_its_budget_goes_on(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    put("job.json", '{"budget": 1}')
    assert function(EVENT)["job"]["budget"] == 1


def test_a_budget_needs_a_price(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    put("job.json", '{"budget": 1000}')
    function.set(MODEL_ID="meta.llama-v9:0", INPUT_TOKEN_PRICE="0", OUTPUT_TOKEN_PRICE="0")
    with pytest.raises(OverBudgetError, match="is not known"):
        function(EVENT)
    function.set(INPUT_TOKEN_PRICE="1", OUTPUT_TOKEN_PRICE="2")
    assert function(EVENT)["estimate"]["cost"]["on_demand"] > 0


def test_an_estimate_is_made_whatever_the_budget(function: Function, put: Any) -> None:
    put("a.txt", CALL)
    put("job.json", '{"budget": 0, "estimate_only": true}')
    result = function(EVENT)
    assert result["estimate_only"] is True
    assert result["estimate"]["cost"]["on_demand"] > 0


def test_how_many_files_are_read_is_told(function: Function, aws: World, put: Any) -> None:
    put_job(aws, EVENT["job"]["job_id"], "PREPARING", generation=EVENT["generation"])
    put("a.txt", CALL)
    function(EVENT)
    row = job_of(aws, EVENT["job"]["job_id"])
    assert (json.loads(row["progress"])["of"], row["records_done"]) == (1, "0")
