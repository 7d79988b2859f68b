"""Preparing one clip: the item in the table, and its files."""

import json
from typing import Any

import pytest

from docent.derived_keys import LabelKeys
from tests.support.aws import LABELING_TABLE, SOURCE_BUCKET, World
from tests.support.clips import sound, video, wav
from tests.support.functions import Function
from tests.support.label_tasks import DOCUMENT, TASK_ID, TEXT, label, put_task, row_of, segment
from tests.support.project import CORPUS, sample_event

EVENT = sample_event("prepare_clip.wav.json")
KEYS = LabelKeys(TASK_ID)
TONES = ((0.5, 1.2), (2.0, 2.8))


def prepare(function: Function, aws: World, clip: bytes, name: str = "call-1.wav", **line: Any) -> dict[str, Any]:
    key = f"labeling/energy/{name}"
    aws.put(key, clip, SOURCE_BUCKET)
    before = b'{"source-ref": "s3://other"}\n'
    text = json.dumps({"source-ref": f"s3://{SOURCE_BUCKET}/{key}", "call-id": "c1", **line}).encode()
    aws.put(EVENT["manifest"]["key"], before + text + b"\n", SOURCE_BUCKET)
    place = {"number": 1, "source": {"bucket": SOURCE_BUCKET, "key": key}, "offset": len(before), "size": len(text)}
    function({**EVENT, "clip": place})
    row = row_of(aws, "item#0000001")
    return row | {name: json.loads(row[name]) for name in ("media", "line", "holders") if name in row}


