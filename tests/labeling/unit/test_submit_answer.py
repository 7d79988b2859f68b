"""Submitting an answer, and what becomes of its item."""

import json
from typing import Any

import pytest

from docent.callers import Caller
from docent.derived_keys import LabelKeys
from tests.support.api_calls import ERIKA, FOREVER, MARY, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import (
    MEDIA,
    TASK_ID,
    choice,
    label,
    put_answer,
    put_label_item,
    put_task,
    put_text_item,
    row_of,
    segment,
)
from tests.support.project import sample_event

EVENT = sample_event("submit_answer.complete.json")
NINA = Caller("11111111-2222-4333-8444-555555555555", "nina@example.com", ("energy",), FOREVER)
ONE, OTHER = label(segment(0, 5)), label(segment(5, 10))


def submit(function: Function, caller: Caller = MARY, version: int = 1) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body={"version": version}))


def item(aws: World) -> tuple[str, int]:
    row = row_of(aws, "item#0000001")
    return row["status"], int(row["needed"])


def test_the_last_answer_that_is_needed_makes_the_item_done(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE, status="DRAFT")
    assert submit(function)[0] == 200
    assert item(aws) == ("DONE", 1)
    assert row_of(aws, f"answer#{MARY.subject}#0000001")["status"] == "SUBMITTED"


def test_the_same_again_is_no_fault_and_another_version_is(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE, status="DRAFT", version=3)
    assert submit(function, version=2)[1]["type"].endswith("LabelChangedError")
    assert [submit(function, version=3)[0] for _ in range(2)] == [200, 200]


