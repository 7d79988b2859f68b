"""Requests compared with grants, and repaired."""

from typing import Any

from tests.support.api_calls import MARY, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.governed_access import (
    STELLA,
    SUBSCRIPTION,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    subscription_of,
)
from tests.support.project import sample_event

EVENT = sample_event("verify_access.repair.json")
LATER = 4_102_444_000


def verified(function: Function, repair: bool) -> list[Any]:
    status, told = call(function, asked(EVENT, STELLA, {"repair": repair}))
    assert status == 200
    return [(each["problem"], each["principal"]) for each in told["differences"]]


def test_nothing_differs(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws, status="IN_FORCE")
    put_grant(aws)
    assert verified(function, repair=True) == []
    assert events(aws) == []


def test_differences_are_shown_and_then_repaired(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE")
    put_grant(aws, "group:energy", subscription_id="none")
    differences = [("missing", f"user:{MARY.user}"), ("foreign", "group:energy")]
    assert verified(function, repair=False) == differences
    assert grants(aws) == [("group:energy", "deposit-profiles")]
    assert verified(function, repair=True) == differences
    assert grants(aws) == [(f"user:{MARY.user}", "deposit-profiles")]
    assert events(aws) == ["AccessRepaired", "AccessRepaired"]
    assert verified(function, repair=False) == []


def test_a_grant_that_was_made_longer_by_hand_is_cut(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE", ends_at=LATER)
    put_grant(aws, ends_at=LATER + 1000)
    assert verified(function, repair=True) == [("missing", f"user:{MARY.user}")]
    assert verified(function, repair=False) == []


def test_what_is_over_is_ended(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE", ends_at=1)
    assert verified(function, repair=True) == [("over", f"user:{MARY.user}")]
    assert subscription_of(aws, SUBSCRIPTION)["reason"] == "over"


def test_only_stewards_verify(function: Function, aws: World) -> None:
    assert call(function, EVENT)[0] == 403
