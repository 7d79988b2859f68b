"""Labels as Ground Truth has them, both ways."""

import pytest

from labeling.ground_truth import (
    content_of,
    label_of,
    metadata_in,
    output_line,
    seconds,
    worker_answer,
    worker_response,
    workers_in,
)
from labeling.task_schemas import schema_of

CALL = schema_of("customer-call")
EMOTIONS = ("Happy", "Angry", "Neutral", "Sad", "Worried")
# The shape of the sample that AWS's article shows, with other values.
SAMPLE = {
    "answers": [
        {
            "acceptanceTime": "2024-11-01T09:12:44.031Z",
            "answerContent": {
                "annotations": {
                    "categories": {
                        "speaker": ["Customer", "Representative"],
                        "language": [
                            "English", "Hindi", "Spanish", "French", "Italian", "Portuguese", "German", "Dutch",
                        ],
                    },
                    "streams": {
                        "language": [{"id": "English", "start": 0, "end": 6.808997, "text": "", "emotion": "Neutral"}],
                        "speaker": [
                            {"id": "Customer", "start": 0.187009, "end": 3.25, "text": "hi", "emotion": "Happy"},
                            {"id": "Representative", "start": 3.4, "end": 6.001, "text": "hello", "emotion": "Neutral"},
                        ],
                    },
                    "startTimestamp": 1730452364031,
                    "startUTCTime": "Fri, 01 Nov 2024 09:12:44 GMT",
                    "endTimestamp": 1730452414605,
                    "endUTCTime": "Fri, 01 Nov 2024 09:13:34 GMT",
                    "elapsedTime": 50574,
                },
                "backgroundNoise": {"traffic": False, "music": True, "ambient": False},
                "environmentalSounds": {"doorbell": False, "footsteps": True, "birdsChirping": False},
                "emotiontag": {emotion: emotion == "Happy" for emotion in EMOTIONS},
                "rate": {"1": False, "2": False, "3": False, "4": True, "5": False},
                "textTranslationFinal": "Customer: hi. Representative: hello.",
            },
            "submissionTime": "2024-11-01T09:13:34.605Z",
            "timeSpentInSeconds": 50.574,
            "workerId": "mary",
        }
    ]
}  # fmt: skip
CONTENT = SAMPLE["answers"][0]["answerContent"]


def without_our_members(content: dict) -> dict:
    """Ground Truth's sample does not say who made a segment; the export does (`origin`, `segmentId`)."""
    streams = {
        track: [{name: each[name] for name in each if name not in ("origin", "segmentId")} for each in stream]
        for track, stream in content["annotations"]["streams"].items()
    }
    return {**content, "annotations": {**content["annotations"], "streams": streams}}


def test_the_worker_response_of_the_article_is_read_and_written_unchanged() -> None:
    label = label_of(CONTENT, CALL)
    assert [(each["category"], each["start_us"], each["end_us"]) for each in label["segments"]] == [
        ("English", 0, 6_808_997),
        ("Customer", 187_009, 3_250_000),
        ("Representative", 3_400_000, 6_001_000),
    ]
    assert (label["clip"]["rate"], label["clip"]["backgroundNoise"]) == (4, ["music"])
    written = without_our_members(content_of(label, CALL))
    answer = worker_answer(written, "mary", label["began_at"], label["ended_at"])
    assert worker_response([answer]) == SAMPLE


def test_a_label_comes_back_as_it_was() -> None:
    label = label_of(CONTENT, CALL)
    assert label_of(content_of(label, CALL), CALL) == label


def test_what_was_accepted_or_changed_is_told_of_each_segment() -> None:
    label = label_of(CONTENT, CALL)
    label["segments"][1] |= {"origin": "changed", "suggestion": "t1"}
    told = [each["origin"] for stream in content_of(label, CALL)["annotations"]["streams"].values() for each in stream]
    assert told == ["person", "changed", "person"]
    assert label_of(content_of(label, CALL), CALL) == label


def test_a_form_may_send_the_annotations_as_a_text_and_choices_in_other_letters() -> None:
    text = '{"streams": {"speaker": [{"id": "Customer", "start": 0, "end": "3.25", "emotion": "happy"}]}}'
    label = label_of({"annotations": text, "rate": "4", "backgroundNoise": "music"}, CALL)
    assert (label["segments"][0]["end_us"], label["segments"][0]["fields"]) == (3_250_000, {"emotion": "Happy"})
    assert label["clip"] == {"rate": 4, "backgroundNoise": ["music"]}


@pytest.mark.parametrize("text", ["[1]", "not json"])
def test_annotations_that_are_none_are_refused(text) -> None:
    with pytest.raises(ValueError, match=r"annotations|Expecting"):
        label_of({"annotations": text}, CALL)


def test_a_line_of_the_output_has_the_metadata_as_ground_truth_writes_it() -> None:
    line = {"source-ref": "s3://media/call-1.wav", "call-id": "call-1"}
    written = output_line(line, "label", {"rate": {}}, "call-labels", "2026-11-02T09:12:44.031Z")
    assert written == {
        **line,
        "label": {"rate": {}},
        "label-metadata": {
            "type": "groundtruth/custom",
            "job-name": "call-labels",
            "human-annotated": "yes",
            "creation-date": "2026-11-02T09:12:44.031000",
        },
    }


@pytest.mark.parametrize("line", [
    {"label-metadata": {"type": "groundtruth/custom", "job-name": "j", "creation-date": "d"}},
    {"label-metadata": {"type": "groundTruth/custom", "job_name": "j", "creation_date": "d"}},
])  # fmt: skip
def test_both_spellings_of_metadata_are_read(line) -> None:
    found = metadata_in(line, "label")
    assert (found["job-name"], found["creation-date"]) == ("j", "d")


def test_the_workers_of_a_consolidated_label_are_found() -> None:
    content = {"annotationsFromAllWorkers": [{"workerId": "w", "annotationData": {"content": '{"rate": 1}'}}]}
    assert list(workers_in(content)) == [("w", {"rate": 1})]


def test_seconds_have_six_decimals_at_most() -> None:
    assert [seconds(each) for each in (0, 3_000_000, 187_009, 14_400_000_001)] == [0, 3, 0.187009, 14400.000001]
