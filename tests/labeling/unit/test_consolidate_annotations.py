"""One label of several workers' answers, for each object that Ground Truth hands over."""

import json
from typing import Any

import pytest

from labeling.ground_truth import workers_in
from tests.support.aws import DERIVED_BUCKET, World
from tests.support.functions import Function
from tests.support.project import CORPUS, sample_event

EVENT = sample_event("consolidate_annotations.two_workers.json")
PAYLOAD = EVENT["payload"]["s3Uri"].removeprefix(f"s3://{DERIVED_BUCKET}/")


def answer(start: float, end: float, emotion: str = "Happy", **clip: Any) -> dict[str, Any]:
    stream = [
        {"id": "Customer", "start": start, "end": end, "text": "hello", "emotion": emotion},
        {"id": "Representative", "start": 10, "end": 14, "text": "good day"},
    ]
    return {"annotations": {"streams": {"speaker": stream}}, "rate": {"4": True, "5": False}, **clip}


def sent(*contents: Any) -> list[dict[str, Any]]:
    texts = (each if isinstance(each, str) else json.dumps(each) for each in contents)
    return [{"workerId": f"w{number}", "annotationData": {"content": each}} for number, each in enumerate(texts)]


def consolidated(function: Function, aws: World, *objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = [
        {"datasetObjectId": str(number), "dataObject": {}, "annotations": each} for number, each in enumerate(objects)
    ]
    aws.put(PAYLOAD, told)
    answered = function(EVENT)
    assert [each["datasetObjectId"] for each in answered] == [str(number) for number in range(len(objects))]
    return [each["consolidatedAnnotation"]["content"]["label"] for each in answered]


def test_segments_of_several_workers_become_one_with_their_agreement(function: Function, aws: World) -> None:
    (label,) = consolidated(
        function, aws, sent(answer(0, 3.25), answer(0.04, 3.31), answer(0.1, 3.3, "Neutral", notes="noisy"))
    )
    segment, _ = label["annotations"]["streams"]["speaker"]
    assert (segment["id"], segment["start"], segment["end"], segment["emotion"]) == ("Customer", 0.04, 3.3, "Happy")
    assert (label["rate"], label["notes"]) == ({"4": True, "5": False}, "noisy")
    assert 0.9 < label["agreement"] <= 1
    assert [worker for worker, _ in workers_in(label)] == ["w0", "w1", "w2"]


def test_what_one_of_three_marked_is_in_no_label_of_all_but_in_their_own(function: Function, aws: World) -> None:
    (label,) = consolidated(function, aws, sent(answer(0, 1), answer(0, 1), answer(5, 6)))
    assert [each["start"] for each in label["annotations"]["streams"]["speaker"]] == [0, 10]
    assert [content for _, content in workers_in(label)][2] == answer(5, 6)


@pytest.mark.parametrize(
    "broken", ["not json", "[]", '{"annotations": "{"}', '{"annotations": {"streams": {"a": [{}]}}}']
)
def test_an_answer_that_cannot_be_read_stays_as_an_error_and_is_counted(
    function: Function, aws: World, broken: str
) -> None:
    first, second, third = consolidated(function, aws, sent(broken, answer(0, 1)), sent(broken), [])
    assert [each["workerId"] for each in first["errors"]] == ["w0"]
    assert first["annotations"]["streams"]["speaker"]
    assert ("annotations" in second, len(second["errors"])) == (False, 1)
    assert third == {"annotationsFromAllWorkers": []}
    assert any(metric == "UnreadableAnswers" for _, metric, _ in function.measured())


def test_a_large_answer_is_read_from_its_own_file(function: Function, aws: World) -> None:
    aws.put("ground-truth/calls/answer.json", answer(0, 1))
    address = f"s3://{DERIVED_BUCKET}/ground-truth/calls/answer.json"
    there = {"workerId": "w", "annotationData": {"s3Uri": address}}
    gone = {"workerId": "x", "annotationData": {"s3Uri": address + "x"}}
    (label,) = consolidated(function, aws, [there, gone])
    assert label["annotations"]["streams"]["speaker"][0]["end"] == 1
    assert [each["workerId"] for each in label["errors"]] == ["x"]


@pytest.mark.skipif(not (CORPUS / "labeling").exists(), reason="needs the requests of DOCENT_CORPUS")
def test_a_request_of_the_corpus_is_answered_object_by_object(function: Function, aws: World) -> None:
    request = json.loads((CORPUS / "labeling/own/ground-truth/consolidation-request.json").read_text())
    first, second, third = consolidated(function, aws, *(each["annotations"] for each in request))
    assert [(each["id"], each["end"]) for each in first["annotations"]["streams"]["speaker"]] == [
        ("Customer", 3.25), ("Representative", 6.001),
    ]  # fmt: skip
    assert len(second["errors"]) == 1
    assert third["annotationsFromAllWorkers"] == []
