"""Labels against the schema of their task."""

import pytest

from docent.errors import InvalidRequestError
from labeling.labels import normal, problems_of
from labeling.task_schemas import check_schema, schema_of, shipped_schemas

CALL = schema_of("customer-call")
HELLO = {
    "id": "a", "track": "speaker", "category": "Customer", "start_us": 0, "end_us": 3_250_000,
    "fields": {"text": "hello", "emotion": "Happy"}, "origin": "person",
}  # fmt: skip


def label(*segments: dict, **clip: object) -> dict:
    return {"segments": list(segments), "clip": {"rate": 4} | clip}


def test_the_schemas_that_come_with_docent_are_valid() -> None:
    assert shipped_schemas() == ["consistent-answer", "customer-call", "dogs-video"]
    for name in shipped_schemas():
        check_schema(schema_of(name))


def test_a_label_that_keeps_to_its_schema_has_no_problems() -> None:
    assert problems_of(label(HELLO, backgroundNoise=["music"]), CALL, 4_000_000) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end_us": 0}, "/segments/0/end_us"),
        ({"end_us": 4_002_000}, "/segments/0/end_us"),
        ({"track": "speakers"}, "/segments/0/track"),
        ({"category": "Agent"}, "/segments/0/category"),
        ({"fields": {"emotion": "happy"}}, "/segments/0/fields/emotion"),
        ({"fields": {"mood": "Happy"}}, "/segments/0/fields/mood"),
        ({"origin": "accepted"}, "/segments/0/suggestion"),
    ],
)
def test_what_the_schema_or_the_clip_does_not_allow_is_named(change, field) -> None:
    assert [problem["field"] for problem in problems_of(label(HELLO | change), CALL, 4_000_000)] == [field]


def test_a_field_of_the_clip_that_must_be_given_and_an_id_that_stands_twice_are_named() -> None:
    twice = {"segments": [HELLO, HELLO], "clip": {"backgroundNoise": ["music", "music"]}}
    fields = [problem["field"] for problem in problems_of(twice, CALL, None)]
    assert fields == ["/segments/1/id", "/clip/rate", "/clip/backgroundNoise"]


def test_segments_stand_in_the_order_of_their_times() -> None:
    later, overlapping = HELLO | {"id": "b", "start_us": 5}, HELLO | {"id": "c", "end_us": 2}
    assert [each["id"] for each in normal(label(later, HELLO, overlapping))["segments"]] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ("no-such-schema", "no schema of this name"),
        ({"name": "x", "version": "1", "media": "audio"}, "tracks"),
        ({**CALL, "tracks": [CALL["tracks"][0], CALL["tracks"][0]]}, "/tracks"),
        ({**CALL, "clip": {"type": "object", "properties": {}, "required": ["rate"]}}, "/clip/required"),
        ({**CALL, "clip": {"type": "object", "properties": {"n": {"type": "number"}}}}, "/clip/properties/n"),
    ],
)
def test_a_schema_that_is_not_usable_is_refused_by_its_place(schema, place) -> None:
    with pytest.raises(InvalidRequestError, match=place):
        schema_of(schema)
