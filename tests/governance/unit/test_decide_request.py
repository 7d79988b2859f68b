"""The policies first: what they grant, whom they ask, and what no approval would help."""

import pytest

from tests.support.aws import World
from tests.support.functions import Function
from tests.support.governed_access import events, put_product, put_subscription, subscription_of
from tests.support.project import sample_event

EVENT = sample_event("decide_request.waiting.json")
SOON = 1_800_000_000  # seconds since 1970, within a year of the tests' clock


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, function: Function) -> None:
    monkeypatch.setattr(function.app.time, "time", lambda: SOON - 90 * 86_400.0)


@pytest.mark.parametrize(
    ("classification", "groups", "outcome", "roles"),
    [
        ("public", ("energy",), "allowed", []),
        ("internal", ("deposits",), "allowed", []),
        ("internal", ("energy",), "ask", ["owner"]),
        ("personal_data", ("deposits",), "ask", ["steward"]),
        ("confidential", ("deposits",), "ask", ["steward", "owner"]),
    ],
)
def test_classification_and_department_decide_who_is_asked(
    function: Function, aws: World, classification: str, groups: tuple[str, ...], outcome: str, roles: list[str]
) -> None:
    put_product(aws, classification=classification)
    put_subscription(aws, requester_groups=groups, ends_at=SOON)
    told = function(EVENT)
    assert (told["outcome"], told.get("roles", [])) == (outcome, roles)
    assert events(aws) == ["PolicyDecided"]
    assert function(EVENT) == told
    assert events(aws) == ["PolicyDecided"], "a second delivery changes nothing"


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_what_no_approval_would_help_is_refused(function: Function, aws: World, status: str) -> None:
    put_product(aws, status=status)
    put_subscription(aws, ends_at=SOON)
    assert function(EVENT) == {"outcome": "settled"}
    row = subscription_of(aws)
    assert (row["status"], row["reason"], row["policies"]) == ("REFUSED", "policy", '["only_published_products"]')


def test_access_for_longer_than_a_year_is_refused(function: Function, aws: World) -> None:
    put_product(aws, classification="public")
    put_subscription(aws, ends_at=SOON + 300 * 86_400)
    assert function(EVENT) == {"outcome": "settled"}
    assert subscription_of(aws)["policies"] == '["at_most_a_year"]'


def test_a_request_without_its_product_is_refused(function: Function, aws: World) -> None:
    put_subscription(aws, ends_at=SOON)
    assert function(EVENT) == {"outcome": "settled"}
    assert subscription_of(aws)["status"] == "REFUSED"


def test_a_request_that_is_settled_or_gone_is_left_alone(function: Function, aws: World) -> None:
    assert function(EVENT) == {"outcome": "settled"}
    put_product(aws)
    put_subscription(aws, status="REFUSED")
    assert function(EVENT) == {"outcome": "settled"}
    assert events(aws) == []
