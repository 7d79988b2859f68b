"""One question: its answer, what it rests on as far as the caller can read it, and what people did with it."""

import json
from typing import Any

import pytest

from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import DERIVED_BUCKET, DOCUMENTS_TABLE, GRANTS_TABLE, QUESTIONNAIRES_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.governed_access import PRODUCT, put_grant
from tests.support.project import sample_event
from tests.support.reviewed_questionnaires import (
    BEEF,
    CAFE,
    DIAGRAM,
    IMAGE,
    POLICY,
    QUESTIONNAIRE_ID,
    answered,
    put_document,
    put_question,
    put_questionnaire,
    question,
)

EVENT = sample_event("show_item.answered.json")
LOG = "log#2027-01-15T08:00:01.000Z#1"


@pytest.fixture(autouse=True)
def _questionnaire(aws: World) -> None:
    put_questionnaire(aws)
    put_document(aws, BEEF)
    put_document(aws, CAFE, key="policies/network.pdf")
    answer = answered(f"{CANARY} [1][2].", POLICY, DIAGRAM, reasons=("It is about prices.",))
    comments = json.dumps([{"by": ERIKA.user, "at": "2027-01-15T08:00:01.000Z", "text": CANARY}])
    put_question(aws, question(2), answer, comments=comments, log=[LOG], version=1, answered_at="2027-01-15T08:00:00Z")
    aws.put_item(
        QUESTIONNAIRES_TABLE,
        questionnaire_id=QUESTIONNAIRE_ID,
        item=LOG,
        number=2,
        by=ERIKA.user,
        at="2027-01-15T08:00:01.000Z",
        version=1,
        changes=json.dumps({"comment": ["", CANARY]}),
    )


def shown(function: Function, caller: Any = MARY) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller))
    assert status == 200, body
    return body


def test_an_answer_is_shown_with_its_citations_reasons_comments_and_log(function: Function) -> None:
    body = shown(function)
    assert (body["completion"], body["needs_review"], body["reasons"]) == (
        f"{CANARY} [1][2].",
        True,
        ["It is about prices."],
    )
    text, image = body["citations"]
    assert text == {
        "document_id": BEEF,
        "file_name": "policies/backup.pdf",
        "page": 4,
        "excerpt": "Backups are kept for 30 days.",
    }
    assert DERIVED_BUCKET in image["picture_url"]
    assert IMAGE in image["picture_url"]
    assert body["comments"] == [{"by": ERIKA.user, "at": "2027-01-15T08:00:01.000Z", "text": CANARY}]
    assert body["log"] == [
        {
            "at": "2027-01-15T08:00:01.000Z",
            "by": ERIKA.user,
            "changes": [{"field": "comment", "before": "", "after": CANARY}],
        }
    ]


def test_a_citation_that_a_reader_cannot_read_is_left_out(function: Function, aws: World) -> None:
    put_document(aws, CAFE, readers=json.dumps({"users": [MARY.user]}))
    body = shown(function, ERIKA)
    assert ([each["document_id"] for each in body["citations"]], body["withheld_citations"]) == ([BEEF], 1)
    assert CANARY in body["completion"], "sharing a questionnaire shares its answers"


@pytest.mark.parametrize("change", [{"readers": "{}"}, {"status": "REMOVED"}, {"status": "REMOVING"}, None])
def test_an_answer_from_what_its_owner_cannot_read_any_more_is_withheld_from_everybody(
    function: Function, aws: World, change: dict[str, str] | None
) -> None:
    if change is None:
        aws.delete_item(DOCUMENTS_TABLE, document_id=CAFE)
    else:
        put_document(aws, CAFE, **change)
    for caller in (MARY, ERIKA):
        body = shown(function, caller)
        assert body["withheld"] is True
        assert "completion" not in body
        assert (body["citations"], body["reasons"]) == ([], [])


def test_the_log_does_not_tell_what_a_withheld_answer_was(function: Function, aws: World) -> None:
    """Somebody has written another answer since, which rests on no document."""
    put_question(aws, question(2), answered("Ask us."), log=[LOG], version=1)
    row = {"questionnaire_id": QUESTIONNAIRE_ID, "item": LOG, "by": MARY.user, "at": "2027-01-15T08:00:01.000Z"}
    changes = json.dumps({"completion": [CANARY, "Ask us."], "review": ["open", "edited"]})
    before = json.dumps(answered(CANARY, DIAGRAM).to_json())
    aws.put_item(QUESTIONNAIRES_TABLE, **row, changes=changes, answer=before)
    assert [each["field"] for each in shown(function)["log"][0]["changes"]] == ["completion", "review"]
    put_document(aws, CAFE, readers="{}")
    body = shown(function)
    assert body["completion"] == "Ask us."
    assert [each["field"] for each in body["log"][0]["changes"]] == ["review"]


def test_an_answer_by_a_grant_is_shown_until_the_grant_ends(function: Function, aws: World) -> None:
    put_document(aws, CAFE, readers=f'{{"products": ["{PRODUCT}"]}}')
    put_grant(aws, f"user:{MARY.user}")
    assert CANARY in shown(function)["completion"]
    aws.delete_items(GRANTS_TABLE)
    assert "completion" not in shown(function)


def test_a_question_without_an_answer_is_shown(function: Function, aws: World) -> None:
    put_question(aws, question(2))
    body = shown(function)
    assert (body["status"], body["citations"], body["log"], body["confidence"]) == ("pending", [], [], "none")


def test_an_assignee_sees_it_and_nobody_else_but_its_readers(function: Function, aws: World) -> None:
    assert shown(function, ERIKA)["number"] == 2
    missing = asked(EVENT, OTTO, path={"questionnaire_id": QUESTIONNAIRE_ID, "number": "3"})
    assert call(function, asked(EVENT, OTTO)) == call(function, missing)
    put_question(aws, question(2), answered("x [1].", POLICY), assignee=OTTO.user)
    body = shown(function, OTTO)
    assert (body["citations"], body["withheld_citations"]) == ([], 1), "the question was shared, not the document"


@pytest.mark.parametrize("number", ["0", "x", "1234567", "3"])
def test_a_question_that_is_none_is_not_shown(function: Function, number: str) -> None:
    path = {"questionnaire_id": QUESTIONNAIRE_ID, "number": number}
    assert call(function, asked(EVENT, path=path))[0] == (404 if number == "3" else 400)


def test_what_is_logged_holds_nothing_of_it(function: Function) -> None:
    shown(function)
    (record,) = function.records()
    assert (record["message"], record["citations"], record["withheld"]) == ("question shown", 2, 0)
