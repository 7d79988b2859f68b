"""Requests for access: who asks for whom, for what and until when."""

from collections.abc import Iterator

import pytest

from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import SUBSCRIPTIONS_TABLE, World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.governed_access import OLGA, PRODUCT, STELLA, SUBSCRIPTION, put_product, put_subscription, told
from tests.support.project import sample_event

EVENT = sample_event("request_access.campaign.json")
AGAIN = sample_event("request_access.again.json")
BODY = {"product_id": PRODUCT, "purpose": "Campaign", "until": "2099-03-31"}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_a_request_waits_for_its_workflow(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_product(aws)
    status, made = call(function, asked(EVENT, body=BODY))
    assert (status, made["status"], made["user"], made["requester"]) == (202, "WAITING", MARY.user, MARY.user)
    assert made["ends_at"] == 4_078_684_800, "the end of the last day, in UTC"
    (started,) = workflows.asked("StartExecution")
    assert started["stateMachineArn"].endswith("approve-subscription")
    assert made["subscription_id"] in started["input"]
    assert [(each["event"], each["purpose"]) for each in told(aws)] == [("AccessRequested", "Campaign")]


def test_a_group_is_asked_for_by_its_members_only(function: Function, aws: World) -> None:
    put_product(aws)
    assert call(function, asked(EVENT, ERIKA, BODY | {"group": "energy"}))[1]["group"] == "energy"
    status, problem = call(function, asked(EVENT, OTTO, BODY | {"group": "energy"}))
    assert (status, problem["errors"][0]["field"]) == (400, "/body/group")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": "2020-01-01"}, "/body/until"),
        ({"until": "2099-02-30"}, "/body/until"),
        ({"purpose": "  "}, "/body/purpose"),
    ],
)
def test_purpose_and_end_are_obligatory(
    function: Function, aws: World, workflows: FakeWorkflows, changes: dict[str, str], field: str
) -> None:
    put_product(aws)
    status, problem = call(function, asked(EVENT, body=BODY | changes))
    assert (status, problem["errors"][0]["field"]) == (400, field)
    for name in ("purpose", "until"):
        assert call(function, asked(EVENT, body={key: value for key, value in BODY.items() if key != name}))[0] == 400
    assert not workflows.requests
    assert not aws.items(SUBSCRIPTIONS_TABLE)


def test_what_is_asked_for_already_is_not_asked_for_again(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws)
    assert call(function, asked(EVENT, body=BODY))[0] == 409


def test_a_request_for_what_is_in_force_prolongs_it(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws, status="IN_FORCE")
    assert call(function, asked(EVENT, body=BODY))[1]["prolongs"] == SUBSCRIPTION


def test_a_draft_is_shown_to_nobody_but_its_owner(function: Function, aws: World) -> None:
    put_product(aws, status="draft")
    assert call(function, asked(EVENT, body=BODY))[0] == 404
    assert call(function, asked(EVENT, OLGA, body=BODY))[0] == 202


def test_what_could_not_be_started_has_failed(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_product(aws)
    workflows.fail("StateMachineDoesNotExist")
    assert call(function, asked(EVENT, body=BODY))[0] >= 500
    (row,) = aws.items(SUBSCRIPTIONS_TABLE)
    assert row["status"] == "FAILED"
    assert [each["event"] for each in told(aws)] == ["AccessRequested", "AccessFailed"]


def test_what_failed_is_started_again_and_twice_is_once(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    put_subscription(aws, status="FAILED", failure={"name": "TransientError", "message": "Later."})
    for who in (MARY, STELLA):
        status, shown = call(function, asked(AGAIN, who))
        assert (status, shown["status"], "error" in shown) == (202, "WAITING", False)
    names = {each["name"] for each in workflows.asked("StartExecution")}
    assert names == {f"{SUBSCRIPTION}-2"}
    assert [each["event"] for each in told(aws)] == ["AccessRestarted"]


def test_others_do_not_start_it_and_what_is_settled_stays_so(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws, status="FAILED")
    assert call(function, asked(AGAIN, OTTO))[0] == 404
    put_subscription(aws, status="REFUSED", reason="reviewer")
    assert call(function, asked(AGAIN))[0] == 409


@pytest.mark.parametrize("status", ["WAITING", "IN_FORCE"])
def test_what_failed_is_not_started_beside_a_later_request(function: Function, aws: World, status: str) -> None:
    put_product(aws)
    put_subscription(aws, status="FAILED")
    put_subscription(aws, subscription_id="6" * 32, status=status)
    assert call(function, asked(AGAIN))[0] == 409
    assert told(aws) == []
