"""A request at its end: granted and read back, refused, or expired."""

from typing import Any

import pytest

from tests.support.aws import GRANTS_TABLE, World, session
from tests.support.functions import Function
from tests.support.governed_access import (
    OLGA,
    STELLA,
    SUBSCRIPTION,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    subscription_of,
)
from tests.support.hooks import hooks_of
from tests.support.project import sample_event

EVENT = sample_event("settle_request.approved.json")
SOON = 1_800_000_000
BY_STELLA = {"steward": {"user": STELLA.user, "subject": STELLA.subject, "at": ""}}
BY_OLGA = {"owner": {"user": OLGA.user, "subject": OLGA.subject, "at": ""}}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, function: Function) -> None:
    monkeypatch.setattr(function.app.time, "time", lambda: SOON - 90 * 86_400.0)


def waiting(aws: World, approvals: dict[str, Any], **changes: Any) -> None:
    put_subscription(aws, **{"ends_at": SOON, "approvals": approvals, **changes})


def test_what_is_approved_is_in_force_and_again_changes_nothing(function: Function, aws: World) -> None:
    put_product(aws)
    waiting(aws, BY_STELLA)
    for _ in range(2):
        assert function(EVENT) == {"status": "IN_FORCE"}
    (row,) = aws.items(GRANTS_TABLE)
    assert (row["subscription_id"], int(row["ends_at"]), row["purpose"]) == (SUBSCRIPTION, SOON, "Campaign")
    assert events(aws) == ["AccessGranted"]


def test_what_became_stricter_meanwhile_is_refused(function: Function, aws: World) -> None:
    put_product(aws, classification="confidential")
    waiting(aws, BY_STELLA)
    assert function(EVENT) == {"status": "REFUSED"}
    assert grants(aws) == []


def test_the_approval_of_a_former_owner_does_not_count(function: Function, aws: World) -> None:
    put_product(aws, classification="confidential", owner="new@example.com")
    waiting(aws, BY_STELLA | BY_OLGA)
    assert function(EVENT) == {"status": "REFUSED"}


def test_a_grant_ends_if_its_product_was_retired_at_the_same_moment(function: Function, aws: World) -> None:
    put_product(aws)
    waiting(aws, BY_STELLA)

    def retire(**_: Any) -> None:
        put_product(aws, status="retired")

    with hooks_of(session()).hooked(retire, "before-call.dynamodb.TransactWriteItems"):
        assert function(EVENT) == {"status": "ENDED"}
    assert (subscription_of(aws)["reason"], grants(aws)) == ("policy", [])
    assert events(aws) == ["AccessGranted", "AccessEnded"]


def test_a_request_that_nobody_decided_expires(function: Function, aws: World) -> None:
    put_product(aws, classification="public")
    waiting(aws, {})
    assert function(EVENT | {"expired": True}) == {"status": "REFUSED"}
    assert (subscription_of(aws)["reason"], grants(aws)) == ("expired", [])


def test_a_prolongation_replaces_the_grant_and_ends_the_earlier_request(function: Function, aws: World) -> None:
    earlier = "6" * 32
    put_product(aws)
    put_subscription(aws, subscription_id=earlier, status="IN_FORCE", ends_at=SOON - 80 * 86_400)
    put_grant(aws, subscription_id=earlier, ends_at=SOON - 80 * 86_400)
    waiting(aws, BY_STELLA, prolongs=earlier)
    assert function(EVENT) == {"status": "IN_FORCE"}
    (row,) = aws.items(GRANTS_TABLE)
    assert (row["subscription_id"], int(row["ends_at"])) == (SUBSCRIPTION, SOON)
    assert (subscription_of(aws, earlier)["status"], subscription_of(aws, earlier)["reason"]) == ("ENDED", "prolonged")


def test_the_grant_of_another_request_is_not_replaced(function: Function, aws: World) -> None:
    put_product(aws)
    put_grant(aws, subscription_id="another")
    waiting(aws, BY_STELLA)
    assert function(EVENT) == {"status": "WAITING"}
    assert aws.items(GRANTS_TABLE)[0]["subscription_id"] == "another"


def test_what_was_withdrawn_stays_so(function: Function, aws: World) -> None:
    put_product(aws, classification="public")
    waiting(aws, {}, status="REFUSED")
    assert function(EVENT) == {"status": "REFUSED"}
    assert grants(aws) == []
