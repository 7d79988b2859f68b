"""Answers of one questionnaire held against each other: the same where the same is asked, marked where they differ."""

import json
from typing import Any

import pytest

from docent.questionnaires import Answer, AnswerType, Question, item_key
from tests.support.aws import QUESTIONNAIRES_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("check_consistency.answered.json")
QUESTIONNAIRE = EVENT["questionnaire_id"]
MANY = 1000
YES_NO = AnswerType("choice", ("Yes", "No", "N/A"))


def put(aws: World, number: int, text: str, completion: str = "", *values: str, **more: Any) -> None:
    aws.put_many(QUESTIONNAIRES_TABLE, [row(number, text, completion, *values, **more)])


def put_answer(aws: World, number: int, text: str, answer: Answer) -> None:
    put(aws, number, text, status=answer.status, answer=json.dumps(answer.to_json()))


def row(number: int, text: str, completion: str = "", *values: str, **more: Any) -> dict[str, Any]:
    names = {name: more.pop(name) for name in ("label", "parent", "section") if name in more}
    wanted = more.pop("wanted", YES_NO if values else AnswerType())
    question = Question(number, text, {}, **names, answer=wanted)
    answer = Answer("answered", completion, tuple(values), confidence=more.pop("confidence", "high"))
    given = {"answer": json.dumps(answer.to_json()), "status": answer.status} if completion or values else {}
    return {
        "questionnaire_id": QUESTIONNAIRE,
        "item": item_key(number),
        "question": json.dumps(question.to_json()),
        "digest": question.digest,
        "status": "pending",
        **given,
        **more,
    }


def answers(aws: World) -> list[dict[str, Any]]:
    return [json.loads(row.get("answer", "{}")) for row in aws.items(QUESTIONNAIRES_TABLE)]


def completions(aws: World) -> list[str]:
    return [each.get("completion", "") for each in answers(aws)]


def reasons(aws: World) -> list[list[str]]:
    return [each.get("reasons", []) for each in answers(aws)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long are backups kept?", "How long are backups kept?"),
        ("How long are backups kept?", "how long are  backups kept ?"),
        (
            "Do you use multi-factor authentication for remote access?",
            "Describe the use of MFA in remote access.",
        ),
        ("Is personnel trained in data protection?", "Does your organization train employees in data protection?"),
        ("Werden Mitarbeiter im Datenschutz geschult?", "Wurden Beschäftigte im Datenschutz geschult?"),
    ],
)
def test_questions_that_ask_the_same_get_the_same_answer(function: Function, aws: World, one: str, other: str) -> None:
    put(aws, 1, one, "Weakly said [1].", confidence="low")
    put(aws, 2, other, "Clearly said [1].")
    assert function(EVENT)["repeated"] == 1
    assert completions(aws) == ["Clearly said [1]."] * 2
    assert aws.items(QUESTIONNAIRES_TABLE)[0]["confidence"] == "high"


def test_a_question_that_was_asked_once_for_several_gets_their_answer(function: Function, aws: World) -> None:
    put_answer(aws, 1, "Where is the key?", Answer("unanswered", reasons=("No evidence was found.",)))
    put(aws, 2, "Where is the key?")
    put(aws, 3, "Where is the key?", status="failed", error={"name": "TransientError", "message": "Try again."})
    assert function(EVENT)["repeated"] == 2
    rows = aws.items(QUESTIONNAIRES_TABLE)
    assert [row["status"] for row in rows] == ["unanswered"] * 3
    assert "error" not in rows[2]
    assert function(EVENT)["repeated"] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you encrypt data at rest?", "Do you encrypt data in transit?"),
        ("Is backup data tested every 30 days?", "Is backup data tested every 90 days?"),
        ("Is production data used in tests?", "Is production data not used in tests?"),
        ("Please explain.", "Please describe."),
    ],
)
def test_questions_that_ask_for_something_else_keep_their_answers(
    function: Function, aws: World, one: str, other: str
) -> None:
    put(aws, 1, one, "Said of one [1].")
    put(aws, 2, other, "Told of another [1].")
    assert function(EVENT)["repeated"] == 0
    assert completions(aws) == ["Said of one [1].", "Told of another [1]."]


def test_sub_questions_in_the_same_words_are_the_same_only_below_the_same_parent(
    function: Function, aws: World
) -> None:
    put(aws, 1, "If yes, how often are they tested?", "Backups weekly [1].", parent="Do you make backups of databases?")
    put(aws, 2, "If yes, how often are they tested?", "", parent="Do you rehearse emergency plans with staff?")
    put(aws, 3, "If yes, how often are they tested?", "", parent="Do you make backups of databases?")
    function(EVENT)
    assert completions(aws) == ["Backups weekly [1].", "", "Backups weekly [1]."]


def test_a_persons_answer_is_preferred_and_never_changed(function: Function, aws: World) -> None:
    put(aws, 1, "How long are backups kept?", "Said by the model [1].")
    put(aws, 2, "How long are backups kept?", "Approved by a person.", confidence="low", review="approved")
    put(aws, 3, "How long are backups kept?", "Edited by a person.", review="edited")
    function(EVENT)
    assert completions(aws) == ["Approved by a person.", "Approved by a person.", "Edited by a person."]


