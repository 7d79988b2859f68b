"""Filling in a file, through the handler: the source, the questions and the table's rows in, the file out."""

import json
from typing import Any

import pytest

from docent.errors.ingest import MissingDocumentError
from docent.questionnaires import Answer, Question, item_key
from tests.support.aws import QUESTIONNAIRES_TABLE, SOURCE_BUCKET, World
from tests.support.filled_files import entries, item
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.reviewed_questionnaires import POLICY, put_document, put_questionnaire

EVENT = sample_event("fill_in_file.csv.json")
OWN_ID, QUESTIONS = EVENT["document"]["document_id"], EVENT["questions"]["key"]
FILLED = QUESTIONS.replace("questions.jsonl", "filled/vendor.csv")
SOURCE = b"No,Question,Answer\r\n1,Do you encrypt?,\r\n2,Who is your auditor?,Ours\r\n"
ASKED = [
    Question(1, "Do you encrypt?", {"row": 1, "column": 2}),
    Question(2, "Who is your auditor?", {"row": 2, "column": 2}, existing="Ours"),
]


@pytest.fixture
def questionnaire(aws: World) -> World:
    aws.put(EVENT["document"]["source"]["key"], SOURCE, SOURCE_BUCKET)
    aws.put(QUESTIONS, b"".join(json.dumps(question.to_json()).encode() + b"\n" for question in ASKED))
    return aws


def put_row(aws: World, question: Question, status: Any, completion: str, **more: Any) -> None:
    aws.put_item(
        QUESTIONNAIRES_TABLE,
        questionnaire_id=OWN_ID,
        item=item_key(question.number),
        status=status,
        answer=json.dumps(Answer(status, completion).to_json()),
        confidence="high",
        digest=question.digest,
        **more,
    )


def test_the_answers_are_in_the_file(function: Function, questionnaire: World) -> None:
    put_row(questionnaire, ASKED[0], "answered", f"Yes, by {CANARY}.")
    result = function(EVENT)
    assert result == {
        "filled": {"bucket": "docent-derived", "key": FILLED},
        "counts": {"questions": 2, "written": 1, "not_written": 0},
    }
    lines = questionnaire.read(FILLED).decode().split("\r\n")
    assert lines[1] == f'1,Do you encrypt?,"Yes, by {CANARY}.",high,no,,'
    assert lines[2].startswith("2,Who is your auditor?,Ours,")


def test_an_answer_to_another_question_of_that_number_is_not_used(function: Function, questionnaire: World) -> None:
    other = Question(1, "Do you decrypt?", {})
    put_row(questionnaire, other, "answered", "Yes.")
    assert function(EVENT)["counts"]["written"] == 0


@pytest.mark.parametrize("overwrite", [True, False])
def test_an_existing_answer_is_replaced_only_if_the_owner_wants_it(
    function: Function, questionnaire: World, overwrite: bool
) -> None:
    questionnaire.put_item(
        QUESTIONNAIRES_TABLE,
        questionnaire_id=OWN_ID,
        item="questionnaire",
        status="ANSWERING",
        overwrite=str(overwrite).lower(),
    )
    put_row(questionnaire, ASKED[1], "answered", "Theirs")
    function(EVENT)
    line = questionnaire.read(FILLED).decode().split("\r\n")[2]
    assert line.startswith(f"2,Who is your auditor?,{'Theirs' if overwrite else 'Ours'},")


def test_what_a_person_wrote_replaces_what_the_file_had(function: Function, questionnaire: World) -> None:
    put_row(questionnaire, ASKED[1], "answered", "Theirs", review="edited")
    function(EVENT)
    assert "auditor?,Theirs," in questionnaire.read(FILLED).decode()


def test_filling_in_twice_gives_the_same_file(function: Function, questionnaire: World) -> None:
    put_row(questionnaire, ASKED[0], "answered", "Yes.")
    assert function(EVENT) == function(EVENT)


def test_a_source_that_was_deleted_is_named(function: Function, questionnaire: World) -> None:
    questionnaire.delete(EVENT["document"]["source"]["key"], SOURCE_BUCKET)
    with pytest.raises(MissingDocumentError, match=r"vendor\.csv"):
        function(EVENT)


def test_the_marks_of_sources_are_not_in_the_answer() -> None:
    [entry] = entries(item(1, {"row": 1, "column": 2}, "We do [1]. Always [1][2]."))
    assert entry.value == "We do. Always."


def test_an_answer_from_what_the_owner_cannot_read_any_more_is_not_in_the_file(
    function: Function, questionnaire: World
) -> None:
    put_questionnaire(questionnaire, OWN_ID)
    row = {"questionnaire_id": OWN_ID, "item": item_key(1), "status": "answered", "digest": ASKED[0].digest}
    answer = json.dumps(Answer("answered", CANARY, citations=(POLICY,)).to_json())
    questionnaire.put_item(QUESTIONNAIRES_TABLE, **row, answer=answer)
    results = []
    for readers in ("{}", '{"users": ["mary@example.com"]}'):
        put_document(questionnaire, POLICY.document_id, readers=readers)
        results.append((function(EVENT), questionnaire.read(FILLED).decode()))
    (withheld, without), (shown, whole) = results
    assert (CANARY in without, "may not read the documents any more" in without, CANARY in whole) == (False, True, True)
    assert "backup.pdf" not in without
    assert ("withheld" in withheld["filled"], "withheld" in shown["filled"]) == (True, False)
    assert withheld["counts"] == {"questions": 2, "written": 0, "not_written": 1}
