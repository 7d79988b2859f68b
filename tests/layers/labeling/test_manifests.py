"""Input manifests, line by line."""

import json
import re

import pytest

from labeling.manifests import LineProblem, ManifestLine, ManifestRules, read_manifest
from tests.support.project import CORPUS

RULES = ManifestRules("media", frozenset({"mary", "energy"}), "audio", ("transcript",))
GOOD = {"source-ref": "s3://media/labeling/mary/call-1.wav", "call-id": "call-1"}


def read(*lines: object) -> list:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines]
    return list(read_manifest(iter(raw), RULES))


def test_a_line_names_its_clip_and_keeps_what_else_it_has() -> None:
    (line,) = read(GOOD)
    assert (line.number, line.source.key, line.values["call-id"]) == (1, "labeling/mary/call-1.wav", "call-1")


def test_source_may_hold_the_address_as_well() -> None:
    (line,) = read({"source": "s3://media/labeling/energy/call-1.mp3"})
    assert isinstance(line, ManifestLine)


def test_a_byte_order_mark_and_both_ends_of_lines_are_taken_and_places_are_those_of_the_file() -> None:
    whole = b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n" + json.dumps(GOOD | {"call-id": "2"}).encode()
    for line in read_manifest(iter(whole.splitlines(keepends=True)), RULES):
        assert isinstance(line, ManifestLine)
        assert json.loads(whole[line.offset : line.offset + line.size]) == line.values


@pytest.mark.parametrize(("line", "reason"), [
    (b"{\n", "not valid JSON"),
    (b"\xff\n", "not valid JSON in UTF-8"),
    (b"\n", "is empty"),
    ([1, 2], "not a JSON object"),
    ({"sourceref": "s3://media/labeling/mary/a.wav"}, "no source-ref and no source"),
    (GOOD | {"source": "both"}, "not both"),
    ({"source-ref": 5}, "no address"),
    ({"source-ref": "https://media.example.com/a.wav"}, "no address"),
    ({"source-ref": "s3://media/"}, "no address"),
    ({"source-ref": "s3://other/labeling/mary/a.wav"}, "not in the bucket media"),
    ({"source-ref": "s3://media/labeling/mary/../erika/a.wav"}, r"\.\. as a folder"),
    ({"source-ref": "s3://media/labeling/erika/a.wav"}, "named after you"),
    ({"source-ref": "s3://media/uploads/a.wav"}, "not below labeling/"),
    ({"source-ref": "s3://media/labeling/mary/a.pdf"}, "ends in pdf"),
    ({"source-ref": "s3://media/labeling/mary/a"}, "ends in nothing"),
    ({"source-ref": "s3://media/labeling/mary/\ud800.wav"}, "not valid JSON in UTF-8"),
    (GOOD | {"transcript": "s3://other/t.json"}, "transcript is not in the bucket"),
    (GOOD | {"text": "x" * 102_400}, "longer than 102400 bytes"),
])  # fmt: skip
def test_a_line_that_is_wrong_is_named_with_its_reason(line, reason) -> None:
    first, problem, last = read(GOOD, line, GOOD | {"call-id": "3"})
    assert isinstance(first, ManifestLine)
    assert isinstance(last, ManifestLine)
    assert isinstance(problem, LineProblem)
    assert problem.number == 2
    assert re.search(reason, problem.reason), problem.reason


TEXT = {"source": "It lost $10.6 billion.", "question": "Which is true?", "answers": ["It lost.", "It won."]}


@pytest.mark.parametrize(("change", "reason"), [
    ({}, ""),
    ({"answers": [str(number) for number in range(9)], "id": 1}, ""),
    ({"source": "x" * 450_000}, ""),
    ({"source": "x" * 450_001}, "more than 450,000 characters"),
    ({"source": " "}, "document's text in source"),
    ({"source": 5}, "document's text in source"),
    ({"source-ref": "s3://media/labeling/mary/a.txt"}, "no source-ref"),
    ({"question": ""}, "no question"),
    ({"answers": ["one"]}, "a list of 2 to 9 texts"),
    ({"answers": "AB"}, "a list of 2 to 9 texts"),
    ({"answers": ["one", 2]}, "a list of 2 to 9 texts"),
    ({"answers": ["one", "one"]}, "are the same"),
    ({"answers": ["one", "x" * 102_400]}, "Without its source, it is longer than 102400 bytes"),
    ({"source": "half \ud800"}, "not valid JSON in UTF-8"),
])  # fmt: skip
def test_a_text_is_in_its_line_with_a_question_and_answers(change: dict[str, object], reason: str) -> None:
    rules = ManifestRules("media", frozenset(), "text")
    (read,) = read_manifest(iter([json.dumps(TEXT | change).encode()]), rules)
    if reason:
        assert isinstance(read, LineProblem)
        assert reason in read.reason
    else:
        assert isinstance(read, ManifestLine)
        assert read.source is None


def test_a_line_that_stands_twice_is_named() -> None:
    assert read(GOOD, GOOD)[1].reason == "It is the same as line 1."


def test_a_video_task_takes_no_audio() -> None:
    rules = ManifestRules("media", frozenset({"mary"}), "video")
    (problem,) = read_manifest(iter([json.dumps(GOOD).encode()]), rules)
    assert isinstance(problem, LineProblem)
    assert "no video by its name" in problem.reason


@pytest.mark.skipif(not (CORPUS / "labeling").exists(), reason="needs the manifests of DOCENT_CORPUS")
def test_of_a_bad_manifest_each_bad_line_is_named() -> None:
    raw = (CORPUS / "labeling/own/ground-truth/input-bad.manifest").read_bytes().replace(b"media/", b"media/labeling/")
    rules = ManifestRules("media", frozenset({"calls"}), "audio")
    found = list(read_manifest(iter(raw.splitlines(keepends=True)), rules))
    assert [each.number for each in found if isinstance(each, ManifestLine)] == [1]
    assert [each.number for each in found if isinstance(each, LineProblem)] == list(range(2, 12))
