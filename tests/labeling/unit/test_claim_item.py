"""Getting items to label: each place of an item goes to one person."""

import json
import time
from typing import Any

import pytest

from docent.callers import Caller
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import LABELING_TABLE, World
from tests.support.functions import Function
from tests.support.label_tasks import (
    DOCUMENT,
    QUESTION,
    TEXT,
    label,
    put_answer,
    put_label_item,
    put_task,
    put_text_item,
    row_of,
    segment,
)
from tests.support.project import sample_event

EVENT = sample_event("claim_item.next.json")
RELEASE = sample_event("claim_item.release.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)


def claimed(function: Function, caller: Caller, **body: Any) -> Any:
    status, found = call(function, asked(EVENT, caller, body=body))
    return found["number"] if status == 200 else (status, found["type"].rpartition(":")[2])


def test_the_first_item_is_given_with_its_media_and_a_claim(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, line={"source-ref": "s3://b/k.wav", "call-id": "c1", "gold": {"x": 1}, "gold-metadata": {}})
    status, item = call(function, EVENT)
    assert (status, item["number"], item["input"]["call-id"]) == (200, 1, "c1")
    assert item["claim"]["held"]
    assert "copy.wav" in item["media"]["copy"]["url"]
    assert "peaks-10.bin" in item["media"]["peaks"][0]["url"]
    assert "suggestions" not in item


def test_a_text_is_given_with_its_question_and_answers_and_only_to_whom_its_owner_lets(
    function: Function, aws: World
) -> None:
    put_task(aws, schema="consistent-answer", options={"annotators": "Lesegruppe Süd", "hidden": ["id", "question"]})
    put_text_item(aws, needed=2)
    status, item = call(function, asked(EVENT, ERIKA))
    assert (status, item["input"], "media" in item) == (200, {}, False)
    assert item["text"] == {"document": DOCUMENT, "question": QUESTION, "answers": TEXT["answers"]}
    assert claimed(function, NINA) == (404, "NotFoundError")


def test_without_annotators_the_owner_alone_annotates(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer", options={"annotators": None})
    row = row_of(aws, "task")
    aws.put_item(LABELING_TABLE, **row | {"task_options": "{}"})
    put_text_item(aws)
    assert [claimed(function, caller) for caller in (ERIKA, MARY)] == [(404, "NotFoundError"), 1]


def test_a_known_answer_and_suggestions_are_not_in_the_input(function: Function, aws: World) -> None:
    put_task(aws, options={"known_answer": "gold", "suggestions": "earlier", "hidden": ["secret"]})
    line = {"source": "s3://b/k", "gold": 1, "gold-metadata": 2, "earlier": 3, "secret": 4, "label": 5, "kept": 6}
    put_label_item(aws, line=line)
    assert call(function, EVENT)[1]["input"] == {"kept": 6}


def test_two_people_get_two_items_and_a_third_one_nothing(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, 1)
    put_label_item(aws, 2)
    found = [claimed(function, caller) for caller in (MARY, ERIKA, NINA, MARY)]
    assert found == [1, 2, (404, "NothingToLabelError"), 1]


def test_an_item_is_given_until_it_has_as_many_answers_as_it_needs(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, needed=2)
    assert [claimed(function, caller) for caller in (MARY, ERIKA, NINA)][:2] == [1, 1]
    put_answer(aws, MARY, label(segment(0, 1)))
    assert claimed(function, MARY) == (404, "NothingToLabelError")
    assert claimed(function, MARY, number=1) == (409, "AnswerSubmittedError")
    assert claimed(function, NINA, number=1) == (409, "ClaimLostError")


def test_a_claim_that_ran_out_goes_to_others_and_its_draft_stays(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, label(segment(0, 1)), status="DRAFT", version=3)
    holders = json.loads(row_of(aws, "item#0000001")["holders"])
    holders[MARY.subject]["until"] = int(time.time()) - 1
    put_label_item(aws, holders=holders)
    assert claimed(function, ERIKA) == 1
    assert claimed(function, MARY, number=1) == (409, "ClaimLostError")
    assert function(asked(RELEASE, ERIKA))["statusCode"] == 204
    status, item = call(function, EVENT)
    assert (status, item["answer"]["version"], item["answer"]["label"]) == (200, 3, label(segment(0, 1)))


def test_what_one_has_begun_comes_first(function: Function, aws: World) -> None:
    put_task(aws)
    for number in (1, 2, 3):
        put_label_item(aws, number)
    put_answer(aws, MARY, label(), 2, "DRAFT")
    assert claimed(function, MARY) == 2


def test_nobody_sees_what_others_answered(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, needed=2)
    put_answer(aws, ERIKA, label(segment(0, 1)))
    item = call(function, asked(EVENT, NINA))[1]
    assert not {"answers", "answer", "agreement"} & set(item)
    # Mary owns the task, and sees them only if she has nothing to submit herself.
    assert not {"answers", "answer", "agreement"} & set(call(function, asked(EVENT, MARY))[1])


def test_people_outside_the_group_get_nothing(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    assert claimed(function, OTTO) == (404, "NotFoundError")


def test_a_claim_that_somebody_else_wrote_between_is_seen(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_label_item(aws, 2)
    seen: list[int] = []

    def between() -> None:
        if not seen:
            seen.append(1)
            holder = {"status": "CLAIMED", "until": FOREVER, "answer_id": "0" * 32, "user": "x"}
            put_label_item(aws, holders={"somebody": holder}, revision=7)

    with aws.before("dynamodb.UpdateItem", between):
        assert claimed(function, MARY) == 2


@pytest.mark.parametrize("status", ["REVIEW", "DONE", "FAILED"])
def test_an_item_that_is_not_open_is_not_given(function: Function, aws: World, status: str) -> None:
    put_task(aws)
    put_label_item(aws, status=status)
    assert claimed(function, MARY) == (404, "NothingToLabelError")