def test_options_are_taken_over_only_where_they_are_the_same(function: Function, aws: World) -> None:
    put(aws, 1, "Is customer data encrypted?", "It is encrypted [1].", "Yes")
    put(aws, 2, "Is customer data encrypted?", wanted=AnswerType("choice", ("Compliant", "Not compliant")))
    put(aws, 3, "Is all customer data encrypted?", wanted=YES_NO)
    function(EVENT)
    assert [each.get("values") for each in answers(aws)] == [["Yes"], None, ["Yes"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Backups are kept for 30 days [1].", "Backups are kept for 90 days [1]."),
        (
            "We notify customers of incidents within 72 hours [1].",
            "Customers are notified of incidents in 24 hours [1].",
        ),
        ("Customer data is encrypted at rest [1].", "Customer data is not encrypted at rest [1]."),
        ("Our data protection officer is Jane Doe [1].", "The data protection officer is John Roe [2]."),
        ("Backups werden 30 Tage lang aufbewahrt [1].", "Backups werden 90 Tage lang aufbewahrt [1]."),
    ],
)
def test_answers_that_contradict_each_other_are_marked_on_both(
    function: Function, aws: World, one: str, other: str
) -> None:
    put(aws, 1, "What do you tell of the first thing?", one, label="1.a")
    put(aws, 2, "And what about quite another subject?", other)
    assert function(EVENT)["contradicting"] == 2
    first, second = reasons(aws)
    assert "question 2" in first[0]
    assert "question 1.a" in second[0]
    assert [each["needs_review"] for each in aws.items(QUESTIONNAIRES_TABLE)] == [True, True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Backups are kept for 30 days [1].", "Log files are kept for 90 days [1]."),
        ("Backups are kept for 30 days [1].", "Backups are kept for thirty days [2]."),
        ("The office is in Bonn [1].", "Customer data is not sold [1]."),
    ],
)
def test_answers_about_different_things_do_not_contradict_each_other(
    function: Function, aws: World, one: str, other: str
) -> None:
    put(aws, 1, "What do you tell of the first thing?", one)
    put(aws, 2, "And what about quite another subject?", other)
    assert function(EVENT)["contradicting"] == 0


def test_yes_and_no_to_the_same_question_are_marked_though_people_wrote_them(function: Function, aws: World) -> None:
    put(aws, 1, "Is customer data encrypted?", "It is [1].", "Yes", review="approved")
    put(aws, 2, "Is customer data encrypted?", "It is not [1].", "No", review="edited")
    function(EVENT)
    assert [each["values"] for each in answers(aws)] == [["Yes"], ["No"]]
    assert all("contradicts" in each[0] for each in reasons(aws))


def test_a_second_pass_changes_nothing(function: Function, aws: World) -> None:
    put(aws, 1, "How long are backups kept?", "Backups are kept for 30 days [1].")
    put(aws, 2, "how long are backups kept", "Nobody knows [1].", confidence="low")
    put(aws, 3, "What of retention?", "Backups are kept for 90 days [1].")
    function(EVENT)
    before = aws.items(QUESTIONNAIRES_TABLE)
    assert function(EVENT) == {"items": 3, "repeated": 0, "contradicting": 0}
    assert aws.items(QUESTIONNAIRES_TABLE) == before


def test_a_mark_goes_when_its_contradiction_has_gone(function: Function, aws: World) -> None:
    put(aws, 1, "How long are backups kept?", "Backups are kept for 30 days [1].")
    put(aws, 2, "What of retention?", "Backups are kept for 90 days [1].")
    function(EVENT)
    put(aws, 2, "What of retention?", "Backups are kept for 30 days [1].", review="edited")
    function(EVENT)
    assert reasons(aws) == [[], []]


def test_what_changed_meanwhile_is_not_written_over(function: Function, aws: World) -> None:
    put(aws, 1, "How long are backups kept?", "Backups are kept for 30 days [1].")
    put(aws, 2, "How long are backups kept?", "Nobody knows [1].", confidence="low")
    edited = row(2, "How long are backups kept?", "Said by a person.", review="edited")
    with aws.before("dynamodb.UpdateItem", lambda: aws.put_many(QUESTIONNAIRES_TABLE, [edited])):
        function(EVENT)
    assert completions(aws)[1] == "Said by a person."


def test_a_thousand_sentences_about_different_things_do_not_contradict_each_other(function: Function) -> None:
    from check_consistency.consistency import changes_of
    from check_consistency.questionnaire_items import Item

    def item(number: int) -> Item:
        question = Question(number, f"What is the limit of area{number} for kind{number % 97}?", {})
        answer = Answer("answered", f"The limit of area{number} and kind{number % 97} is {number} hours [1].")
        return Item(item_key(number), question, answer, json.dumps(answer.to_json()), "open")

    assert changes_of([item(number) for number in range(MANY)]) == []
