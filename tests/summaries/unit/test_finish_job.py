"""The end of a job: its transcripts joined with their masked summaries, and the report, through the handler."""

import json
import re
from typing import Any

import pytest

from docent.derived_keys import JobKeys
from docent.errors.summaries import UnaccountedTranscriptsError
from tests.support.aws import USAGE_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("finish_job.batch.json")
PREFIX = EVENT["job"]["source"]["prefix"]
KEYS = JobKeys(EVENT["job"]["job_id"])
SAID = {"summary": [{"text": f"The customer ({CANARY}) had no signal.", "turns": [1]}], "resolved": "yes"}


def record(name: str, outcome: str = "pending", **more: Any) -> dict[str, Any]:
    return {"source": f"{PREFIX}{name}", "outcome": outcome, "language": "en", "turns": 4, "characters": 90, **more}


def reply(record_id: str, outcome: str = "masked", **more: Any) -> dict[str, Any]:
    return {"record_id": record_id, "outcome": outcome, "insights": SAID, "unsupported": [], "coverage": 1.0, **more}


RECORDS = [
    record("a.txt", record_id="A", roles_uncertain=False),
    record("b.txt", record_id="B", roles_uncertain=True),
    record("c.txt", record_id="C"),
    record("d.txt", record_id="D"),
    record("e.txt", "duplicate", record_id="A"),
    record("f.txt", "unreadable", reason=f"{PREFIX}f.txt is empty."),
]
REPLIES = [
    reply("D", "invalid_output", reason="The reply holds no complete JSON object.", insights=None),
    reply("B", "clean", coverage=0.5, unsupported=[{"insight": "summary", "kind": "name", "why": "…"}]),
    reply("C", "blocked", reason="The guardrail withheld the text.", insights=None),
    reply("A"),
]

COUNTS: list[dict[str, Any]] = [
    {
        "outcomes": {"masked": 1, "clean": 1},
        "pii": {"NAME": 3, "PHONE": 1},
        "residual": {"NAME": 1},
        "recall": {"NAME": 0.9},
        "text_units": 4,
    },
    {
        "outcomes": {"blocked": 1, "invalid_output": 1},
        "pii": {"NAME": 2},
        "residual": {},
        "recall": {"NAME": 0.9},
        "text_units": 2,
    },
]


def put(aws: World, name: str, lines: list[dict[str, Any]]) -> None:
    aws.put(name, "".join(json.dumps(line) + "\n" for line in lines).encode())


@pytest.fixture
def job(aws: World) -> World:
    put(aws, f"{KEYS.records}-00001.jsonl", RECORDS[:3])
    put(aws, f"{KEYS.records}-00002.jsonl", RECORDS[3:])
    put(aws, f"{KEYS.masked}-00002.jsonl", REPLIES[:2])
    put(aws, f"{KEYS.masked}-00001.jsonl", REPLIES[2:])
    for number, counts in enumerate(COUNTS, 1):
        aws.put(f"{KEYS.masking}-{number:05d}.json", counts)
    return aws


def summaries(aws: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in aws.read(KEYS.summaries).splitlines()]


def test_every_transcript_has_one_line_in_the_order_of_the_files(function: Function, job: World) -> None:
    result = function(EVENT)
    lines = summaries(job)
    assert [line["source"] for line in lines] == [f"{name}.txt" for name in "abcdef"]
    assert [line["outcome"] for line in lines] == [
        *("masked", "clean", "blocked", "invalid_output", "duplicate", "unreadable")
    ]
    assert lines[0]["insights"] == lines[4]["insights"] == SAID
    assert lines[1]["roles_uncertain"] is True
    assert sum(result["outcomes"].values()) == result["transcripts"] == EVENT["prepared"]["transcripts"]


def test_what_has_no_readable_summary_tells_why(function: Function, job: World) -> None:
    function(EVENT)
    for line in summaries(job)[2:4]:
        assert line["reason"]
        assert "insights" not in line
    assert summaries(job)[5]["reason"] == "The file is empty."


