"""A request whose workflow failed is shown as failed, and not as waiting."""

import pytest

from tests.support.api_calls import MARY
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.governed_access import events, put_product, put_subscription, subscription_of
from tests.support.project import sample_event

EVENT = sample_event("fail_request.refused.json")


def test_a_request_that_waits_has_failed_and_again_changes_nothing(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws, task_token="token")
    assert [function(EVENT)["failed"] for _ in range(2)] == [True, False]
    row = subscription_of(aws)
    assert (row["status"], "task_token" in row) == ("FAILED", False)
    assert row["failure"] == '{"name": "MisconfiguredError", "message": "AWS refused the grant."}'
    assert events(aws) == ["AccessFailed"]


@pytest.mark.parametrize("status", ["IN_FORCE", "ENDED", "REFUSED"])
def test_what_is_settled_stays_so(function: Function, aws: World, status: str) -> None:
    put_subscription(aws, status=status)
    assert function(EVENT) == {"failed": False}
    assert (subscription_of(aws)["status"], events(aws)) == (status, [])


def test_a_late_event_does_not_fail_what_was_started_again(function: Function, aws: World) -> None:
    put_subscription(aws, requester=MARY.user, attempt=2)
    assert function(EVENT) == {"failed": False}
    assert subscription_of(aws)["status"] == "WAITING"