def test_an_item_has_its_line_its_copy_and_its_peaks(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", options={"answers": 3})
    row = prepare(function, aws, wav(sound(3, TONES)))
    assert (row["status"], row["task_state"], row["needed"]) == ("OPEN", f"{TASK_ID}#OPEN", "3")
    assert (row["line"]["call-id"], row["holders"]) == ("c1", {})
    media = row["media"]
    assert (media["kind"], media["duration_us"], media["offset_us"], media["sample_rate"]) == (
        "audio", 3_000_000, 0, 16_000,
    )  # fmt: skip
    assert media["copy"] == {"type": "audio/wav", "bytes": len(aws.read(KEYS.copy(1, "wav")))}
    for level in media["peaks"]:
        assert len(aws.read(KEYS.peaks(1, level["per_second"]))) == 2 * level["points"]
    assert [level["points"] for level in media["peaks"]] == [30, 300, 3000]


def test_a_video_has_the_size_and_the_rate_of_its_frames(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", schema="dogs-video")
    media = prepare(function, aws, video(3, sound(3, TONES)), "dog.mp4")["media"]
    assert (media["kind"], media["width"], media["height"]) == ("video", 64, 48)
    assert len(aws.read(LabelKeys(TASK_ID).sound(1))) == media["sound"]["bytes"] == 44 + 3 * 16_000 * 2
    assert media["frame_rate"] == {"numerator": 25, "denominator": 1}
    assert aws.read(KEYS.copy(1, "mp4"))[4:8] == b"ftyp"


def test_a_text_is_kept_and_its_item_has_the_rest_of_its_line(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", schema="consistent-answer", options={"answers": 2, "known_answer": "gold"})
    text = json.dumps(TEXT | {"gold": {"consistent": {"A": True, "B": False, "neither": False}}}).encode()
    aws.put(EVENT["manifest"]["key"], text + b"\n", SOURCE_BUCKET)
    assert function({**EVENT, "clip": {"number": 1, "offset": 0, "size": len(text)}}) == {"status": "OPEN"}
    row = row_of(aws, "item#0000001")
    assert (aws.read(KEYS.text(1)).decode(), row["needed"]) == (DOCUMENT, "2")
    assert json.loads(row["source"]) == {"text": DOCUMENT[:100]}
    assert json.loads(row["line"])["answers"] == TEXT["answers"]
    assert "source" not in json.loads(row["line"])
    assert aws.read_json(KEYS.known_answer(1))["clip"] == {"consistent": "A"}


@pytest.mark.parametrize(("clip", "why"), [
    (b"nothing that plays", "cannot be decoded"),
    (wav(sound(0)), "no sound"),
    (video(1), "no audio track"),
])  # fmt: skip
def test_a_clip_that_cannot_be_heard_fails_its_own_item(function: Function, aws: World, clip: bytes, why: str) -> None:
    put_task(aws, "PREPARING")
    row = prepare(function, aws, clip)
    assert (row["status"], "media" in row) == ("FAILED", False)
    assert why in row["failure"]


def test_a_clip_of_which_the_function_died_fails_its_own_item(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING")
    prepare(function, aws, b"")
    aws.delete_item(LABELING_TABLE, task_id=TASK_ID, item="item#0000001")
    text = aws.read(EVENT["manifest"]["key"], SOURCE_BUCKET).splitlines()[1]
    clip = {**EVENT["clip"], "offset": 29, "size": len(text)}
    assert function({**EVENT, "clip": clip, "failed": {"error": "Lambda.Unknown"}}) == {"status": "FAILED"}


def test_what_people_have_begun_is_not_put_again(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING")
    prepare(function, aws, wav(sound(1, ((0.2, 0.8),))))
    row = row_of(aws, "item#0000001")
    aws.put_item(LABELING_TABLE, **row | {"revision": 4, "holders": '{"x": {}}', "needed": 1, "line_number": 1})
    prepare(function, aws, wav(sound(1, ((0.2, 0.8),))))
    assert row_of(aws, "item#0000001")["revision"] == "4"


def suggestions(aws: World) -> list[tuple[str, str, float, float, dict[str, Any]]]:
    return [
        (each["id"], each["category"], each["start_us"] / 1e6, each["end_us"] / 1e6, each["fields"])
        for each in aws.read_json(KEYS.suggestions(1))
    ]


def test_where_there_is_sound_a_segment_is_suggested(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", options={"silence": True})
    prepare(function, aws, wav(sound(3, TONES)))
    assert suggestions(aws) == [("q1", "", 0.5, 1.2, {}), ("q2", "", 2.0, 2.8, {})]


def test_silence_suggests_nothing(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", options={"silence": True})
    assert prepare(function, aws, wav(sound(2)))["media"]["suggestions"] == 0


def test_the_segments_of_an_earlier_label_are_suggested(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", options={"suggestions": "earlier"})
    stream = [{"id": "Customer", "start": 0.5, "end": 1.2, "text": "hello"}, {"id": "Customer", "start": 9, "end": 10}]
    prepare(function, aws, wav(sound(3, TONES)), earlier={"annotations": {"streams": {"speaker": stream}}})
    assert suggestions(aws) == [("e1", "Customer", 0.5, 1.2, {"text": "hello"})]


TRANSCRIBE = {
    "results": {
        "items": [
            {"start_time": "0.5", "end_time": "0.8", "speaker_label": "spk_0", "type": "pronunciation",
             "alternatives": [{"content": "Hello"}]},
            {"type": "punctuation", "alternatives": [{"content": ","}]},
            {"start_time": "0.9", "end_time": "1.2", "speaker_label": "spk_0", "type": "pronunciation",
             "alternatives": [{"content": "Mary"}]},
            {"start_time": "2.0", "end_time": "2.8", "speaker_label": "spk_1", "type": "pronunciation",
             "alternatives": [{"content": "Yes"}]},
        ]
    }
}  # fmt: skip
ANALYTICS = {
    "Transcript": [
        {"ParticipantRole": "AGENT", "Content": "Hello", "BeginOffsetMillis": 500, "EndOffsetMillis": 1200},
        {"ParticipantRole": "CUSTOMER", "Content": "Yes", "BeginOffsetMillis": 2000, "EndOffsetMillis": 2800},
    ]
}


@pytest.mark.parametrize(("transcript", "expected"), [
    (TRANSCRIBE, [("t1", "", 0.5, 1.2, {"text": "Hello, Mary"}), ("t2", "", 2.0, 2.8, {"text": "Yes"})]),
    (ANALYTICS, [("t1", "Representative", 0.5, 1.2, {"text": "Hello"}), ("t2", "Customer", 2.0, 2.8, {"text": "Yes"})]),
])  # fmt: skip
def test_what_transcribe_heard_is_suggested(
    function: Function, aws: World, transcript: Any, expected: list[Any]
) -> None:
    put_task(aws, "PREPARING", options={"transcribe": "transcript"})
    aws.put("labeling/energy/t.json", transcript, SOURCE_BUCKET)
    prepare(function, aws, wav(sound(3, TONES)), transcript=f"s3://{SOURCE_BUCKET}/labeling/energy/t.json")
    assert suggestions(aws) == expected


def test_a_suggestion_that_cannot_be_read_is_left_out_and_a_known_answer_is_not(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", options={"suggestions": "earlier", "known_answer": "gold"})
    clip = wav(sound(3, TONES))
    assert prepare(function, aws, clip, earlier={"annotations": "{"})["status"] == "OPEN"
    aws.delete_item(LABELING_TABLE, task_id=TASK_ID, item="item#0000001")
    row = prepare(function, aws, clip, gold={"annotations": "{"})
    assert (row["status"], row["failure"]) == ("FAILED", "The known answer in its line is no label.")
    gold = {
        "annotations": {"streams": {"speaker": [{"id": "Customer", "start": 0.5, "end": 1.2}]}},
        "rate": {"4": True},
    }
    assert prepare(function, aws, clip, gold=gold)["media"]["known_answer"]
    known = aws.read_json(KEYS.known_answer(1))
    assert known == label(segment(0.5, 1.2, "s1"), rate=4)


@pytest.mark.skipif(not (CORPUS / "labeling").exists(), reason="needs the clips of DOCENT_CORPUS")
@pytest.mark.parametrize("name", [
    "pyannote+pyannote-audio/src/pyannote/audio/sample/sample.wav",
    "lhotse-speech+lhotse/test/fixtures/common_voice_en_651325.mp3",
    "lhotse-speech+lhotse/test/fixtures/stereo.mp3",
    "lhotse-speech+lhotse/test/fixtures/stereo.opus",
    "timmahrt+praatIO/tests/files/bobby_16bit_16khz_2ch.wav",
    "pyannote+pyannote-audio/tests/data/empty.wav",
])  # fmt: skip
def test_real_clips_are_prepared_without_an_offset(function: Function, aws: World, name: str) -> None:
    put_task(aws, "PREPARING")
    row = prepare(function, aws, (CORPUS / "labeling" / name).read_bytes(), name.rpartition("/")[2])
    assert row["status"] == "OPEN", row
    assert abs(row["media"]["offset_us"]) <= 125


@pytest.mark.skipif(not (CORPUS / "labeling").exists(), reason="needs the clips of DOCENT_CORPUS")
def test_a_real_video_is_prepared(function: Function, aws: World) -> None:
    put_task(aws, "PREPARING", schema="dogs-video")
    clip = CORPUS / "labeling/lhotse-speech+lhotse/test/fixtures/big_buck_bunny_small.mp4"
    row = prepare(function, aws, clip.read_bytes(), "bunny.mp4")
    assert row["status"] == "OPEN", row
    assert abs(row["media"]["offset_us"]) <= 1000, row["media"]
