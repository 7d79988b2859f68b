"""Making a task, and uploading its manifest."""

import json
from typing import Any

import pytest

from docent.documents import document_id_of
from labeling.task_rows import manifest_key
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import LABELING_TABLE, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("create_task.customer_call.json")
KEY = manifest_key(MARY.subject, "november-calls")


def rows(aws: World) -> list[dict[str, Any]]:
    return [row for row in aws.items(LABELING_TABLE) if row["item"] == "task"]


def test_a_task_is_made_with_a_form_for_its_manifest(function: Function, aws: World) -> None:
    status, body = call(function, EVENT)
    assert (status, body["task_id"]) == (201, document_id_of(SOURCE_BUCKET, KEY))
    assert body["upload"]["fields"]["key"] == KEY
    (row,) = rows(aws)
    assert (row["status"], json.loads(row["task_schema"])["name"]) == ("UPLOADING", "customer-call")
    assert json.loads(row["task_options"]) == {"annotators": "energy", "answers": 1, "reviewers": "Lesegruppe Süd"}


def test_it_is_listed_for_its_owner_its_annotators_and_its_reviewers(function: Function, aws: World) -> None:
    call(function, EVENT)
    call(function, EVENT)  # the same name again gives another form
    listed = [row["task_id"] for row in aws.items(LABELING_TABLE) if row["item"] != "task"]
    assert listed == ["listed#group#Lesegruppe Süd", "listed#group#energy", f"listed#user#{MARY.subject}"]


def test_nobody_annotates_what_workers_of_ground_truth_answer(function: Function, aws: World) -> None:
    call(function, asked(EVENT, body={"name": "calls", "schema": "customer-call", "options": {"ground_truth": True}}))
    assert json.loads(rows(aws)[0]["task_options"]) == {"ground_truth": True}


def test_the_same_name_of_another_person_is_another_task(function: Function, aws: World) -> None:
    call(function, EVENT)
    call(function, asked(EVENT, ERIKA))
    assert len(rows(aws)) == 2


def test_a_schema_of_ones_own_is_taken(function: Function, aws: World) -> None:
    schema = {
        "name": "birds",
        "version": "3",
        "media": "audio",
        "tracks": [{"name": "bird", "categories": [{"name": "Robin"}]}],
    }
    assert call(function, asked(EVENT, body={"name": "birds", "schema": schema}))[0] == 201
    assert json.loads(rows(aws)[0]["task_schema"]) == schema


def test_texts_are_for_their_owner_alone_until_a_group_is_named(function: Function, aws: World) -> None:
    body: dict[str, Any] = {"name": "answers", "schema": "consistent-answer"}
    call(function, asked(EVENT, body=body))
    assert json.loads(rows(aws)[0]["task_options"]) == {}
    listed = [row["task_id"] for row in aws.items(LABELING_TABLE) if row["item"] != "task"]
    assert listed == [f"listed#user#{MARY.subject}"]
    call(function, asked(EVENT, body=body | {"options": {"annotators": "energy"}}))
    assert json.loads(rows(aws)[0]["task_options"]) == {"annotators": "energy"}


@pytest.mark.parametrize("body", [
    {"name": "a", "schema": "consistent-answer", "options": {"silence": True}},
    {"name": "a", "schema": "consistent-answer", "options": {"ground_truth": True}},
    {"name": "a", "schema": {"name": "x", "version": "1", "media": "text"}},
    {"name": "a", "schema": {"name": "x", "version": "1", "media": "audio", "tracks": []}},
    {"name": "a", "schema": {
        "name": "x", "version": "1", "media": "text", "tracks": [{"name": "t", "categories": [{"name": "c"}]}],
        "clip": {"type": "object", "properties": {"ok": {"type": "boolean"}}},
    }},
    {"name": "a/b", "schema": "customer-call"},
    {"name": "a", "schema": "no-such"},
    {"name": "a", "schema": {"name": "x"}},
    {"name": "a", "schema": "customer-call", "options": {"answers": 10}},
    {"name": "a", "schema": "customer-call", "options": {"label_attribute": "label-metadata"}},
])  # fmt: skip
def test_what_is_not_possible_is_refused(function: Function, aws: World, body: dict[str, Any]) -> None:
    assert call(function, asked(EVENT, body=body))[0] == 400
    assert not rows(aws)


def test_a_task_that_was_started_keeps_its_schema(function: Function, aws: World) -> None:
    call(function, EVENT)
    (row,) = rows(aws)
    aws.put_item(LABELING_TABLE, **row | {"status": "OPEN"})
    assert call(function, asked(EVENT, body={"name": "november-calls", "schema": "dogs-video"}))[0] == 409
    assert json.loads(rows(aws)[0]["task_schema"])["name"] == "customer-call"
