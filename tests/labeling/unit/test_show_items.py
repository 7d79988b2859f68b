"""Items as annotators and reviewers see them."""

import json
from typing import Any

from docent.callers import Caller
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import label, put_answer, put_label_item, put_task, row_of, segment
from tests.support.project import sample_event

LIST, ONE = sample_event("show_items.list.json"), sample_event("show_items.one.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)
RITA = Caller("22222222-2222-4333-8444-555555555555", "rita@example.com", ("Lesegruppe Süd",), FOREVER)
LABEL = label(segment(0, 5))


def listed(function: Function, caller: Caller, **query: Any) -> Any:
    return call(function, asked(LIST, caller, query={"limit": 10} | query))[1]


def test_an_annotator_lists_their_own_items_and_a_reviewer_all(function: Function, aws: World) -> None:
    put_task(aws)
    for number in (1, 2, 3):
        put_label_item(aws, number)
    put_answer(aws, NINA, LABEL, 2)
    assert [(each["number"], each["answer_status"]) for each in listed(function, NINA)["items"]] == [(2, "SUBMITTED")]
    found = listed(function, ERIKA)["items"]
    assert [(each["number"], each["submitted"]) for each in found] == [(1, 0), (2, 1), (3, 0)]


def test_pages_follow_each_other(function: Function, aws: World) -> None:
    put_task(aws)
    for number in (1, 2, 3):
        put_label_item(aws, number)
    first = listed(function, MARY, limit=2)
    assert [each["number"] for each in first["items"]] == [1, 2]
    assert [each["number"] for each in listed(function, MARY, limit=2, next=first["next"])["items"]] == [3]


def test_a_reviewer_sees_answers_but_not_before_submitting_an_own_one(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, needed=2)
    put_answer(aws, NINA, LABEL)
    (answer,) = call(function, asked(ONE, RITA))[1]["answers"]
    assert (answer["annotator"], answer["label"]) == ("nina@example.com", LABEL)
    # Erika annotates, too, and the item still needs an answer.
    assert "answers" not in call(function, asked(ONE, ERIKA))[1]
    put_answer(aws, ERIKA, LABEL, status="DRAFT")
    assert "answers" not in call(function, asked(ONE, ERIKA))[1]
    assert "submitted" not in listed(function, ERIKA)["items"][0]


def test_who_could_still_answer_sees_the_answers_once_the_item_needs_no_more(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW", agreement="0.5")
    put_answer(aws, NINA, LABEL)
    put_label_item(aws, status="REVIEW", agreement="0.5", holders=json.loads(row_of(aws, "item#0000001")["holders"]))
    shown = call(function, asked(ONE, ERIKA))[1]
    assert (len(shown["answers"]), shown["agreement"]) == (1, 0.5)
    assert listed(function, ERIKA)["items"][0]["agreement"] == 0.5


def test_an_annotator_sees_only_items_that_they_were_given(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    assert call(function, asked(ONE, NINA))[0] == 404
    put_answer(aws, NINA, LABEL, status="DRAFT")
    shown = call(function, asked(ONE, NINA))[1]
    assert (shown["answer"]["label"], shown["answer"]["status"], "answers" in shown) == (LABEL, "DRAFT", False)


def test_an_item_whose_clip_cannot_be_prepared_says_why(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="FAILED", failure="The file has no audio track.")
    assert call(function, asked(ONE, MARY))[1]["failure"] == "The file has no audio track."


def test_others_find_nothing(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    assert call(function, asked(ONE, OTTO))[0] == 404
    assert call(function, asked(LIST, OTTO))[0] == 404
