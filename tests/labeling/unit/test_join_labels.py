"""The parts of an export as one output."""

import io
import json
import zipfile

import pytest

from docent.derived_keys import LabelKeys
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, put_export, put_task, row_of
from tests.support.project import sample_event

EVENT = sample_event("join_labels.two_parts.json")
KEYS = LabelKeys(TASK_ID)
COUNTS = {"items": 2, "labeled": 1, "missing": 1, "segments_person": 3}


@pytest.fixture(autouse=True)
def parts(aws: World) -> None:
    """What export_labels leaves of two parts."""
    put_task(aws)
    put_export(aws, "EXPORTING", export_id=EVENT["export_id"])
    for number in (1, 2):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"webvtt/{number}.vtt", "WEBVTT")
        begin = KEYS.export_part(EVENT["export_id"], number)
        for ending, body in (
            (".zip", file.getvalue()),
            (".manifest", f'{{"call-id": {number}}}\n'.encode()),
            (".csv", f"number,text\r\n{number},a\r\n".encode()),
            ("-speaker.rttm", f"SPEAKER {number}\n".encode()),
            ("-language.rttm", b""),
            (".json", json.dumps({"counts": COUNTS, "missing": [number * 5]}).encode()),
        ):
            aws.put(f"{begin}{ending}", body)


def test_all_parts_make_one_manifest_and_an_archive_each(function: Function, aws: World) -> None:
    assert function(EVENT)["missing"] == [5, 10]
    manifest = b'{"call-id": 1}\n{"call-id": 2}\n'
    assert aws.read(KEYS.output_manifest) == manifest
    first, second = (zipfile.ZipFile(io.BytesIO(aws.read(KEYS.labels(number)))) for number in (1, 2))
    assert first.read("manifests/output/output.manifest") == manifest
    assert first.read("segments.csv") == b"number,text\r\n1,a\r\n2,a\r\n"
    assert first.read("rttm/speaker.rttm") == b"SPEAKER 1\nSPEAKER 2\n"
    assert first.read("webvtt/1.vtt") == b"WEBVTT"
    assert second.namelist() == ["webvtt/2.vtt"]
    exported = row_of(aws, "export")
    assert (exported["status"], exported["archives"]) == ("EXPORTED", "2")
    assert json.loads(exported["counts"]) == {name: 2 * count for name, count in COUNTS.items()}


def test_the_parts_are_gone_and_another_call_changes_nothing(function: Function, aws: World) -> None:
    first = function(EVENT)
    before = row_of(aws, "export")
    assert aws.list_keys(KEYS.export_parts(EVENT["export_id"])) == set()
    assert function(EVENT) == first
    assert row_of(aws, "export") == before


def test_an_export_that_another_one_followed_is_not_recorded(function: Function, aws: World) -> None:
    put_export(aws, "EXPORTING", export_id="another")
    function(EVENT)
    assert row_of(aws, "export")["status"] == "EXPORTING"


def test_the_rows_of_texts_are_labels(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer")
    function({**EVENT, "formats": ["csv"]})
    assert "labels.csv" in zipfile.ZipFile(io.BytesIO(aws.read(KEYS.labels(1)))).namelist()
