"""The input of a page of Ground Truth."""

import pytest

from docent.derived_keys import LabelKeys
from docent.errors.labeling import InvalidManifestError
from labeling.task_schemas import schema_of
from tests.support.aws import DERIVED_BUCKET, World
from tests.support.functions import Function
from tests.support.label_tasks import MEDIA, TASK_ID, put_label_item, put_task
from tests.support.project import sample_event

EVENT = sample_event("prepare_annotation.source.json")
ADDRESS = "s3://media/calls/call-2.mp3"


@pytest.mark.parametrize("key", ["source", "source-ref"])
def test_the_template_finds_the_address_under_one_key(function: Function, key: str) -> None:
    line = {key: ADDRESS, "call-id": "call-2"}
    assert function({**EVENT, "dataObject": line}) == {
        "taskInput": {"source-ref": ADDRESS, "line": {"call-id": "call-2"}},
        "isHumanAnnotationRequired": "true",
    }


@pytest.mark.parametrize("line", [{}, {"source": "hello"}, {"source-ref": 5}])
def test_a_line_without_an_address_fails_and_does_not_vanish(function: Function, line: dict[str, object]) -> None:
    with pytest.raises(InvalidManifestError):
        function({**EVENT, "dataObject": line})


def line_of(number: int, task_id: str = TASK_ID) -> dict[str, object]:
    return {"source-ref": ADDRESS, "call-id": "call-1", "docent-item": f"{task_id}/{number}"}


def test_docents_own_page_gets_the_prepared_clip_and_no_known_answer(function: Function, aws: World) -> None:
    put_task(aws, options={"known_answer": "known"})
    known = {"known": {"annotations": {}}, "known-metadata": {"type": "groundtruth/custom"}}
    line = {"source-ref": ADDRESS, "call-id": "call-1", **known}
    put_label_item(aws, 1, media={**MEDIA, "suggestions": 2, "known_answer": True}, line=line)
    sent = function({**EVENT, "dataObject": line_of(1)})["taskInput"]
    keys = LabelKeys(TASK_ID)
    assert sent["taskObject"] == f"s3://{DERIVED_BUCKET}/{keys.copy(1, 'wav')}"
    assert sent["peaks"] == [{"per_second": 10, "address": f"s3://{DERIVED_BUCKET}/{keys.peaks(1, 10)}"}]
    assert sent["suggestions"] == f"s3://{DERIVED_BUCKET}/{keys.suggestions(1)}"
    assert (sent["source-ref"], sent["line"]) == (ADDRESS, {"call-id": "call-1"})
    item = sent["item"]
    assert (item["task_id"], item["number"], item["input"]) == (TASK_ID, 1, {"call-id": "call-1"})
    assert item["schema"] == schema_of("customer-call")
    assert (item["media"]["duration_us"], "known_answer" in item["media"]) == (10_000_000, False)


@pytest.mark.parametrize("line", [line_of(2), line_of(1, "gone"), {"source-ref": ADDRESS, "docent-item": "x"}])
def test_an_item_that_was_not_prepared_fails(function: Function, aws: World, line: dict[str, object]) -> None:
    put_task(aws)
    put_label_item(aws, 1)
    with pytest.raises(InvalidManifestError):
        function({**EVENT, "dataObject": line})
