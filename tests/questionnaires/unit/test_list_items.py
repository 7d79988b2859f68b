"""The questions of a questionnaire, filtered and in pages, for those who can read them."""

from typing import Any

import pytest

from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.reviewed_questionnaires import (
    BEEF,
    POLICY,
    answered,
    choice,
    put_document,
    put_question,
    put_questionnaire,
    question,
)

EVENT = sample_event("list_items.all.json")


@pytest.fixture(autouse=True)
def _questionnaire(aws: World) -> None:
    put_questionnaire(aws)
    put_question(aws, question(1, f"Who is {CANARY}?", label="1.a", section="People"), answered(CANARY))
    put_question(aws, question(2), answered(confidence="low", reasons=("It is about prices.",)))
    put_question(aws, question(3), answered(), review="approved", assignee=OTTO.user)
    put_question(aws, question(4, answer=choice("Yes", "No")))
    put_question(aws, question(5), status="failed")


def listed(function: Function, caller: Any = MARY, **query: Any) -> list[int]:
    status, body = call(function, asked(EVENT, caller, query=query))
    assert status == 200, body
    return [item["number"] for item in body["items"]]


def test_questions_come_in_the_order_of_the_file_with_their_answers(function: Function) -> None:
    status, body = call(function, EVENT)
    assert status == 200
    first, *_, fourth, _ = body["items"]
    version = first.pop("version")
    assert version.startswith("0-")
    assert first == {
        "number": 1,
        "label": "1.a",
        "section": "People",
        "question": f"Who is {CANARY}?",
        "kind": "text",
        "status": "answered",
        "completion": CANARY,
        "confidence": "high",
        "needs_review": False,
        "review": "open",
    }
    assert (fourth["kind"], fourth["options"], fourth["status"]) == ("choice", ["Yes", "No"], "pending")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"status": "failed"}, [5]),
        ({"needs_review": "true"}, [2]),
        ({"needs_review": "false", "status": "answered"}, [1, 3]),
        ({"confidence": "low"}, [2]),
        ({"review": "approved"}, [3]),
        ({"assignee": "Otto@Example.com"}, [3]),
        ({"assignee": "nobody@example.com"}, []),
    ],
)
def test_filters_hold_together(function: Function, query: dict[str, str], numbers: list[int]) -> None:
    assert listed(function, **query) == numbers


def test_pages_show_each_question_once(function: Function) -> None:
    numbers, query = [], {"limit": 2}
    while True:
        _, body = call(function, asked(EVENT, query=query))
        numbers.append([item["number"] for item in body["items"]])
        if "next" not in body:
            break
        query = {"limit": 2, "next": body["next"]}
    assert numbers == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize("place", ["W10=", "LTE=", "dHJ1ZQ==", "x"])
def test_a_place_that_no_page_gave_is_refused(function: Function, place: str) -> None:
    assert call(function, asked(EVENT, query={"next": place}))[0] == 400


@pytest.mark.parametrize("query", [{"status": "DONE"}, {"review": "no"}, {"needs_review": "yes"}, {"more": "1"}])
def test_a_filter_that_is_none_is_refused(function: Function, query: dict[str, str]) -> None:
    assert call(function, asked(EVENT, query=query))[0] == 400


def test_a_reader_sees_all_and_an_assignee_what_they_are_assigned_to(function: Function) -> None:
    assert listed(function, ERIKA) == [1, 2, 3, 4, 5]
    assert listed(function, OTTO) == [3]
    assert listed(function, OTTO, limit=1) == [3]
    assert listed(function, OTTO, status="failed") == []


def test_for_everyone_else_there_is_no_such_questionnaire(function: Function, aws: World) -> None:
    put_question(aws, question(3), answered())
    missing = asked(EVENT, OTTO, path={"questionnaire_id": "0" * 32})
    assert call(function, asked(EVENT, OTTO)) == call(function, missing)
    assert call(function, missing)[0] == 404


def test_a_file_in_the_bucket_belongs_to_its_group(function: Function, aws: World) -> None:
    put_questionnaire(aws, owner='{"subject": "", "user": "", "groups": ["energy"]}', readers="{}")
    assert listed(function, ERIKA) == [1, 2, 3, 4, 5]


def test_what_is_logged_holds_nothing_of_it(function: Function) -> None:
    call(function, EVENT)
    (record,) = function.records()
    assert (record["message"], record["count"]) == ("questions listed", 5)


def test_an_answer_from_what_its_owner_cannot_read_any_more_is_withheld(function: Function, aws: World) -> None:
    put_document(aws, BEEF)
    put_question(aws, question(6), answered(CANARY, POLICY))
    for readers in (None, "{}"):
        if readers:
            put_document(aws, BEEF, readers=readers)
        last = call(function, asked(EVENT, ERIKA))[1]["items"][-1]
        assert (last["number"], last.get("completion"), last.get("withheld", False)) == (
            (6, None, True) if readers else (6, CANARY, False)
        )
