"""Requests compared with grants, with what questions find and with DataZone, and repaired."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docent.errors.governance import DifferingAccessError
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import DOCUMENTS_TABLE, READERS_TABLE, SUBSCRIPTIONS_TABLE, World, session
from tests.support.fake_datazone import FakeDataZone, zone_for
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import INDEX_ID, Function
from tests.support.governed_access import (
    PRODUCT,
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
SCHEDULED = sample_event("verify_access.scheduled.json")
LATER = 4_102_444_000
FOUND = passage("Harbour has 8,414 crowns.", docent_document="a", docent_key="lake/harbour.pdf")


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


# --- what questions find ---


@pytest.fixture
def index(function: Function) -> Iterator[FakeIndex]:
    index = FakeIndex(INDEX_ID)
    with index.attached(session()):
        yield index


def put_document(aws: World, readers: dict[str, Any] | None = None, **values: Any) -> None:
    """What the product has."""
    readers = {"products": [PRODUCT]} | (readers or {})
    about = {"document_id": "a", "generation": "1", "key": "lake/harbour.pdf", "status": "INGESTED"}
    about |= {"answered_from": "1", "ingested_generation": "1", "readers": json.dumps(readers)}
    aws.put_item(DOCUMENTS_TABLE, **about | values)
    aws.put_item(READERS_TABLE, reader=f"product:{PRODUCT}", document_key="a", document_id="a")


def put_access(aws: World, status: str = "IN_FORCE") -> None:
    put_product(aws)
    put_subscription(aws, status=status, principal="group:marketing", ends_at=LATER)
    if status == "IN_FORCE":
        put_grant(aws, "group:marketing", ends_at=LATER)


def problems(function: Function) -> tuple[list[str], int]:
    status, told = call(function, asked(EVENT, STELLA, {"repair": False}))
    assert status == 200
    return [each["problem"] for each in told["differences"]], told["questions"]


def test_a_question_finds_what_is_granted(function: Function, aws: World, index: FakeIndex) -> None:
    put_access(aws)
    put_document(aws)
    index.passages = [FOUND]
    assert problems(function) == ([], 1)
    (search, *_) = index.asked("Retrieve")
    assert search["UserContext"] == {
        "UserId": "docent:verify",
        "Groups": [f"docent:product:{PRODUCT}", "marketing"],
    }


def test_a_question_that_does_not_find_what_is_granted_is_a_difference(
    function: Function, aws: World, index: FakeIndex
) -> None:
    put_access(aws)
    put_document(aws)
    assert problems(function) == (["unfound"], 1)


def test_nobody_finds_what_a_document_denies_them(function: Function, aws: World, index: FakeIndex) -> None:
    put_access(aws)
    put_document(aws, {"denied": {"groups": ["marketing"]}})
    assert problems(function) == ([], 1)


def test_a_question_that_still_finds_what_was_revoked_is_a_difference(
    function: Function, aws: World, index: FakeIndex
) -> None:
    """Whether or not the document's own row would have withheld it from the answer."""
    put_access(aws, "ENDED")
    put_document(aws)
    assert problems(function) == ([], 1)
    index.passages = [FOUND]
    assert problems(function) == (["found"], 1)


def test_who_may_read_a_document_in_another_way_may_find_it(function: Function, aws: World, index: FakeIndex) -> None:
    put_access(aws, "ENDED")
    put_document(aws, {"groups": ["marketing"]})
    index.passages = [FOUND]
    assert problems(function) == ([], 1)


def test_the_daily_check_fails_if_anything_differs(function: Function, aws: World, index: FakeIndex) -> None:
    put_access(aws)
    put_document(aws)
    with pytest.raises(DifferingAccessError, match="unfound"):
        function(SCHEDULED)
    index.passages = [FOUND]
    assert function(SCHEDULED) == {"questions": 1}


# --- what DataZone says ---


@pytest.fixture
def zone(function: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataZone]:
    with zone_for(function, tmp_path, monkeypatch) as zone, FakeWorkflows().attached(session()):
        zone.offer(PRODUCT)
        yield zone


def of_datazone(function: Function, repair: bool) -> list[tuple[str, str, str]]:
    status, told = call(function, asked(EVENT, STELLA, {"repair": repair}))
    assert status == 200
    return [(each["problem"], each["principal"], each["step"]) for each in told["differences"]]


def test_a_request_whose_event_never_came_is_taken(function: Function, aws: World, zone: FakeDataZone) -> None:
    put_product(aws)
    request_id = zone.ask()
    assert of_datazone(function, repair=False) == [("datazone", "-", "take")]
    assert of_datazone(function, repair=True) == [("datazone", "-", "take")]
    assert of_datazone(function, repair=False) == []
    (row,) = aws.items(SUBSCRIPTIONS_TABLE)
    assert (row["datazone_request"], row["status"]) == (request_id, "WAITING")


def test_a_subscription_that_stands_after_its_end_is_revoked(
    function: Function, aws: World, zone: FakeDataZone
) -> None:
    put_product(aws)
    request_id = zone.ask()
    zone.call("AcceptSubscriptionRequest", identifier=request_id)
    put_subscription(aws, **ours(zone, request_id), status="ENDED", reason="over")
    assert of_datazone(function, repair=True) == [("datazone", "group:marketing", "revoke")]
    assert of_datazone(function, repair=False) == []
    assert zone.subscriptions()[0]["status"] == "REVOKED"


def test_access_that_was_revoked_in_datazone_unheard_is_ended(
    function: Function, aws: World, zone: FakeDataZone
) -> None:
    put_product(aws)
    request_id = zone.ask()
    zone.call("AcceptSubscriptionRequest", identifier=request_id)
    own = ours(zone, request_id)
    put_subscription(aws, **own, status="IN_FORCE", ends_at=LATER)
    put_grant(aws, "group:marketing", subscription_id=own["subscription_id"], ends_at=LATER)
    assert of_datazone(function, repair=False) == []
    zone.call("RevokeSubscription", identifier=zone.subscriptions()[0]["id"])
    assert of_datazone(function, repair=True) == [("datazone", "group:marketing", "end")]
    assert grants(aws) == []


def ours(zone: FakeDataZone, request_id: str) -> dict[str, Any]:
    own = hashlib.sha256(f"{zone.domain}/{request_id}".encode()).hexdigest()[:32]
    return {"subscription_id": own, "principal": "group:marketing", "datazone_request": request_id}
