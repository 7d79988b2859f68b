"""Checking manifests."""

import json
from typing import Any

import pytest

from docent.derived_keys import LabelKeys
from tests.support.api_calls import MARY
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, TEXT, put_task
from tests.support.project import sample_event

EVENT = sample_event("check_manifest.first.json")
CLIPS = LabelKeys(TASK_ID).clips


@pytest.fixture(autouse=True)
def task(aws: World) -> None:
    put_task(aws, "CHECKING")


def line(name: str, **more: Any) -> bytes:
    return json.dumps({"source-ref": f"s3://{SOURCE_BUCKET}/labeling/energy/{name}", **more}).encode() + b"\n"


def check(function: Function, aws: World, *lines: bytes, there: tuple[str, ...] = ()) -> dict[str, Any]:
    for name in there:
        aws.put(f"labeling/energy/{name}", b"RIFF", SOURCE_BUCKET)
    aws.put(EVENT["manifest"]["key"], b"".join(lines), SOURCE_BUCKET)
    return function(EVENT)


def test_clips_are_written_with_their_places_in_the_manifest(function: Function, aws: World) -> None:
    lines = (line("call-1.wav"), line("call-2.mp3", note="ä"))
    checked = check(function, aws, *lines, there=("call-1.wav", "call-2.mp3"))
    assert (checked["lines"], checked["done"], checked["problem_count"]) == (2, True, 0)
    clips = [json.loads(each) for each in aws.read(CLIPS).splitlines()]
    assert [(each["number"], each["source"]["key"]) for each in clips] == [
        (1, "labeling/energy/call-1.wav"),
        (2, "labeling/energy/call-2.mp3"),
    ]
    whole = b"".join(lines)
    assert [whole[each["offset"] : each["offset"] + each["size"]] for each in clips] == [
        each.rstrip(b"\n") for each in lines
    ]


def test_lines_and_objects_that_are_wrong_are_named_in_their_order(function: Function, aws: World) -> None:
    aws.put("labeling/energy/empty.wav", b"", SOURCE_BUCKET)
    lines = (line("gone.wav"), b"{\n", line("empty.wav"), line("call.wav"))
    checked = check(function, aws, *lines, there=("call.wav",))
    assert [(each["line"], each["reason"].split()[0]) for each in checked["problems"]] == [
        (1, "There"),
        (2, "It"),
        (3, f"s3://{SOURCE_BUCKET}/labeling/energy/empty.wav"),
    ]


def test_texts_are_in_the_manifest_so_no_object_is_looked_for(function: Function, aws: World) -> None:
    put_task(aws, "CHECKING", schema="consistent-answer")
    lines = [json.dumps(TEXT | {"id": number}).encode() + b"\n" for number in range(2)]
    checked = check(function, aws, *lines, b'{"source": "x"}\n')
    assert (checked["lines"], checked["done"]) == (3, True)
    assert checked["problems"] == [{"line": 3, "reason": "It has no question."}]
    assert [json.loads(each) for each in aws.read(CLIPS).splitlines()] == [
        {"number": 1, "offset": 0, "size": len(lines[0]) - 1},
        {"number": 2, "offset": len(lines[0]), "size": len(lines[1]) - 1},
    ]


def test_an_empty_manifest_is_refused(function: Function, aws: World) -> None:
    assert check(function, aws)["problems"] == [{"line": 1, "reason": "The manifest is empty."}]


def test_media_of_others_are_not_in_reach(function: Function, aws: World) -> None:
    foreign = json.dumps({"source-ref": f"s3://{SOURCE_BUCKET}/labeling/other/call.wav"}).encode()
    own = json.dumps({"source-ref": f"s3://{SOURCE_BUCKET}/labeling/{MARY.subject}/call.wav"}).encode()
    aws.put(f"labeling/{MARY.subject}/call.wav", b"RIFF", SOURCE_BUCKET)
    checked = check(function, aws, foreign + b"\n", own)
    assert [each["line"] for each in checked["problems"]] == [1]


def test_a_call_whose_time_is_over_goes_on_where_it_was(function: Function, aws: World) -> None:
    lines = [line(f"call-{number}.wav") for number in range(450)]
    function.remaining_milliseconds = 10_000
    first = check(function, aws, *lines)
    assert (first["done"], first["offset"]) == (False, 0)
    function.remaining_milliseconds = 840_000
    second = function({**EVENT, "checked": first})
    assert (second["done"], second["problem_count"], len(second["problems"])) == (True, 450, 100)
    assert second["offset"] == len(aws.read(CLIPS))
