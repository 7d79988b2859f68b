"""Labels as files: each is read back by another program, and compared to the millisecond."""

import csv
import io
import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import webvtt
from praatio import textgrid
from pyannote.core import Annotation, Segment

from docent.derived_keys import LabelKeys
from labeling.export_parts import ITEMS
from labeling.ground_truth import label_of, metadata_in, workers_in
from labeling.task_schemas import schema_of
from tests.support.api_calls import ERIKA, MARY
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import (
    DOCUMENT,
    TASK_ID,
    TEXT,
    choice,
    label,
    put_answer,
    put_label_item,
    put_task,
    put_text_item,
    row_of,
    segment,
)
from tests.support.project import sample_event

EVENT = sample_event("export_labels.all.json")
KEYS = LabelKeys(TASK_ID)
AWKWARD = 'He said "--> <b>&amp;"\n\nand left'
LABEL = label(
    segment(0.1870004, 3.25, "a", fields={"text": AWKWARD, "emotion": "Happy"}),
    segment(2.5, 4.0015, "b", "Representative", fields={"text": "=1+1"}, origin="changed", suggestion="t1"),
    segment(2.75, 2.7505, "c", "Representative", origin="accepted", suggestion="t2"),
    segment(4.0015, 9.999999, "d"),
    segment(0, 10, "e", "English", track="language"),
    backgroundNoise=["music"],
)
NAME = "0000001-call-1"


@pytest.fixture
def archive(function: Function, aws: World) -> zipfile.ZipFile:
    put_task(aws)
    put_label_item(aws, 1, "DONE")
    put_label_item(aws, 2)
    put_answer(aws, MARY, LABEL)
    function(EVENT)
    return zipfile.ZipFile(io.BytesIO(part(aws, ".zip")))


def part(aws: World, ending: str, number: int = 1) -> bytes:
    return aws.read(f"{KEYS.export_part(EVENT['export_id'], number)}{ending}")


def told(aws: World, number: int = 1) -> dict[str, Any]:
    return json.loads(part(aws, ".json", number))


def milliseconds(track: str = "speaker") -> list[tuple[int, int, str]]:
    return [
        (round(each["start_us"] / 1000), round(each["end_us"] / 1000), each["category"])
        for each in LABEL["segments"]
        if each["track"] == track
    ]


def test_the_output_manifest_is_that_of_ground_truth(archive: zipfile.ZipFile, aws: World) -> None:
    (line,) = [json.loads(each) for each in part(aws, ".manifest").splitlines()]
    assert (line["call-id"], line["source-ref"]) == ("call-1", "s3://docent-documents/labeling/energy/call-1.wav")
    metadata = metadata_in(line, "label")
    assert (metadata["type"], metadata["job-name"], metadata["human-annotated"]) == (
        "groundtruth/custom", "november-calls", "yes",
    )  # fmt: skip
    assert metadata["creation-date"] == "2026-11-29T16:10:00.000000"
    schema = schema_of("customer-call")
    assert label_of(line["label"], schema)["segments"] == sorted(
        LABEL["segments"], key=lambda each: (each["start_us"], each["end_us"])
    )
    ((worker, sent),) = workers_in(line["label"])
    assert (worker, label_of(sent, schema)["clip"]) == (MARY.subject, LABEL["clip"])


def test_the_worker_response_is_where_ground_truth_has_it(archive: zipfile.ZipFile) -> None:
    name = "annotations/worker-response/iteration-1/0/2026-11-29_16:10:00.json"
    (answer,) = json.loads(archive.read(name))["answers"]
    assert (answer["workerId"], answer["acceptanceTime"], answer["timeSpentInSeconds"]) == (
        MARY.subject, "2026-11-29T16:00:00.000Z", 600.0,
    )  # fmt: skip
    assert answer["answerContent"]["rate"] == {"1": False, "2": False, "3": False, "4": True, "5": False}


def test_what_is_missing_is_named_and_segments_are_counted_by_who_made_them(
    archive: zipfile.ZipFile, aws: World
) -> None:
    assert told(aws)["missing"] == [2]
    assert told(aws)["counts"] == {
        "items": 2, "labeled": 1, "missing": 1, "segments_person": 3, "segments_changed": 1, "segments_accepted": 1,
    }  # fmt: skip


