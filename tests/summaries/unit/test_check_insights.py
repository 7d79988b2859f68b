"""What the model said of a file of transcripts is held against their turns; the rest is passed on."""

import json
from typing import Any

from docent.derived_keys import JobKeys
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.summaries import INSIGHTS

EVENT = sample_event("check_insights.chunk.json")
NAMES = JobKeys(EVENT["job_id"])
REPLIED: dict[str, Any] = {
    "record_id": "CALL0000001",
    "outcome": "ok",
    "asked": INSIGHTS,
    "insights": {"summary": "The customer reports a broken router. [1] The agent sends 12 new routers. [2]"},
    "turns": [
        {"number": 1, "speaker": "customer", "text": "My router is broken."},
        {"number": 2, "speaker": "agent", "text": "I send you a new router."},
    ],
    "usage": {"inputTokens": 100, "outputTokens": 10},
    "coverage": {"turns": 2, "characters": 43, "covered_turns": 2, "covered_characters": 43},
}
WITHOUT = {
    "record_id": "CALL0000002",
    "outcome": "error",
    "reason": "There is no reply to it.",
    "usage": {"inputTokens": 0, "outputTokens": 0},
}


def checked(function: Function, aws: World, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    aws.put(EVENT["joined"]["key"], b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    result = function(EVENT)
    assert result["insights"]["key"] == f"{NAMES.insights}-00001.jsonl"
    return [json.loads(line) for line in aws.read(result["insights"]["key"]).splitlines()]


def test_statements_point_to_turns_and_what_no_turn_bears_is_marked(function: Function, aws: World) -> None:
    (line,) = checked(function, aws, REPLIED)
    first, second = line["insights"]["summary"]
    assert (first["turns"], second["turns"]) == ([1], [2])
    assert ("unsupported" in first, second["unsupported"]) == (False, "number")
    assert [each["kind"] for each in line["unsupported"]] == ["number"]
    assert line.keys() == (REPLIED.keys() | {"unsupported"}) - {"asked", "turns"}


def test_a_transcript_without_a_reply_keeps_its_reason(function: Function, aws: World) -> None:
    lines = checked(function, aws, WITHOUT, REPLIED)
    assert lines[0] == WITHOUT | {"unsupported": []}
    assert [line["record_id"] for line in lines] == ["CALL0000002", "CALL0000001"]


def test_a_repeated_check_writes_the_same(function: Function, aws: World) -> None:
    assert checked(function, aws, REPLIED, WITHOUT) == checked(function, aws, REPLIED, WITHOUT)
