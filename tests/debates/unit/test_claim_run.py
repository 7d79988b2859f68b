"""The claim of a run: the newest version of its file wins, and what is paid for stays."""

from collections.abc import Iterator

import pytest

from docent.derived_keys import DebateKeys
from tests.support.api_calls import MARY
from tests.support.aws import World, session
from tests.support.debate_runs import GENERATION, RUN, put_run, run_of
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("claim_run.put.json")
RUN_ID = EVENT["document"]["document_id"]
CLAIMED = {"claimed": True, "run": {"run_id": RUN_ID, "generation": GENERATION}, "owner": {"subject": "", "user": ""}}
OF_MARY = CLAIMED | {"owner": {"subject": MARY.subject, "user": MARY.user}}
EARLIEST, EARLIER = ("006B5C1D" + "0" * 24, "006B5C1E" + "0" * 24)
AGAIN = EVENT | {"execution_arn": f"{RUN}-again", "resumes": True}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    fake = FakeWorkflows()
    with fake.attached(session()):
        yield fake


def test_a_file_that_was_put_straight_there_is_claimed_and_has_no_owner(function: Function, aws: World) -> None:
    assert function(EVENT) == CLAIMED
    row = run_of(aws, RUN_ID)
    assert (row["status"], row["generation"], "owner" in row) == ("PREPARING", GENERATION, False)


def test_older_and_repeated_events_change_nothing(function: Function, aws: World) -> None:
    function(EVENT)
    before = run_of(aws, RUN_ID)
    older = EVENT["document"] | {"generation": EARLIER}
    for event in (EVENT | {"execution_arn": "arn:of:another"}, AGAIN, EVENT | {"document": older}):
        assert function(event) == {"claimed": False}
    assert run_of(aws, RUN_ID) == before
    assert function(EVENT) == CLAIMED, "a retry of the same execution"


@pytest.mark.parametrize("status", ["STOPPED", "FAILED", "JUDGED"])
def test_a_run_that_ended_goes_on_with_what_it_has(function: Function, aws: World, status: str) -> None:
    put_run(aws, RUN_ID, status)
    kept = f"{DebateKeys(RUN_ID, GENERATION).unit(1, 'naive')}vote-0-A-1.json"
    aws.put(kept, b"{}")
    assert function(EVENT | {"execution_arn": "arn:of:another"}) == {"claimed": False}, "an event that came twice"
    assert function(AGAIN) == OF_MARY
    assert run_of(aws, RUN_ID)["execution_arn"] == AGAIN["execution_arn"]
    assert kept in aws.list_keys("debates/")


def test_a_run_is_not_compared_with_itself(function: Function, aws: World) -> None:
    put_run(aws, RUN_ID, "JUDGED", judged=GENERATION)
    assert function(AGAIN) == OF_MARY


def test_an_execution_that_was_stopped_while_it_claimed_leaves_the_run_to_be_resumed(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    workflows.record(EVENT["execution_arn"], status="ABORTED")
    assert function(EVENT) == {"claimed": False}
    assert run_of(aws, RUN_ID)["status"] == "STOPPED"
    assert function(AGAIN) == CLAIMED


def test_a_new_version_stops_the_earlier_run_and_keeps_the_last_verdicts(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_run(aws, RUN_ID, generation=EARLIER, judged=EARLIEST)
    verdicts, left = DebateKeys(RUN_ID, EARLIEST).verdicts, DebateKeys(RUN_ID, EARLIER).units
    aws.put(verdicts, b"")
    aws.put(left, b"")
    told = function(EVENT)
    assert told["previous"]["key"] == verdicts
    (stopped,) = workflows.asked("StopExecution")
    assert stopped["executionArn"] == RUN
    assert aws.list_keys("debates/") == {verdicts}
