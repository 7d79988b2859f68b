"""The questionnaires of a caller, newest first, page by page."""

from tests.support.api_calls import OTTO, asked, call
from tests.support.aws import QUESTIONNAIRES_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_question, put_row

EVENT = sample_event("list_questionnaires.first_page.json")


def listed(aws: World, own_id: str, created_at: str, reader: str = "user:mary@example.com", **changes: str) -> None:
    put_row(aws, own_id, created_at=created_at, **changes)
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=f"reader#{reader}", item=f"{created_at}#{own_id}")


def test_they_are_listed_newest_first_each_once_and_page_by_page(function: Function, aws: World) -> None:
    for number in range(5):
        listed(aws, f"{number}" * 32, f"2026-11-2{number}T06:00:00.000Z")
    aws.put_item(
        QUESTIONNAIRES_TABLE, questionnaire_id="reader#group:energy", item=f"2026-11-23T06:00:00.000Z#{'3' * 32}"
    )
    seen: list[str] = []
    query: dict = {"limit": 2}
    while True:
        _, body = call(function, asked(EVENT, query=query))
        seen += [each["questionnaire_id"][0] for each in body["questionnaires"]]
        if "next" not in body:
            break
        query["next"] = body["next"]
    assert seen == ["4", "3", "2", "1", "0"]


def test_whom_one_of_its_questions_is_assigned_to_has_it_listed(function: Function, aws: World) -> None:
    listed(aws, "a" * 32, "2026-11-21T06:00:00.000Z", "user:otto@example.com")
    put_question(aws, "a" * 32, 2, "Who keeps the tower?", assignee=OTTO.user)
    (shown,) = call(function, asked(EVENT, OTTO))[1]["questionnaires"]
    assert (shown["questionnaire_id"], shown["owned"]) == ("a" * 32, False)


def test_what_the_row_does_not_let_them_read_is_not_listed(function: Function, aws: World) -> None:
    listed(aws, "a" * 32, "2026-11-21T06:00:00.000Z", "user:otto@example.com")
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id="reader#user:otto@example.com", item=f"2026#{'b' * 32}")
    assert call(function, asked(EVENT, OTTO)) == (200, {"questionnaires": []})