def test_webvtt_is_read_by_webvtt_py(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_bytes(archive.read(f"webvtt/{NAME}.speaker.vtt"))
    captions = webvtt.read(str(path)).captions
    found = [(_of_time(each.start), _of_time(each.end), each.voice) for each in captions]
    wanted = [(start, max(end, start + 1), name) for start, end, name in sorted(milliseconds())]
    assert sorted(found) == wanted
    assert captions[0].text.replace("\n", " ") == 'He said "--&gt; &lt;b&gt;&amp;amp;" and left'


def _of_time(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return round((int(hours) * 60 + int(minutes)) * 60_000 + float(seconds) * 1000)


def test_a_textgrid_is_read_by_praatio_and_overlaps_come_back(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    path.write_bytes(archive.read(f"textgrid/{NAME}.TextGrid"))
    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=True, reportingMode="error")
    assert grid.tierNames == (
        "speaker", "speaker: text", "speaker: emotion", "speaker 2", "speaker 2: text", "speaker 3", "language",
    )  # fmt: skip
    found: list[tuple[int, int, str]] = []
    for name in ("speaker", "speaker 2", "speaker 3"):
        entries: Any = grid.getTier(name).entries
        assert all(one.end == other.start for one, other in pairwise(entries))
        assert (entries[0].start, entries[-1].end) == (0, 10)
        found += [(round(each.start * 1000), round(each.end * 1000), each.label) for each in entries if each.label]
    assert sorted(found) == sorted(milliseconds())
    texts = [each.label for each in grid.getTier("speaker: text").entries]
    assert AWKWARD in texts


def test_rttm_is_what_pyannote_writes(archive: zipfile.ZipFile, aws: World) -> None:
    annotation = Annotation(uri=NAME)
    for place, (start, end, name) in enumerate(milliseconds()):
        annotation[Segment(start / 1000, max(end, start + 1) / 1000), place] = name
    found = part(aws, "-speaker.rttm").decode()
    assert sorted(found.splitlines()) == sorted(annotation.to_rttm().splitlines())


def test_csv_has_a_row_for_each_segment_and_no_formula(archive: zipfile.ZipFile, aws: World) -> None:
    rows = list(csv.DictReader(io.StringIO(part(aws, ".csv").decode(), newline="")))
    times = [(round(float(each["start"]) * 1000), round(float(each["end"]) * 1000), each["category"]) for each in rows]
    assert sorted(times) == sorted([*milliseconds(), *milliseconds("language")])
    by_start = {each["start"]: each for each in rows}
    assert (by_start["2.5"]["text"], by_start["2.5"]["origin"]) == ("'=1+1", "changed")
    assert by_start["0.187"]["text"] == AWKWARD


def test_what_several_people_marked_is_one_label_with_their_agreement(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, 1, "DONE", needed=2, agreement="0.93")
    put_answer(aws, MARY, label(segment(0, 3), segment(8, 9, "z"), rate=4))
    put_answer(aws, ERIKA, label(segment(0.04, 3.1), rate=5))
    item = row_of(aws, "item#0000001")
    put_label_item(aws, 1, "DONE", needed=2, agreement="0.93", holders=json.loads(item["holders"]))
    function({**EVENT, "formats": []})
    (line,) = [json.loads(each) for each in part(aws, ".manifest").splitlines()]
    content = line["label"]
    assert content["agreement"] == 0.93
    (found,) = content["annotations"]["streams"]["speaker"]
    assert (found["id"], found["start"], found["end"]) == ("Customer", 0, 3)
    assert {worker for worker, _ in workers_in(content)} == {MARY.subject, ERIKA.subject}


def test_drafts_and_rejected_answers_are_not_exported(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, LABEL, status="DRAFT")
    assert function({**EVENT, "formats": []}) == {"labeled": 0}
    assert told(aws)["missing"] == [1]


def test_a_part_has_its_own_items_and_is_the_same_when_it_is_written_again(function: Function, aws: World) -> None:
    put_task(aws)
    for number in (ITEMS, ITEMS + 1, 2 * ITEMS, 2 * ITEMS + 1):
        put_label_item(aws, number, "DONE")
        put_answer(aws, MARY, LABEL, number)
    for _ in range(2):
        assert function({**EVENT, "part": 2}) == {"labeled": 2}
        lines = [json.loads(line)["call-id"] for line in part(aws, ".manifest", 2).splitlines()]
        assert lines == [f"call-{ITEMS + 1}", f"call-{2 * ITEMS}"]


def test_labels_of_texts_come_out_with_their_texts(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer", options={"answers": 2})
    for number in (1, 2, 3):
        put_text_item(aws, number, "DONE", needed=2)
    put_answer(aws, MARY, choice("A", evidence="=lost $10.6 billion"), 2)
    put_answer(aws, ERIKA, choice("A"), 2)
    put_answer(aws, MARY, choice("neither"), 3)
    assert function({**EVENT, "formats": ["csv"]}) == {"labeled": 2}
    line, other = [json.loads(each) for each in part(aws, ".manifest").splitlines()]
    assert {name: line[name] for name in TEXT} == TEXT
    assert line["label"]["consistent"] == {"A": True, "B": False, "neither": False}
    assert other["label"]["consistent"]["neither"]
    assert {worker for worker, _ in workers_in(line["label"])} == {MARY.subject, ERIKA.subject}
    rows = list(csv.DictReader(io.StringIO(part(aws, ".csv").decode(), newline="")))
    assert [(each["number"], each["consistent"]) for each in rows] == [("2", "A"), ("3", "neither")]
    assert (rows[0]["source"], rows[0]["evidence"]) == (DOCUMENT, "'=lost $10.6 billion")
