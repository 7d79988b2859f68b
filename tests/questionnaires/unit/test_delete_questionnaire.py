"""Deleting a questionnaire, once and for all."""

import json

from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import QUESTIONNAIRES_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_question, put_row, row_of

EVENT = sample_event("delete_questionnaire.answered.json")
ID = EVENT["pathParameters"]["questionnaire_id"]


def test_everything_of_it_is_deleted_and_its_late_events_are_refused(function: Function, aws: World) -> None:
    key = f"questionnaires/{MARY.subject}/vendor.csv"
    aws.put(key, b"Question", "docent-documents")
    aws.put(f"questionnaires/{ID}/1/questions.jsonl", b"{}")
    put_row(aws, ID, "ANSWERED")
    put_question(aws, ID, 1, "A?")
    aws.put_item(QUESTIONNAIRES_TABLE, questionnaire_id=ID, item="log#1#2")
    aws.put_item(
        QUESTIONNAIRES_TABLE,
        questionnaire_id="reader#user:mary@example.com",
        item=f"{row_of(aws, ID)['created_at']}#{ID}",
    )
    assert function(EVENT)["statusCode"] == 204
    assert not aws.list_keys(f"questionnaires/{ID}/")
    assert key not in aws.list_keys(bucket="docent-documents")
    (left,) = aws.items(QUESTIONNAIRES_TABLE)
    assert left.keys() == {"questionnaire_id", "item", "generation", "expires_at"}
    assert call(function, EVENT)[0] == 404


def test_not_while_it_is_answered_and_not_by_others(function: Function, aws: World) -> None:
    put_row(aws, ID, "ANSWERING", readers=json.dumps({"users": [OTTO.user]}))
    assert call(function, EVENT)[0] == 409
    assert call(function, asked(EVENT, OTTO))[0] == 403
    assert call(function, asked(EVENT, ERIKA))[0] == 404
