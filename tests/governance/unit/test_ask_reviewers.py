"""A request that waits for people: its token, and decisions that were faster."""

from collections.abc import Iterator

import pytest

from tests.support.aws import World, session
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.governed_access import OLGA, STELLA, put_product, put_subscription, subscription_of
from tests.support.project import sample_event

EVENT = sample_event("ask_reviewers.waiting.json")


@pytest.fixture(autouse=True)
def workflows(aws: World) -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def test_the_token_is_kept(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_product(aws)
    put_subscription(aws, needed=("steward",))
    function(EVENT)
    assert subscription_of(aws)["task_token"] == EVENT["task_token"]
    assert not workflows.requests


def test_who_approved_before_is_not_waited_for(function: Function, aws: World, workflows: FakeWorkflows) -> None:
    put_product(aws)
    approval = {"user": STELLA.user, "subject": STELLA.subject, "at": ""}
    put_subscription(aws, needed=("steward",), approvals={"steward": approval})
    function(EVENT)
    assert workflows.asked("SendTaskSuccess")[0]["output"] == '{"approved": true}'


def test_the_approval_of_a_former_owner_does_not_count(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_product(aws, owner="new@example.com")
    approval = {"user": OLGA.user, "subject": OLGA.subject, "at": ""}
    put_subscription(aws, needed=("owner",), approvals={"owner": approval})
    function(EVENT)
    assert not workflows.requests


def test_a_request_that_was_settled_meanwhile_is_not_waited_for(
    function: Function, aws: World, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    put_subscription(aws, status="REFUSED")
    function(EVENT)
    assert workflows.asked("SendTaskSuccess")[0]["output"] == '{"approved": false}'
    assert "task_token" not in subscription_of(aws)
