"""The transcript beside its summary, for those who can read it."""

import json
from typing import Any

import pytest

from docent.derived_keys import JobKeys
from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summaries import model_input
from tests.support.summary_jobs import PREFIX, put_job

EVENT = sample_event("show_transcript.masked.json")
ID, RECORD = (EVENT["pathParameters"][name] for name in ("job_id", "record_id"))
NAMES = JobKeys(ID)


@pytest.fixture
def job(aws: World) -> World:
    put_transcript(aws, RECORD)
    put_job(aws, ID, "SUMMARIZED")
    return aws


def put_transcript(aws: World, own_id: str, *others: str, characters: int = 60, prefix: str = PREFIX) -> None:
    parts = (own_id, *others)
    inputs = {"OtherRecord": model_input("agent: Hello."), "OtherPart00": model_input("agent: Hello again.")}
    inputs |= {part: model_input(f"customer: Part {part}.", "agent: I see.") for part in parts}
    body, places = b"", []
    for record_id, request in inputs.items():
        line = json.dumps({"recordId": record_id, "modelInput": request}).encode() + b"\n"
        places.append({"record_id": record_id, "key": f"{NAMES.input}part-1.jsonl", "start": len(body)})
        places[-1]["length"] = len(line)
        body += line
    first: dict[str, Any] = {"source": f"{prefix}router.txt", "record_id": own_id, "characters": characters}
    first |= {"parts": list(parts)} if len(parts) > 1 else {}
    # The id of a record can occur in the name of another file.
    other = {"source": f"{prefix}{own_id}.txt", "record_id": "OtherRecord", "characters": 6}
    aws.put(f"{NAMES.input}part-1.jsonl", body)
    aws.put(f"{NAMES.requests}-00001.jsonl", b"\n".join(json.dumps(each).encode() for each in places))
    aws.put(f"{NAMES.records}-00001.jsonl", b"\n".join(json.dumps(each).encode() for each in (other, first)))


@pytest.mark.usefixtures("job")
def test_the_owner_reads_the_turns_that_a_summary_points_to_and_can_download_the_file(function: Function) -> None:
    status, body = call(function, EVENT)
    assert (status, body["source"]) == (200, "router.txt")
    assert [(turn["number"], turn["speaker"], turn["text"]) for turn in body["turns"]] == [
        (1, "customer", f"Part {RECORD}."),
        (2, "agent", "I see."),
    ]
    assert SOURCE_BUCKET in body["url"]
    assert f"{PREFIX}router.txt".replace(" ", "%20") in body["url"]
    assert "attachment" in body["url"]


def test_a_transcript_that_was_summarised_in_parts_is_shown_as_a_whole(function: Function, aws: World) -> None:
    put_transcript(aws, RECORD, "SecondPart0")
    put_job(aws, ID, "SUMMARIZED")
    _, body = call(function, EVENT)
    assert [turn["text"] for turn in body["turns"]][::2] == [f"Part {RECORD}.", "Part SecondPart0."]


def test_a_transcript_that_no_reply_can_hold_has_only_its_link(function: Function, aws: World) -> None:
    put_transcript(aws, RECORD, characters=5_000_000)
    put_job(aws, ID, "SUMMARIZED")
    _, body = call(function, EVENT)
    assert "turns" not in body
    assert body["url"]


@pytest.mark.usefixtures("job")
def test_the_transcript_of_somebody_else_does_not_exist(function: Function) -> None:
    assert call(function, asked(EVENT, ERIKA))[0] == 404


def test_a_folder_of_a_group_that_the_owner_has_left_is_not_shown(function: Function, aws: World) -> None:
    prefix = "transcripts/nobody-of-us/november/"
    put_transcript(aws, RECORD, prefix=prefix)
    put_job(aws, ID, "SUMMARIZED", source={"bucket": SOURCE_BUCKET, "prefix": prefix})
    assert call(function, EVENT)[0] == 404


@pytest.mark.usefixtures("aws")
def test_a_job_that_has_not_begun_has_no_transcript(function: Function, aws: World) -> None:
    put_job(aws, ID, "UPLOADING")
    assert call(function, EVENT)[0] == 404
