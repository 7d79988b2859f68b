"""What time does to grants: their end, reminders before it, and requests that lost their workflow."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.support.aws import PRODUCTS_TABLE, World, session
from tests.support.fake_service import FakeService
from tests.support.functions import Function
from tests.support.governed_access import (
    OLGA,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    subscription_of,
)
from tests.support.project import sample_event

EVENT = sample_event("review_grants.scheduled.json")
DAY = 86_400
NOW = 1_800_000_000


class FakeBus(FakeService):
    events: ClassVar = ("eventbridge",)  # the service's id; other fakes give its name

    def __call__(self, request: AWSPreparedRequest, event_name: str, **more: Any) -> AWSResponse:
        return super().__call__(request, event_name.replace(".eventbridge.", ".events."), **more)

    def PutEvents(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in request["Entries"]]}

    def told(self) -> list[tuple[str, int]]:
        entries = [entry for asked in self.asked("PutEvents") for entry in asked["Entries"]]
        return [(entry["DetailType"], json.loads(entry["Detail"])["days"]) for entry in entries]


class UserPool:
    """moto's."""

    def __init__(self) -> None:
        self.cognito: Any = session().client("cognito-idp")
        self.id = self.cognito.create_user_pool(PoolName="docent")["UserPool"]["Id"]

    def has(self, **users: bool) -> None:
        """Only these of example.com, enabled or not."""
        for each in self.cognito.list_users(UserPoolId=self.id)["Users"]:
            self.cognito.admin_delete_user(UserPoolId=self.id, Username=each["Username"])
        for name, is_enabled in users.items():
            email = f"{name}@example.com"
            attributes = [{"Name": "email", "Value": email}]
            self.cognito.admin_create_user(UserPoolId=self.id, Username=email, UserAttributes=attributes)
            if not is_enabled:
                self.cognito.admin_disable_user(UserPoolId=self.id, Username=email)


@pytest.fixture(autouse=True)
def pool(aws: World, function: Function) -> UserPool:
    pool = UserPool()
    pool.has(olga=True, dora=True)
    function.set(USER_POOL_ID=pool.id)
    return pool


@pytest.fixture
def bus(aws: World) -> Iterator[FakeBus]:
    bus = FakeBus()
    with bus.attached(session()):
        yield bus


@pytest.fixture(autouse=True)
def _published(aws: World) -> None:
    put_product(aws)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, function: Function) -> list[float]:
    now = [float(NOW)]
    monkeypatch.setattr(function.app.time, "time", lambda: now[0])
    return now


def test_what_is_over_is_written_into_the_log(function: Function, aws: World) -> None:
    put_subscription(aws, status="IN_FORCE", ends_at=NOW)
    put_grant(aws, ends_at=NOW)
    assert function(EVENT) == {"ended": 1, "expired": 0, "reminded": 0, "replaced": 0}
    assert (subscription_of(aws)["reason"], grants(aws), events(aws)) == ("over", [], ["AccessEnded"])
    assert function(EVENT)["ended"] == 0


def test_a_grant_that_was_written_while_its_product_was_retired_ends(function: Function, aws: World) -> None:
    put_product(aws, status="retired")
    put_subscription(aws, status="IN_FORCE", ends_at=NOW + 90 * DAY)
    put_grant(aws)
    assert function(EVENT)["ended"] == 1
    assert (subscription_of(aws)["reason"], grants(aws)) == ("retired", [])


def test_owners_are_asked_30_and_7_days_before_the_end_once_each(
    function: Function, aws: World, bus: FakeBus, clock: list[float]
) -> None:
    put_subscription(aws, status="IN_FORCE", ends_at=NOW + 40 * DAY)
    for day in (0, 11, 12, 34, 35):
        clock[0] = NOW + day * DAY
        function(EVENT)
    assert bus.told() == [("AccessEnding", 30), ("AccessEnding", 7)]


def test_a_short_grant_is_announced_once(function: Function, aws: World, bus: FakeBus) -> None:
    put_subscription(aws, status="IN_FORCE", ends_at=NOW + 3 * DAY)
    function(EVENT)
    function(EVENT)
    assert bus.told() == [("AccessEnding", 7)]


@pytest.mark.parametrize("status", ["WAITING", "FAILED"])
def test_a_request_that_lost_its_workflow_expires(function: Function, aws: World, status: str) -> None:
    put_subscription(aws, status=status, created_at="2026-11-29T06:00:00.000Z")
    assert function(EVENT)["expired"] == 1
    assert subscription_of(aws)["reason"] == "expired"


def owner_of(aws: World) -> tuple[str, bool]:
    (row,) = aws.items(PRODUCTS_TABLE)
    return row["owner"], row["owner_left"] == "true"


@pytest.mark.parametrize("users", [{}, {"olga": False}])
def test_an_owner_who_left_is_replaced_by_the_owner_of_the_department(
    function: Function, aws: World, pool: UserPool, users: dict[str, bool]
) -> None:
    put_product(aws)
    assert function(EVENT)["replaced"] == 0
    pool.has(dora=True, **users)
    assert [function(EVENT)["replaced"] for _ in range(2)] == [1, 0]
    assert owner_of(aws) == ("dora@example.com", False)
    assert events(aws) == ["ProductChanged"]


def test_without_somebody_to_replace_them_the_owner_is_known_to_have_left(
    function: Function, aws: World, pool: UserPool
) -> None:
    put_product(aws)
    for users, state in (
        ({}, (OLGA.user, True)),
        ({"olga": True}, (OLGA.user, False)),
        ({"dora": False}, (OLGA.user, True)),
        ({"dora": True}, ("dora@example.com", False)),
    ):
        pool.has(**users)
        assert (function(EVENT)["replaced"], owner_of(aws)) == (1, state)


def test_a_department_without_an_owner_waits_for_one(function: Function, aws: World, pool: UserPool) -> None:
    put_product(aws, department="harbour")
    pool.has()
    function(EVENT)
    assert owner_of(aws) == (OLGA.user, True)


def test_nobody_is_thought_to_have_left_whom_the_user_pool_cannot_find(
    function: Function, aws: World, pool: UserPool
) -> None:
    function.set(USER_CLAIM="custom:number")
    put_product(aws)
    pool.has()
    assert function(EVENT)["replaced"] == 0
