"""Saving a draft: no version is lost, whoever saves first."""

import json
import time
import uuid
from typing import Any

from docent.callers import Caller
from docent.derived_keys import LabelKeys
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.label_tasks import TASK_ID, label, put_answer, put_label_item, put_task, row_of, segment
from tests.support.project import sample_event

EVENT = sample_event("save_answer.first.json")
FIRST = json.loads(EVENT["body"])
ONE = label(segment(0, 1))


def change(base: int, events: int = 1, value: Any = ONE) -> dict[str, Any]:
    told = [{"at": "2026-11-29T16:00:05.000Z", "kind": "segment_changed", "segment": "a"}] * events
    return {"save_id": str(uuid.uuid4()), "base": base, "events": told, "label": value}


def save(function: Function, body: Any = None, caller: Caller | None = None) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body=body or FIRST))


def begun(aws: World, version: int = 0) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE, status="DRAFT", version=version)


def saved(aws: World) -> tuple[int, str]:
    row = row_of(aws, f"answer#{MARY.subject}#0000001")
    return int(row["answer_version"]), row["label_key"]


def test_the_version_is_the_number_of_the_last_event(function: Function, aws: World) -> None:
    begun(aws)
    status, body = save(function)
    assert (status, body["version"], body["claim"]["held"]) == (200, 2, True)
    version, key = saved(aws)
    kept = aws.read_json(key)
    assert (version, kept["label"], kept["events"]) == (2, FIRST["label"], FIRST["events"])


def test_the_same_save_again_changes_nothing(function: Function, aws: World) -> None:
    begun(aws)
    save(function)
    before = aws.list_keys(LabelKeys(TASK_ID).prefix)
    assert save(function)[1]["version"] == 2
    assert (saved(aws)[0], aws.list_keys(LabelKeys(TASK_ID).prefix)) == (2, before)


def test_of_two_windows_both_versions_are_kept_and_returned(function: Function, aws: World) -> None:
    begun(aws)
    here, there = change(0, 3, label(segment(0, 1))), change(0, 1, label(segment(2, 3)))
    assert save(function, here)[0] == 200
    status, problem = save(function, there)
    assert (status, problem["type"]) == (409, "urn:docent:problem:LabelChangedError")
    assert (problem["saved"]["version"], problem["saved"]["label"]) == (3, here["label"])
    assert problem["yours"] == {name: there[name] for name in ("save_id", "base", "label")}
    kept = [key for key in aws.list_keys(LabelKeys(TASK_ID).prefix) if there["save_id"] in key]
    assert aws.read_json(kept[0])["label"] == there["label"]
    merged = change(3, 1, label(segment(0, 1), segment(2, 3, "b")))
    merged["events"][0] = {"at": "2026-11-29T16:00:09.000Z", "kind": "merged_versions"}
    assert save(function, merged)[1]["version"] == 4


def test_a_claim_that_ran_out_is_taken_again_while_there_is_a_place(function: Function, aws: World) -> None:
    begun(aws)
    holders = json.loads(row_of(aws, "item#0000001")["holders"])
    holders[MARY.subject]["until"] = int(time.time()) - 10
    put_label_item(aws, holders=holders)
    assert save(function)[1]["claim"]["held"]
    assert json.loads(row_of(aws, "item#0000001")["holders"])[MARY.subject]["until"] > time.time()


def test_work_is_kept_even_if_others_have_taken_all_places(function: Function, aws: World) -> None:
    begun(aws)
    holders = {ERIKA.subject: {"status": "SUBMITTED", "until": 0, "answer_id": "0" * 32, "user": ERIKA.user}}
    put_label_item(aws, status="DONE", holders=holders)
    status, body = save(function)
    assert (status, body["claim"]) == (200, {"held": False})
    assert saved(aws)[0] == 2


def test_an_answer_that_was_submitted_is_not_changed(function: Function, aws: World) -> None:
    put_task(aws)
    put_label_item(aws)
    put_answer(aws, MARY, ONE)
    assert save(function, change(1))[1]["type"].endswith("AnswerSubmittedError")
    assert saved(aws)[0] == 1


def test_only_those_who_were_given_the_item_can_save(function: Function, aws: World) -> None:
    begun(aws)
    assert save(function, caller=ERIKA)[0] == 404
    assert save(function, caller=OTTO)[0] == 404


def test_what_is_no_label_is_refused(function: Function, aws: World) -> None:
    begun(aws)
    for wrong in ({"segments": []}, label(segment(0, 1) | {"start_us": 0.5}), label(segment(0, 1) | {"id": "a b"})):
        assert save(function, change(0, 1, wrong))[0] == 400
    assert save(function, change(0, 0))[0] == 400
