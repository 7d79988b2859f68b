"""Reviewing answers."""

from typing import Any

from docent.callers import Caller
from tests.support.api_calls import ERIKA, FOREVER, MARY, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import label, put_answer, put_label_item, put_task, row_of, segment
from tests.support.project import sample_event

EVENT = sample_event("review_answer.accept.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)
ONE = label(segment(0, 5))


def review(function: Function, answer_id: str, caller: Caller = ERIKA, **body: Any) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body={"answer_id": answer_id, "decision": "accept"} | body))


def test_an_item_is_done_once_all_its_answers_are_accepted(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW", needed=2)
    ids = [put_answer(aws, caller, ONE) for caller in (MARY, NINA)]
    assert review(function, ids[0])[1]["status"] == "REVIEW"
    assert review(function, ids[0])[1]["status"] == "REVIEW"  # the same again
    status, item = review(function, ids[1])
    assert (status, item["status"], {each["status"] for each in item["answers"]}) == (200, "DONE", {"ACCEPTED"})


def test_a_rejected_answer_is_a_draft_of_its_author_again_with_the_note(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW")
    own_id = put_answer(aws, NINA, ONE)
    assert review(function, own_id, decision="reject", note="The end is cut.")[1]["status"] == "OPEN"
    row = row_of(aws, f"answer#{NINA.subject}#0000001")
    assert (row["status"], row["note"], row["rejections"]) == ("DRAFT", "The end is cut.", "1")
    assert NINA.subject not in row_of(aws, "item#0000001")["holders"]


def test_nobody_reviews_their_own_answer(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW")
    assert review(function, put_answer(aws, MARY, ONE), MARY)[0] == 400


def test_annotators_do_not_review_and_other_ids_are_not_found(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW")
    own_id = put_answer(aws, MARY, ONE)
    assert review(function, own_id, NINA)[0] == 404
    assert review(function, "0" * 32)[0] == 404


def test_decisions_are_counted_for_the_author(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws, status="REVIEW")
    own_id = put_answer(aws, NINA, ONE)
    for _ in range(2):
        review(function, own_id)
    tally = row_of(aws, f"tally#{NINA.subject}")
    assert (tally["annotator"], tally["accepted"], "answers" in tally) == (NINA.user, "1", False)
    review(function, own_id, decision="reject")
    tally = row_of(aws, f"tally#{NINA.subject}")
    assert (tally["accepted"], tally["answers"], tally["rejections"]) == ("0", "-1", "1"), "it was put without a submit"
