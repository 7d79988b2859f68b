"""Who has asked for what, who has what, and why."""

from typing import Any

import pytest

from docent.callers import Caller
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.governed_access import OLGA, PRODUCT, STELLA, put_product, put_subscription
from tests.support.project import sample_event

LIST, ONE = sample_event("show_access.own.json"), sample_event("show_access.one.json")
GROUPS = "6f2c1a9b7e3d4c60a18b92d7f4e6031c"


@pytest.fixture(autouse=True)
def _asked(aws: World) -> None:
    put_product(aws)
    put_subscription(aws, needed=("steward",))
    put_subscription(aws, subscription_id=GROUPS, principal="group:energy", status="IN_FORCE", ends_at=1)


def listed(function: Function, caller: Caller, **query: str) -> set[str]:
    return {each["subscription_id"] for each in call(function, asked(LIST, caller, query=query))[1]["subscriptions"]}


def test_callers_see_their_own_and_those_of_their_groups(function: Function, aws: World) -> None:
    assert {caller.user: len(listed(function, caller)) for caller in (MARY, ERIKA, OTTO)} == {
        MARY.user: 2,
        ERIKA.user: 1,
        OTTO.user: 0,
    }


def test_owners_and_stewards_see_who_has_what(function: Function, aws: World) -> None:
    counts = [len(listed(function, caller, product_id=PRODUCT)) for caller in (OLGA, STELLA, ERIKA, OTTO)]
    assert counts == [2, 2, 1, 0]
    assert listed(function, OLGA, product_id=PRODUCT, status="IN_FORCE") == {GROUPS}


def test_what_waits_for_somebody_is_listed_for_them_alone(function: Function, aws: World) -> None:
    assert len(listed(function, STELLA, view="review")) == 1
    assert listed(function, OLGA, view="review") == {GROUPS}, "it ends soon"
    assert listed(function, MARY, view="review") == set()


def explained(function: Function, caller: Caller = MARY) -> dict[str, Any]:
    status, shown = call(function, asked(ONE, caller))
    assert status == 200
    return shown["explanation"]


def test_an_explanation_names_what_would_decide_otherwise(function: Function, aws: World) -> None:
    explanation = explained(function)
    assert explanation["allowed"] is False
    assert explanation["policies"] == [{"id": "at_most_a_year", "text": explanation["policies"][0]["text"]}]
    assert explanation["facts"][0]["name"] == "context.days"


def test_others_are_told_of_no_request(function: Function, aws: World) -> None:
    assert [call(function, asked(ONE, caller))[0] for caller in (MARY, OLGA, STELLA, ERIKA, OTTO)] == [
        200,
        200,
        200,
        404,
        404,
    ]
