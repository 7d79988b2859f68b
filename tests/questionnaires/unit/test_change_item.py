"""What people change of a question: under a lock, in a log, and with approved answers in the library."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docent.answer_library import LibraryAnswer
from docent.callers import Caller
from docent.questionnaires import Answer, AnswerType, Question
from tests.support.api_calls import ERIKA, FOREVER, MARY, OTTO, asked, call
from tests.support.aws import LIBRARY_TABLE, QUESTIONNAIRES_TABLE, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.reviewed_questionnaires import (
    BEEF,
    POLICY,
    QUESTIONNAIRE_ID,
    answered,
    choice,
    put_document,
    put_question,
    put_questionnaire,
    question,
)

EVENT = sample_event("change_item.comment.json")
ASKED = question(2, "How long are backups kept?")
MODEL = answered("For 30 days [1].", POLICY, reasons=("It is about a period.",))


@pytest.fixture(autouse=True)
def _questionnaire(aws: World) -> None:
    put_questionnaire(aws)
    put_document(aws, BEEF)
    put_question(aws, ASKED, MODEL)


def item(aws: World) -> dict[str, Any]:
    (found,) = (each for each in aws.items(QUESTIONNAIRES_TABLE) if each["item"] == "item#000002")
    return found


def log(aws: World) -> list[dict[str, Any]]:
    return [each for each in aws.items(QUESTIONNAIRES_TABLE) if each["item"].startswith("log#")]


def library(aws: World) -> list[dict[str, Any]]:
    return aws.items(LIBRARY_TABLE)


def version(aws: World) -> str:
    from docent.questionnaire_items import find_item, find_reading

    return find_item(QUESTIONNAIRES_TABLE, find_reading(QUESTIONNAIRES_TABLE, QUESTIONNAIRE_ID, MARY), 2).version


def change(function: Function, aws: World, caller: Caller = MARY, **body: Any) -> tuple[int, Any]:
    return call(function, changing(aws, caller, **body))


def changing(aws: World, caller: Caller = MARY, **body: Any) -> dict[str, Any]:
    """Each request has an id of its own."""
    event = asked(EVENT, caller, body={"version": version(aws)} | body)
    context = event["requestContext"] | {"requestId": f"request-{len(log(aws))}"}
    return event | {"requestContext": context}


def test_an_edit_replaces_the_answer_and_the_log_keeps_the_models(function: Function, aws: World) -> None:
    status, body = change(function, aws, completion="For 40 days [1].")
    assert (status, body["completion"], body["review"]) == (200, "For 40 days [1].", "edited")
    assert (body["needs_review"], body["confidence"]) == (False, "none")
    now = Answer.from_json(json.loads(item(aws)["answer"]))
    assert (now.completion, now.citations, now.reasons) == ("For 40 days [1].", (POLICY,), ())
    assert (item(aws)["edited_by"], item(aws)["written_by"]) == (MARY.user, MARY.subject)
    (entry,) = log(aws)
    assert Answer.from_json(json.loads(entry["answer"])) == MODEL
    assert json.loads(entry["changes"]) == {
        "completion": ["For 30 days [1].", "For 40 days [1]."],
        "review": ["open", "edited"],
    }
    assert (entry["by"], entry["subject"], entry["number"], entry["version"]) == (MARY.user, MARY.subject, "2", "1")
    assert datetime.fromisoformat(entry["at"]).tzinfo


def test_the_version_that_comes_back_is_the_one_to_send_next(function: Function, aws: World) -> None:
    told = change(function, aws, comment="Is that so?")[1]["version"]
    assert told == version(aws)
    assert call(function, asked(EVENT, body={"version": told, "comment": "Yes."}))[1]["version"] == version(aws)


def test_an_older_version_is_refused_and_changes_nothing(function: Function, aws: World) -> None:
    first, second = changing(aws, completion="One."), changing(aws, ERIKA, completion="Two.")
    assert call(function, first)[0] == 200
    status, body = call(function, second)
    assert (status, body["type"]) == (409, "urn:docent:problem:ChangedMeanwhileError")
    assert json.loads(item(aws)["answer"])["completion"] == "One."
    assert len(log(aws)) == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"answer": answered("The model answered again.")},
        {"answer": MODEL, "version": 1},
        {"asked": question(2, "Another question")},
    ],
    ids=["answered again", "changed by somebody", "another upload"],
)
def test_a_change_in_between_wins_with_its_log(function: Function, aws: World, meanwhile: dict[str, Any]) -> None:
    event = changing(aws, ERIKA, review="approved")
    changed = {"asked": ASKED, "answer": MODEL} | meanwhile
    with aws.before("dynamodb.TransactWriteItems", lambda: put_question(aws, **changed)):
        assert call(function, event)[0] == 409
    assert (log(aws), library(aws)) == ([], [])
    assert "approved_by" not in item(aws)


def test_an_answer_that_the_model_wrote_meanwhile_is_not_approved_unseen(function: Function, aws: World) -> None:
    event = changing(aws, review="approved")
    put_question(aws, ASKED, answered("Something else."))
    assert call(function, event)[0] == 409


def test_a_transaction_that_conflicts_can_be_tried_again(function: Function, aws: World) -> None:
    reply = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    with aws.answering("dynamodb.TransactWriteItems", reply, 400):
        assert change(function, aws, comment="x")[0] == 503
    assert change(function, aws, comment="x")[0] == 200


def test_approving_says_who_and_when_and_puts_it_into_the_library(function: Function, aws: World) -> None:
    status, body = change(function, aws, ERIKA, review="approved")
    assert (status, body["review"], body["needs_review"]) == (200, "approved", False)
    assert (item(aws)["approved_by"], item(aws)["approved_at"]) == (ERIKA.user, log(aws)[0]["at"])
    (kept,) = library(aws)
    assert (kept["digest"], kept["completion"]) == (ASKED.digest, "For 30 days [1].")
    assert (kept["owner"], kept["approved_by"]) == (MARY.user, ERIKA.user)
    assert json.loads(kept["sources"]) == [[BEEF, "1"]]
    assert json.loads(kept["readers"]) == {"users": [ERIKA.user, MARY.user], "groups": []}
    days = (int(kept["expires_at"]) - datetime.fromisoformat(kept["approved_at"]).timestamp()) / 86_400
    assert round(days) == 180
    assert "place" not in json.loads(kept["question"])


def test_nobody_approves_what_they_wrote(function: Function, aws: World) -> None:
    change(function, aws, completion="For 40 days.")
    status, body = change(function, aws, review="approved")
    assert (status, body["type"]) == (403, "urn:docent:problem:OwnAnswerError")
    assert change(function, aws, ERIKA, completion="For 50 days.", review="approved")[0] == 403
    assert len(log(aws)) == 1
    assert change(function, aws, ERIKA, review="approved")[0] == 200


def test_a_person_with_two_accounts_of_one_address_is_one_person(function: Function, aws: World) -> None:
    change(function, aws, completion="For 40 days.")
    again = Caller("another-subject", MARY.user, MARY.groups, FOREVER)
    assert change(function, aws, again, review="approved")[0] in (403, 404)


def test_a_part_of_an_answer_is_not_approved_by_its_writer(function: Function, aws: World) -> None:
    put_question(aws, question(2, answer=choice("Yes", "No")), answered("See [1].", POLICY, values=("No",)))
    change(function, aws, values=["Yes"])
    change(function, aws, ERIKA, completion="See the policy.")
    assert change(function, aws, MARY, review="approved")[0] == 403
    assert change(function, aws, ERIKA, review="approved")[0] == 403
    change(function, aws, ERIKA, values=["No"], completion="It is planned.")
    assert change(function, aws, MARY, review="approved")[0] == 200


def test_an_edit_takes_the_approval_back(function: Function, aws: World) -> None:
    change(function, aws, ERIKA, review="approved")
    assert change(function, aws, ERIKA, completion="For 60 days.")[1]["review"] == "edited"
    assert "approved_by" not in item(aws)
    assert library(aws) == []


def test_an_approval_can_be_taken_back_and_given_again(function: Function, aws: World) -> None:
    change(function, aws, ERIKA, review="approved")
    status, body = change(function, aws, review="open")
    assert (status, body["review"], body["needs_review"]) == (200, "open", True)
    assert (library(aws), item(aws).get("approved_at")) == ([], None)
    change(function, aws, ERIKA, review="approved")
    assert len(library(aws)) == 1


def test_approving_again_renews_the_approval(function: Function, aws: World) -> None:
    change(function, aws, ERIKA, review="approved")
    put_document(aws, BEEF, generation="2")
    assert change(function, aws, review="approved")[0] == 200
    (kept,) = library(aws)
    assert (kept["approved_by"], json.loads(kept["sources"]), kept["version"]) == (MARY.user, [[BEEF, "2"]], "2")


def test_without_sources_the_readers_of_the_questionnaire_read_it(function: Function, aws: World) -> None:
    put_question(aws, ASKED)
    change(function, aws, completion="For 90 days.")
    change(function, aws, ERIKA, review="approved")
    (kept,) = library(aws)
    assert (json.loads(kept["sources"]), json.loads(kept["readers"])["users"]) == ([], [ERIKA.user, MARY.user])


@pytest.mark.parametrize("answer", [None, Answer("unanswered", reasons=("No evidence was found.",)), Answer("failed")])
def test_approving_needs_an_answer(function: Function, aws: World, answer: Answer | None) -> None:
    put_question(aws, ASKED, answer)
    status, body = change(function, aws, ERIKA, review="approved")
    assert (status, body["type"]) == (409, "urn:docent:problem:NothingToApproveError")


def test_an_explanation_alone_is_no_answer_to_a_choice(function: Function, aws: World) -> None:
    put_question(aws, question(2, answer=choice("Yes", "No")), answered("It may be."))
    assert change(function, aws, ERIKA, review="approved")[0] == 409


TYPES = [
    (AnswerType(max_chars=5), {"completion": "123456"}, "/completion"),
    (AnswerType(), {"values": ["x"]}, "/values"),
    (choice("Yes", "No"), {"values": ["yes"]}, "/values/0"),
    (choice("Yes", "No"), {"values": ["Yes", "No"]}, "/values"),
    (AnswerType("choices", ("A", "B")), {"values": ["A", "C"]}, "/values/1"),
    (AnswerType("choices", ("A", "B")), {"values": ["A", "A"]}, "/values"),
    (AnswerType("number"), {"values": ["1,5"]}, "/values/0"),
    (AnswerType("number"), {"values": ["=1+1"]}, "/values/0"),
    (AnswerType("date"), {"values": ["2027-02-30"]}, "/values/0"),
    (AnswerType("date"), {"values": ["20270201"]}, "/values/0"),
]


@pytest.mark.parametrize(("wanted", "body", "pointer"), TYPES)
def test_an_answer_of_another_type_is_refused_where_it_does_not_fit(
    function: Function, aws: World, wanted: AnswerType, body: dict[str, Any], pointer: str
) -> None:
    put_question(aws, question(2, answer=wanted))
    status, problem = change(function, aws, **body)
    assert (status, problem["errors"][0]["field"]) == (400, pointer)
    assert log(aws) == []


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        (choice("Yes", "No"), ["No"]),
        (AnswerType("choices", ("A", "B")), ["B", "A"]),
        (AnswerType("number"), ["-12.50"]),
        (AnswerType("date"), ["2028-02-29"]),
        (choice("Yes", "No"), []),
    ],
)
def test_an_answer_of_its_type_is_taken(function: Function, aws: World, wanted: AnswerType, values: list[str]) -> None:
    put_question(aws, question(2, answer=wanted), answered("Because.", values=("x",)))
    assert change(function, aws, values=values)[0] == 200


def test_an_answer_that_was_emptied_is_unanswered(function: Function, aws: World) -> None:
    assert change(function, aws, completion="")[1]["status"] == "unanswered"
    assert change(function, aws, ERIKA, review="approved")[0] == 409


def test_only_the_owner_assigns_and_an_assignee_can_then_change_it(function: Function, aws: World) -> None:
    before = asked(EVENT, OTTO, body={"version": version(aws), "comment": "x"})
    assert call(function, before)[0] == 404
    status, body = change(function, aws, ERIKA, assignee=OTTO.user)
    assert (status, body["type"]) == (403, "urn:docent:problem:NotTheirsError")
    assert change(function, aws, assignee=" Otto@Example.com")[1]["assignee"] == OTTO.user
    assert change(function, aws, OTTO, review="approved")[0] == 200
    listed = [row for row in aws.items(QUESTIONNAIRES_TABLE) if row["questionnaire_id"] == f"reader#user:{OTTO.user}"]
    assert [row["item"].rpartition("#")[2] for row in listed] == [EVENT["pathParameters"]["questionnaire_id"]]
    assert change(function, aws, assignee="")[0] == 200
    assert "assignee" not in item(aws)
    assert change(function, aws, OTTO, comment="x")[0] == 404


def test_comments_are_kept_in_their_order_with_their_writers(function: Function, aws: World) -> None:
    change(function, aws, comment=CANARY)
    change(function, aws, ERIKA, comment="Done.")
    assert [(each["by"], each["text"]) for each in json.loads(item(aws)["comments"])] == [
        (MARY.user, CANARY),
        (ERIKA.user, "Done."),
    ]


def test_more_comments_than_an_item_can_hold_are_refused(function: Function, aws: World) -> None:
    comments = json.dumps([{"by": "x", "at": "2027-01-15T08:00:00Z", "text": "x"}] * 50)
    put_question(aws, ASKED, MODEL, comments=comments)
    assert change(function, aws, comment="x")[1]["errors"][0]["field"] == "/comment"


def test_what_changes_nothing_leaves_no_trace(function: Function, aws: World) -> None:
    before = item(aws)
    assert change(function, aws, completion="For 30 days [1].", review="open")[0] == 200
    assert (item(aws), log(aws)) == (before, [])


@pytest.mark.parametrize("body", [{}, {"review": "edited"}, {"completion": 7}, {"more": 1}, {"comment": ""}])
def test_a_request_that_is_none_is_refused(function: Function, aws: World, body: dict[str, Any]) -> None:
    assert change(function, aws, **body)[0] == 400


def test_what_is_logged_holds_nothing_of_it(function: Function, aws: World) -> None:
    change(function, aws, completion=CANARY, comment=CANARY)
    (record,) = function.records()
    assert (record["message"], record["changed"]) == ("question changed", ["comment", "completion", "review"])


PEOPLE = {"mary": MARY, "erika": ERIKA}
CHANGES = st.sampled_from(
    [
        {"completion": "One."},
        {"completion": "Two."},
        {"completion": ""},
        {"review": "approved"},
        {"review": "open"},
        {"comment": "x"},
        {"completion": "Three.", "review": "approved"},
    ]
)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(sorted(PEOPLE)), CHANGES, st.booleans()), max_size=8))
def test_whatever_people_do_the_log_has_no_gaps_and_nothing_is_approved_by_its_writer(
    function: Function, aws: World, steps: list[tuple[str, dict[str, str], bool]]
) -> None:
    for table in (QUESTIONNAIRES_TABLE, LIBRARY_TABLE):
        aws.delete_items(table)
    put_questionnaire(aws)
    put_question(aws, ASKED, MODEL)
    for person, wanted, is_late in steps:
        event = changing(aws, PEOPLE[person], **wanted)
        if is_late:
            event["body"] = json.dumps(wanted | {"version": "99-00000000"})
        before, logged = item(aws), log(aws)
        status, _ = call(function, event)
        assert (status == 409) or not is_late
        if status != 200:
            assert (item(aws), log(aws)) == (before, logged)
    entries = sorted(log(aws), key=lambda entry: int(entry["version"]))
    assert [int(entry["version"]) for entry in entries] == list(range(1, len(entries) + 1))
    now = item(aws)
    assert int(now.get("version", 0)) == len(entries)
    writer, approver = "model", ""
    for entry in entries:
        changes = json.loads(entry["changes"])
        if "completion" in changes:
            writer, approver = entry["by"], ""
        if "review" in changes:
            approver = entry["by"] if changes["review"][1] == "approved" else ""
        assert approver != writer
    assert now.get("approved_by", "") == approver
    kept = [LibraryAnswer.from_item(_typed(each)) for each in library(aws)]
    assert [each.completion for each in kept] == ([json.loads(now["answer"])["completion"]] if approver else [])


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items()}


def test_the_question_in_the_library_has_the_same_digest(function: Function, aws: World) -> None:
    change(function, aws, ERIKA, review="approved")
    (kept,) = library(aws)
    assert Question.from_json(json.loads(kept["question"])).digest == kept["digest"]


def test_a_withheld_answer_is_approved_by_nobody_and_replaced_by_another_one(function: Function, aws: World) -> None:
    put_document(aws, BEEF, readers="{}")
    status, problem = change(function, aws, ERIKA, review="approved")
    assert (status, problem["type"].rsplit(":", 1)[1]) == (409, "NothingToApproveError")
    status, body = change(function, aws, ERIKA, completion="Ask us.")
    assert (status, body["completion"], "withheld" in body) == (200, "Ask us.", False)
    assert json.loads(item(aws)["answer"]).get("citations", []) == []
    assert json.loads(log(aws)[0]["changes"])["completion"] == ["", "Ask us."]


def test_a_comment_on_a_withheld_answer_leaves_the_answer_as_it_is(function: Function, aws: World) -> None:
    put_document(aws, BEEF, readers="{}")
    before = item(aws)["answer"]
    status, body = change(function, aws, ERIKA, comment="Why is it withheld?")
    assert (status, body["withheld"], "completion" in body) == (200, True, False)
    assert item(aws)["answer"] == before
