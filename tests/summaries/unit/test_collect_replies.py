"""Every transcript gets one line, whatever the model's output holds, and what failed is asked once more."""

import json
from typing import Any

import pytest

from tests.support.aws import World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.summaries import INSIGHTS, JOB_ID, model_input, model_output

SAMPLE = sample_event("collect_replies.first_pass.json")
BELOW = f"summaries/{JOB_ID}/"
COMPLETED = {"name": "docent-batch", "status": "Completed", "message": ""}
SAYS = json.dumps({"summary": "The customer reports a broken router. [1] The agent sends a new router. [2]"})
ID = "CALL000000{}".format


class Job:
    """The files of one job as the steps before leave them."""

    def __init__(self, aws: World) -> None:
        self.aws = aws
        self.records: list[dict[str, Any]] = []
        self.inputs: dict[str, dict[str, Any]] = {}

    def transcript(self, first: str, *others: str) -> None:
        """A transcript, in parts if there are several ids."""
        record_ids = (first, *others)
        for part, record_id in enumerate(record_ids):
            self.inputs[record_id] = model_input(
                f"customer: My router is broken, says {CANARY}.", f"agent: I send you a new router, part {part}."
            )
        parts = {"parts": list(record_ids)} if len(record_ids) > 1 else {}
        size = {"turns": 2 * len(record_ids), "characters": 80 * len(record_ids)}
        self.records.append({"source": "x", "outcome": "pending", "record_id": first, **size, **parts})

    def put_input(self) -> None:
        body, places = b"", []
        for record_id, request in self.inputs.items():
            line = json.dumps({"recordId": record_id, "modelInput": request}).encode() + b"\n"
            place = {"record_id": record_id, "key": f"{BELOW}input/part-00001.jsonl"}
            places.append(place | {"start": len(body), "length": len(line)})
            body += line
        self.aws.put(f"{BELOW}input/part-00001.jsonl", body)
        self.aws.put(SAMPLE["requests"]["key"], jsonl(places))
        self.aws.put(SAMPLE["records"][0]["key"], jsonl(self.records))

    def reply(self, record_id: str, says: str = SAYS) -> dict[str, Any]:
        request = self.inputs.get(record_id, {"messages": []})
        return {"recordId": record_id, "modelInput": request, "modelOutput": model_output(says)}

    def error(self, record_id: str, *, retryable: bool = True, **more: Any) -> dict[str, Any]:
        told = {"errorCode": 424, "errorMessage": "m", "expired": False, "retryable": retryable, **more}
        return {"recordId": record_id, "modelInput": self.inputs[record_id], "error": told}

    def put_batch(self, *lines: dict[str, Any] | bytes) -> None:
        written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        self.aws.put(f"{BELOW}output/1/job0/part-00001.jsonl.out", b"\n".join([*written, b""]))
        self.aws.put(f"{BELOW}output/1/job0/manifest.json.out", b'{"totalRecordCount": 1}')

    def put_reply(self, attempt: int, line: dict[str, Any]) -> None:
        self.aws.put(f"{BELOW}output/{attempt}/on-demand/{line['recordId']}.jsonl.out", jsonl([line]))

    def lines(self) -> dict[str, dict[str, Any]]:
        chunks = [json.loads(line) for line in self.aws.read(f"{BELOW}chunks.jsonl").splitlines()]
        lines = [json.loads(line) for chunk in chunks for line in self.aws.read(chunk["key"]).splitlines()]
        assert len({line["record_id"] for line in lines}) == len(lines) == len(self.records)
        return {line["record_id"]: line for line in lines}

    def again(self, result: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The requests of the next pass, as summarize_record reads them."""
        found = {}
        for line in self.aws.read(result["again"]["requests"]["key"]).splitlines():
            place = json.loads(line)
            part = self.aws.read(place["key"])[place["start"] : place["start"] + place["length"]]
            record = json.loads(part)
            assert record["recordId"] == place["record_id"]
            found[record["recordId"]] = record["modelInput"]
        assert len(found) == result["again"]["count"]
        return found


def jsonl(values: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


@pytest.fixture
def job(aws: World) -> Job:
    return Job(aws)


def test_replies_in_any_order_are_joined_by_their_ids_and_point_to_turns(function: Function, job: Job) -> None:
    for number in range(3):
        job.transcript(ID(number))
    job.put_input()
    job.put_batch(*(job.reply(ID(number)) for number in (2, 0, 1)))
    result = function(SAMPLE | {"batch": COMPLETED})
    assert result["outcomes"] == {"ok": 3, "invalid_output": 0, "error": 0}
    assert (result["again"], result["failure"]) == ({"requests": None, "count": 0}, None)
    assert result["usage"]["batch"] == {"inputTokens": 300, "outputTokens": 30}
    assert result["usage"]["on_demand"] == {"inputTokens": 0, "outputTokens": 0}
    line = job.lines()[ID(0)]
    assert (result["transcripts"], line["insights"], line["asked"]) == (3, json.loads(SAYS), INSIGHTS)
    assert [(turn["number"], turn["speaker"]) for turn in line["turns"]] == [(1, "customer"), (2, "agent")]
    coverage = line["coverage"]
    assert coverage["turns"] == coverage["covered_turns"] == 2
    assert coverage["characters"] == coverage["covered_characters"] > 0


def test_lines_that_are_no_json_or_nobodys_are_nobodys_outcome(function: Function, job: Job) -> None:
    job.transcript(ID(0))
    job.put_input()
    strange = [b"{", b"[]", b'"x"', b"\xff\xfe", job.reply("CALL0000009"), {"modelOutput": {}}]
    twice = job.reply(ID(0), json.dumps({"summary": "The agent sends a new router. [2]"}))
    job.put_batch(*strange, job.reply(ID(0)), twice)
    result = function(SAMPLE | {"batch": COMPLETED})
    assert result["outcomes"] == {"ok": 1, "invalid_output": 0, "error": 0}
    assert job.lines()[ID(0)]["insights"] == json.loads(SAYS), "the first of two replies counts"


def test_what_failed_is_asked_once_more_and_only_that(function: Function, job: Job) -> None:
    for number in range(5):
        job.transcript(ID(number))
    job.put_input()
    job.put_batch(
        job.reply(ID(0)),
        job.error(ID(1)),
        job.error(ID(2), retryable=False),
        job.reply(ID(3), "no JSON"),
        job.reply("CALL0000009"),
    )
    result = function(SAMPLE | {"batch": COMPLETED})
    again = job.again(result)
    assert set(again) == {ID(1), ID(3), ID(4)}
    assert result["chunk_count"] == 0, "nothing is checked or masked before all is there"
    assert again[ID(1)] == job.inputs[ID(1)]
    assert len(again[ID(3)]["messages"]) > 1, "what was not valid is shown and named"
    assert result["failure"] is None

    job.put_reply(2, job.reply(ID(1)))
    job.put_reply(2, job.reply(ID(3), "still no JSON"))
    result = function(SAMPLE | {"attempt": 2, "batch": COMPLETED})
    assert result["again"]["count"] == 0
    assert result["outcomes"] == {"ok": 2, "invalid_output": 1, "error": 2}
    lines = job.lines()
    assert {record_id: line["outcome"] for record_id, line in lines.items()} == {
        ID(0): "ok",
        ID(1): "ok",
        ID(2): "error",
        ID(3): "invalid_output",
        ID(4): "error",
    }
    assert all(line["reason"] for line in lines.values() if line["outcome"] != "ok")
    assert result["usage"]["on_demand"]["inputTokens"] == 200


def test_a_repaired_reply_counts(function: Function, job: Job) -> None:
    job.transcript(ID(0))
    job.put_input()
    job.put_reply(1, job.reply(ID(0), ""))
    assert function(SAMPLE)["again"]["count"] == 1
    job.put_reply(2, job.reply(ID(0)))
    result = function(SAMPLE | {"attempt": 2})
    assert (result["outcomes"]["ok"], result["again"]["count"], result["failure"]) == (1, 0, None)


def test_the_parts_of_a_transcript_are_combined_by_one_more_request(function: Function, job: Job) -> None:
    job.transcript(ID(0), ID(1))
    job.put_input()
    job.put_batch(job.reply(ID(1)), job.reply(ID(0)))
    result = function(SAMPLE | {"batch": COMPLETED})
    ((combined_id, request),) = job.again(result).items()
    assert combined_id not in job.inputs
    text = request["messages"][0]["content"][0]["text"]
    assert text.startswith("<transcript>\n1 customer:")
    assert text.endswith(f"<insights>{json.dumps(INSIGHTS)}</insights>")

    reply = {"recordId": combined_id, "modelInput": request, "modelOutput": model_output(SAYS)}
    job.put_reply(2, reply)
    result = function(SAMPLE | {"attempt": 2, "batch": COMPLETED})
    assert (result["outcomes"]["ok"], result["again"]["count"]) == (1, 0)
    line = job.lines()[ID(0)]
    assert line["usage"] == {"inputTokens": 300, "outputTokens": 30}
    assert line["coverage"]["covered_characters"] == line["coverage"]["characters"]


def test_a_part_that_fails_for_good_is_told_and_the_others_are_combined(function: Function, job: Job) -> None:
    job.transcript(ID(0), ID(1))
    job.put_input()
    job.put_batch(job.reply(ID(0)), job.error(ID(1)))
    assert set(job.again(function(SAMPLE | {"batch": COMPLETED}))) == {ID(1)}, "the parts come first"
    job.put_reply(2, job.error(ID(1)))
    result = function(SAMPLE | {"attempt": 2, "batch": COMPLETED})
    ((combined_id, request),) = job.again(result).items()
    job.put_reply(3, {"recordId": combined_id, "modelInput": request, "modelOutput": model_output(SAYS)})
    result = function(SAMPLE | {"attempt": 3, "batch": COMPLETED})
    assert result["again"]["count"] == 0
    line = job.lines()[ID(0)]
    assert (line["outcome"], line["reason"][:25]) == ("ok", "Part 2 of 2 is not covere")
    assert line["coverage"]["covered_characters"] < line["coverage"]["characters"]


@pytest.mark.parametrize("status", ["Failed", "Expired", "Stopped"])
def test_a_batch_job_that_ended_badly_fails_the_job_and_keeps_what_is_there(
    function: Function, job: Job, status: str
) -> None:
    job.transcript(ID(0))
    job.transcript(ID(1))
    job.put_input()
    job.put_batch(job.reply(ID(0)))
    result = function(SAMPLE | {"batch": COMPLETED | {"status": status, "message": "The role may not read."}})
    assert result["failure"]["name"] == "BatchJobFailedError"
    assert status in result["failure"]["message"]
    assert "The role may not read." in result["failure"]["message"]
    assert result["again"]["count"] == 0, "nothing more is spent"
    assert result["outcomes"] == {"ok": 1, "invalid_output": 0, "error": 1}


def test_completed_with_every_record_in_error_is_a_failed_job(function: Function, job: Job) -> None:
    job.transcript(ID(0))
    job.put_input()
    job.put_batch(job.error(ID(0)))
    result = function(SAMPLE | {"batch": COMPLETED | {"message": "Look at the errors."}})
    assert result["failure"]["name"] == "BatchJobFailedError"
    assert "error 424" in result["failure"]["message"]
    assert "Look at the errors." in result["failure"]["message"]
    assert result["again"]["count"] == 0


def test_a_partly_completed_job_counts_and_the_rest_is_asked_again(function: Function, job: Job) -> None:
    job.transcript(ID(0))
    job.transcript(ID(1))
    job.put_input()
    job.put_batch(job.reply(ID(0)), job.error(ID(1), expired=True, errorCode=408))
    result = function(SAMPLE | {"batch": COMPLETED | {"status": "PartiallyCompleted"}})
    assert (set(job.again(result)), result["failure"]) == ({ID(1)}, None)


def test_a_job_without_one_valid_reply_has_failed(function: Function, job: Job) -> None:
    job.transcript(ID(0))
    job.put_input()
    job.put_reply(1, job.error(ID(0), retryable=False))
    result = function(SAMPLE)
    assert result["failure"]["name"] == "NothingSummarizedError"
    assert job.lines()[ID(0)]["outcome"] == "error"


def test_a_job_without_a_transcript_to_summarize_has_nothing_to_collect(function: Function, job: Job) -> None:
    job.records = []
    job.put_input()
    result = function(SAMPLE | {"requests": None})
    assert (result["chunk_count"], result["failure"], result["again"]["count"]) == (0, None, 0)
