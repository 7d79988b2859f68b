"""Deleting a task."""

from docent.derived_keys import LabelKeys
from labeling.task_rows import manifest_key
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import LABELING_TABLE, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, label, put_answer, put_export, put_label_item, put_task, segment
from tests.support.project import sample_event

EVENT = sample_event("delete_task.open.json")


def test_nothing_of_it_stays_but_the_media(function: Function, aws: World) -> None:
    put_task(aws)
    for number in range(1, 31):
        put_label_item(aws, number)
    put_answer(aws, MARY, label(segment(0, 1)))
    manifest = manifest_key(MARY.subject, "november-calls")
    aws.put(manifest, b"{}", SOURCE_BUCKET)
    aws.put("labeling/energy/call-1.wav", b"RIFF", SOURCE_BUCKET)
    aws.put(LabelKeys(TASK_ID).copy(1, "wav"), b"RIFF")
    assert function(EVENT)["statusCode"] == 204
    rows = [row for row in aws.items(LABELING_TABLE) if row["task_id"] == TASK_ID]
    own = [row for row in aws.items(LABELING_TABLE) if row["task_id"] == f"listed#user#{MARY.subject}"]
    assert (rows, own, aws.list_keys(LabelKeys(TASK_ID).prefix)) == ([], [], set())
    assert aws.list_keys("labeling/", SOURCE_BUCKET) == {"labeling/energy/call-1.wav"}


def test_a_task_at_work_is_not_deleted(function: Function, aws: World) -> None:
    for status in ("CHECKING", "PREPARING"):
        put_task(aws, status)
        assert call(function, EVENT)[0] == 409
    put_task(aws)
    put_export(aws, "EXPORTING")
    assert call(function, EVENT)[0] == 409


def test_only_its_owner_can(function: Function, aws: World) -> None:
    put_task(aws)
    assert call(function, asked(EVENT, ERIKA))[0] == 404