def test_what_the_schema_does_not_allow_is_listed_by_its_place(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    wrong = {"segments": [segment(9, 11), segment(1, 1, "b")], "clip": {}}
    put_answer(aws, MARY, wrong, status="DRAFT")
    status, problem = submit(function)
    assert status == 400
    assert [each["field"] for each in problem["errors"]] == ["/segments/0/end_us", "/segments/1/end_us", "/clip/rate"]
    assert item(aws)[0] == "OPEN"


def test_an_item_below_the_threshold_goes_to_one_more_person_and_then_to_review(function: Function, aws: World) -> None:
    put_task(aws, options={"answers": 2, "review": "doubtful"})
    put_label_item(aws, needed=2)
    put_answer(aws, MARY, ONE)
    put_answer(aws, ERIKA, OTHER, status="DRAFT")
    submit(function, ERIKA)
    assert item(aws) == ("OPEN", 3)
    assert float(row_of(aws, "item#0000001")["agreement"]) < 0
    put_answer(aws, NINA, ONE, status="DRAFT")
    submit(function, NINA)
    assert item(aws) == ("REVIEW", 3)


@pytest.mark.parametrize(("review", "status"), [("none", "DONE"), ("doubtful", "DONE"), ("all", "REVIEW")])
def test_an_item_that_people_agree_on_is_done(function: Function, aws: World, review: str, status: str) -> None:
    put_task(aws, options={"answers": 2, "review": review})
    put_label_item(aws, needed=2)
    put_answer(aws, MARY, ONE)
    put_answer(aws, ERIKA, label(segment(0.02, 5.03)), status="DRAFT")
    submit(function, ERIKA)
    assert item(aws) == (status, 2)


def test_people_who_choose_the_same_agree_whatever_they_write(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer", options={"answers": 2, "review": "doubtful"})
    put_text_item(aws, needed=2)
    put_answer(aws, MARY, choice("A", evidence="lost $10.6 billion"))
    put_answer(aws, ERIKA, choice("B"), status="DRAFT")
    submit(function, ERIKA)
    assert (item(aws), row_of(aws, "item#0000001")["agreement"]) == (("OPEN", 3), "0.0")
    put_answer(aws, NINA, choice("A", comment="Its largest loss."), status="DRAFT")
    submit(function, NINA)
    assert (item(aws), row_of(aws, "item#0000001")["agreement"]) == (("REVIEW", 3), "0.3333")


def test_a_text_has_no_segments_and_a_choice(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer")
    put_text_item(aws)
    put_answer(aws, MARY, {"segments": [segment(0, 1)], "clip": {"evidence": "x"}}, status="DRAFT")
    status, problem = submit(function)
    assert (status, [each["field"] for each in problem["errors"]]) == (400, ["/segments/0/track", "/clip/consistent"])


def test_a_choice_is_compared_with_the_known_one(function: Function, aws: World) -> None:
    put_task(aws, schema="consistent-answer", options={"known_answer": "gold"})
    put_text_item(aws, media={"kind": "text", "known_answer": True})
    aws.put(LabelKeys(TASK_ID).known_answer(1), choice("A"))
    put_answer(aws, MARY, choice("neither"), status="DRAFT")
    submit(function)
    row = row_of(aws, f"answer#{MARY.subject}#0000001")
    assert [int(row[name]) for name in ("known_matched", "known_found", "known_wanted")] == [0, 1, 1]


def test_a_claim_that_ran_out_counts_while_there_is_a_place(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE, status="DRAFT")
    holders = json.loads(row_of(aws, "item#0000001")["holders"])
    put_label_item(aws, holders={MARY.subject: holders[MARY.subject] | {"until": 1}})
    assert submit(function)[0] == 200


def test_an_answer_for_which_there_is_no_place_is_kept_as_a_draft(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE, status="DRAFT")
    holder = {"status": "SUBMITTED", "until": 1, "answer_id": "0" * 32, "user": ERIKA.user}
    put_label_item(aws, status="DONE", holders={ERIKA.subject: holder})
    assert submit(function)[1]["type"].endswith("ClaimLostError")
    assert row_of(aws, f"answer#{MARY.subject}#0000001")["status"] == "DRAFT"


def test_an_answer_is_compared_with_the_known_one_without_its_author_seeing_it(function: Function, aws: World) -> None:
    put_task(aws, options={"known_answer": "gold"})
    put_label_item(aws, media=MEDIA | {"known_answer": True})
    aws.put(LabelKeys(TASK_ID).known_answer(1), label(segment(0, 5), segment(6, 7, category="Representative")))
    put_answer(aws, MARY, label(segment(0.1, 5), segment(6, 7, "b")), status="DRAFT")
    _, body = submit(function)
    assert set(body) == {"version", "submitted_at"}
    row = row_of(aws, f"answer#{MARY.subject}#0000001")
    assert [int(row[name]) for name in ("known_matched", "known_found", "known_wanted")] == [1, 2, 2]


def test_two_who_submit_at_once_both_count(function: Function, aws: World) -> None:
    put_task(aws, options={"answers": 2})
    put_label_item(aws, needed=2)
    put_answer(aws, MARY, ONE, status="DRAFT")
    put_answer(aws, ERIKA, ONE, status="DRAFT")
    seen: list[int] = []

    def between() -> None:
        if not seen:
            seen.append(1)
            put_answer(aws, ERIKA, ONE)
            row = row_of(aws, "item#0000001")
            holders = json.loads(row["holders"])
            put_label_item(aws, needed=2, holders=holders, revision=int(row["revision"]) + 1)

    with aws.before("dynamodb.TransactWriteItems", between):
        assert submit(function)[0] == 200
    assert item(aws) == ("DONE", 2)
    assert float(row_of(aws, "item#0000001")["agreement"]) == 1.0


def test_agreement_is_summed_as_it_changes(function: Function, aws: World) -> None:
    put_task(aws, options={"answers": 3})
    put_label_item(aws, needed=3)
    put_answer(aws, ERIKA, ONE)
    put_answer(aws, MARY, ONE, status="DRAFT")
    assert submit(function)[0] == 200
    assert tally(aws, MARY) == {"answers": 1, "agreement_sum": 1, "agreement_items": 1}
    put_answer(aws, NINA, OTHER, status="DRAFT")
    row = row_of(aws, "item#0000001")
    holders = json.loads(row["holders"])
    put_label_item(aws, needed=3, agreement="1.0", holders=holders)
    assert submit(function, NINA)[0] == 200
    agreement = float(row_of(aws, "item#0000001")["agreement"])
    assert 1 + tally(aws, NINA)["agreement_sum"] == pytest.approx(agreement)
    assert "agreement_items" not in tally(aws, NINA)


def tally(aws: World, caller: Caller) -> dict[str, float]:
    row = row_of(aws, f"tally#{caller.subject}")
    assert row["annotator"] == caller.user
    return {name: float(value) for name, value in row.items() if name not in ("task_id", "item", "annotator")}
