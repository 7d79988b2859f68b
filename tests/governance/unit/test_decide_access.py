"""Approvals, refusals and revocations: who may, once, in time, and in one role."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from docent.callers import Caller
from governing.access_policy import with_valid_approvals
from governing.subscriptions import Subscription
from tests.support.api_calls import FOREVER, MARY, OTTO, asked, call
from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.governed_access import (
    OLGA,
    STEFAN,
    STELLA,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    subscription_of,
    told,
)
from tests.support.project import sample_event

APPROVE, REVOKE = sample_event("decide_access.approved.json"), sample_event("decide_access.revoked.json")
TOKEN = "AQCkAAAAKgAAAAMAAAAAAAAAAbY5"
WAITING: dict[str, Any] = {"needed": ("steward",), "task_token": TOKEN}
BOTH = WAITING | {"needed": ("steward", "owner")}


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


@pytest.fixture(autouse=True)
def _published(aws: World) -> None:
    put_product(aws)


def answers(workflows: FakeWorkflows) -> list[str]:
    return [each["output"] for each in workflows.asked("SendTaskSuccess")]


def test_a_steward_approves_and_the_workflow_hears_of_it(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_subscription(aws, **WAITING)
    status, shown = call(function, asked(APPROVE, STELLA))
    assert (status, [(each["role"], each["user"]) for each in shown["approvals"]]) == (200, [("steward", STELLA.user)])
    assert answers(workflows) == ['{"approved": true}']
    assert [(each["event"], each["by"], each["role"]) for each in told(aws)] == [
        ("AccessApproved", STELLA.user, "steward")
    ]


def test_two_roles_are_two_people(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    owner = Caller(OLGA.subject, OLGA.user, ("deposits", "stewards"), FOREVER)
    put_subscription(aws, **BOTH)
    assert call(function, asked(APPROVE, owner))[0] == 200
    status, problem = call(function, asked(APPROVE, owner))
    assert status == 403
    assert "one_person_fills_one_role" in problem["detail"]
    assert not answers(workflows)
    assert call(function, asked(APPROVE, STEFAN))[0] == 200
    assert answers(workflows) == ['{"approved": true}']


def test_steward_and_owner_approve_one_after_the_other(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_subscription(aws, **BOTH)
    assert call(function, asked(APPROVE, OLGA))[0] == 200
    assert not answers(workflows)
    assert call(function, asked(APPROVE, STELLA))[0] == 200
    assert answers(workflows) == ['{"approved": true}']


def test_nobody_approves_their_own_request(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_subscription(aws, **WAITING, requester=STELLA.user, requester_subject=STELLA.subject)
    status, problem = call(function, asked(APPROVE, STELLA))
    assert status == 403
    assert "nobody_reviews_their_own_request" in problem["detail"]
    assert (events(aws), answers(workflows)) == ([], [])


def test_who_has_lost_the_role_cannot_approve(function: Function, aws: World) -> None:
    put_subscription(aws, **WAITING)
    former = Caller(STELLA.subject, STELLA.user, (), FOREVER)
    assert call(function, asked(APPROVE, former))[0] == 404, "to them the request does not exist any more"
    assert call(function, asked(APPROVE, MARY))[0] == 403


@pytest.mark.parametrize("status", ["IN_FORCE", "ENDED", "REFUSED"])
def test_what_is_settled_stays_so(function: Function, aws: World, workflows: FakeWorkflows, status: str) -> None:
    put_subscription(aws, **WAITING | {"status": status})
    assert call(function, asked(APPROVE, STELLA))[0] == 409
    assert (events(aws), answers(workflows)) == ([], [])


def test_an_approval_twice_is_refused(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_subscription(aws, **WAITING)
    assert [call(function, asked(APPROVE, each))[0] for each in (STELLA, STEFAN)] == [200, 409]
    assert events(aws) == ["AccessApproved"]


def test_an_owner_who_has_left_has_not_approved(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_subscription(aws, **BOTH)
    call(function, asked(APPROVE, OLGA))
    put_product(aws, owner=OTTO.user)
    call(function, asked(APPROVE, STELLA))
    assert not answers(workflows), "the new owner has to approve"
    call(function, asked(APPROVE, OTTO))
    assert answers(workflows) == ['{"approved": true}']


def test_a_refusal_settles_the_request(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_subscription(aws, **WAITING)
    status, shown = call(function, asked(APPROVE, STELLA, {"decision": "refuse"}))
    assert (status, shown["status"], shown["reason"]) == (200, "REFUSED", "reviewer")
    assert answers(workflows) == ['{"approved": false}']
    assert "task_token" not in subscription_of(aws)


def test_an_approval_before_the_policies_have_decided_is_tried_again(function: Function, aws: World) -> None:
    put_subscription(aws)
    assert call(function, asked(APPROVE, STELLA))[0] == 503


def test_a_workflow_that_does_not_wait_any_more_is_no_error(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_subscription(aws, **WAITING)
    workflows.tokens_used.add(TOKEN)
    assert call(function, asked(APPROVE, STELLA))[0] == 200


@pytest.mark.parametrize("caller", [OLGA, STELLA, MARY], ids=["owner", "steward", "who has it"])
def test_a_grant_is_revoked_at_once_and_once(function: Function, aws: World, caller: Caller) -> None:
    put_subscription(aws, status="IN_FORCE")
    put_grant(aws)
    for _ in range(2):
        status, shown = call(function, asked(REVOKE, caller))
        assert (status, shown["status"], shown["reason"]) == (200, "ENDED", "revoked")
    assert grants(aws) == []
    assert [(each["event"], each["by"]) for each in told(aws)] == [("AccessEnded", caller.user)]


def test_others_revoke_nothing(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE", principal="group:energy")
    put_grant(aws, "group:energy")
    colleague = Caller("9b1d7f30", "erika@example.com", ("energy",), FOREVER)
    assert call(function, asked(REVOKE, colleague))[0] == 403
    assert call(function, asked(REVOKE, OTTO))[0] == 404
    assert grants(aws) == [("group:energy", "deposit-profiles")]


def test_a_revocation_leaves_the_grant_of_a_later_request(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE")
    put_grant(aws, subscription_id="another")
    call(function, asked(REVOKE, OLGA))
    assert len(grants(aws)) == 1


def test_who_asked_withdraws(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_subscription(aws, **WAITING)
    assert call(function, REVOKE)[1]["reason"] == "withdrawn"
    assert answers(workflows) == ['{"approved": false}']


def test_a_steward_decides_in_the_place_of_an_owner_who_left_until_there_is_another_one(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    product = put_product(aws, classification="internal", owner_left=True)
    asked_for = put_subscription(aws, needed=("owner",), task_token="token")
    status, shown = call(function, asked(APPROVE, STELLA))
    assert (status, [each["role"] for each in shown["approvals"]]) == (200, ["owner"])
    approved = Subscription.from_item(asked_for.to_item() | {"approvals": {"S": subscription_of(aws)["approvals"]}})
    assert with_valid_approvals(approved, product).missing == ()
    assert with_valid_approvals(approved, replace(product, owner="dora@example.com")).missing == ("owner",)


def test_a_request_that_failed_is_withdrawn(function: Function, aws: World) -> None:
    put_subscription(aws, status="FAILED")
    assert call(function, REVOKE)[1]["reason"] == "withdrawn"
