"""Announcing a questionnaire: a form for exactly that file, and a row with what its owner wants."""

import json

import pytest

from tests.support.api_calls import MARY, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_row, row_of

EVENT = sample_event("create_questionnaire.spreadsheet.json")


def test_it_is_announced_with_its_options_and_gets_a_form(function: Function, aws: World) -> None:
    status, body = call(function, EVENT)
    assert status == 201
    assert body["upload"]["fields"]["key"] == f"questionnaires/{MARY.subject}/security-questionnaire.xlsx"
    row = row_of(aws, body["questionnaire_id"])
    assert row["status"] == "UPLOADING"
    assert json.loads(row["announced"])["use_documents"] is True
    assert json.loads(row["owner"]) == {"subject": MARY.subject, "user": MARY.user, "groups": list(MARY.groups)}


def test_an_upload_of_the_same_name_keeps_what_is_there_until_it_arrives(function: Function, aws: World) -> None:
    _, body = call(function, EVENT)
    put_row(aws, body["questionnaire_id"], "ANSWERED")
    assert call(function, EVENT)[0] == 201
    row = row_of(aws, body["questionnaire_id"])
    assert row["status"] == "ANSWERED"
    assert "expires_at" not in row


def test_nothing_is_announced_while_the_earlier_upload_is_answered(function: Function, aws: World) -> None:
    _, body = call(function, EVENT)
    put_row(aws, body["questionnaire_id"], "ANSWERING")
    assert call(function, EVENT)[0] == 409


@pytest.mark.parametrize("name", ["x.pdf", "a/b.csv", "a\u202ecsv.csv", "${filename}.csv"])
def test_names_that_cannot_be_used_are_refused(function: Function, aws: World, name: str) -> None:
    announced = json.loads(EVENT["body"]) | {"file_name": name}
    assert call(function, asked(EVENT, body=announced))[0] == 400