def test_the_report_counts_what_happened(function: Function, job: World) -> None:
    function(EVENT)
    report = job.read_json(KEYS.report_json)
    assert report["pii"] == {"NAME": 5, "PHONE": 1}
    assert report["residual"] == {"found": {"NAME": 1}, "recall": {"NAME": 0.9}}
    assert report["unsupported"] == {"statements": 1, "transcripts": 1, "by_kind": {"name": 1}}
    assert report["partly_covered"] == {"count": 1, "named": [{"source": "b.txt", "coverage": 0.5}]}
    assert report["choices"] == {"resolved": {"yes": 2}}
    assert {each["source"] for each in report["failures"]["named"]} == {"c.txt", "d.txt", "f.txt"}
    assert (report["seconds"]["preparing"], report["seconds"]["summarizing"]) == (30, 3600)


def test_the_page_counts_all_that_was_masked(function: Function, job: World) -> None:
    function(EVENT)
    page = job.read(KEYS.report_html).decode()
    assert "<b>7</b><span>pieces of personal data masked" in page, "what the second check found is masked as well"


def test_the_report_tells_what_batch_inference_saved(function: Function, job: World) -> None:
    cost = function(EVENT)["cost"]
    assert cost["batch"] == pytest.approx((0.3 + 0.3) / 2)
    assert cost["all_on_demand"] == pytest.approx(0.6 + 0.0045)
    assert cost["total"] == pytest.approx(cost["batch"] + cost["on_demand"] + cost["masking"])


def test_the_batch_job_is_counted_once_as_its_owners(function: Function, job: World) -> None:
    function(EVENT)
    function(EVENT)
    (day,) = (row for row in job.items(USAGE_TABLE) if row["item"].startswith("calls#"))
    assert day["item"] == f"calls#summaries#{EVENT['job']['owner']['subject']}#"
    assert float(day["dollars"]) == pytest.approx(0.3), "half of what the same tokens cost on demand"
    assert int(day["input_tokens"]) == EVENT["usage"]["batch"]["inputTokens"]


def test_a_price_that_is_not_known_is_not_invented(function: Function, job: World) -> None:
    function.set(MODEL_ID="meta.llama-v9:0", INPUT_TOKEN_PRICE="0", OUTPUT_TOKEN_PRICE="0")
    assert function(EVENT)["cost"]["total"] is None
    assert "not known" in job.read(KEYS.report_html).decode()


def test_a_transcript_without_an_outcome_fails_the_job(function: Function, job: World) -> None:
    put(job, f"{KEYS.masked}-00002.jsonl", REPLIES[:1])
    with pytest.raises(UnaccountedTranscriptsError, match="1 of the transcripts"):
        function(EVENT)
    assert not job.list_keys(KEYS.summaries)
    assert not job.list_keys(KEYS.report_json)


def test_an_earlier_line_of_records_that_is_gone_fails_the_job(function: Function, job: World) -> None:
    job.delete(f"{KEYS.records}-00002.jsonl")
    with pytest.raises(UnaccountedTranscriptsError, match="6 transcripts were prepared, and 3"):
        function(EVENT)


def test_a_second_delivery_writes_the_same_summaries(function: Function, job: World) -> None:
    function(EVENT)
    first = job.read(KEYS.summaries)
    function(EVENT)
    assert job.read(KEYS.summaries) == first


def test_the_page_loads_nothing_and_escapes_what_files_are_called(function: Function, job: World) -> None:
    put(job, f"{KEYS.records}-00002.jsonl", [record("<script>.txt", "unreadable", reason="x"), *RECORDS[3:5]])
    function(EVENT)
    page = job.read(KEYS.report_html).decode()
    assert "<script" not in page
    assert "&lt;script&gt;.txt" in page
    assert not re.findall(r'(?:src|href)="|url\(', page)
    assert "default-src 'none'" in page
    assert job.content_type(KEYS.report_html) == "text/html; charset=utf-8"


def test_nothing_that_was_said_is_in_the_report_or_the_log(function: Function, job: World) -> None:
    function(EVENT)
    assert CANARY not in function.logged
    assert CANARY.encode() not in job.read(KEYS.report_json) + job.read(KEYS.report_html)
