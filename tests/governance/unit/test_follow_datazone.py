"""Requests in DataZone: taken, decided here, reported there, in whatever order their events come."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.aws import GRANTS_TABLE, SUBSCRIPTIONS_TABLE, World, session
from tests.support.fake_datazone import UNTIL, FakeDataZone, zone_for
from tests.support.fake_workflows import FakeWorkflows
from tests.support.functions import Function
from tests.support.governed_access import (
    ENDS_AT,
    PRODUCT,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    told,
)
from tests.support.project import sample_event

MARKETING = "group:marketing"
CREATED, ACCEPTED, REJECTED = (f"Subscription Request {word}" for word in ("Created", "Accepted", "Rejected"))


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch, function: Function) -> None:
    monkeypatch.setattr(function.app.time, "time", lambda: 1_796_000_000.0)  # a day of November 2026


@pytest.fixture
def zone(function: Function, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataZone]:
    """With the product of `put_product`, as publish_asset lists it."""
    with zone_for(function, tmp_path, monkeypatch) as zone:
        zone.offer(PRODUCT)
        yield zone


@pytest.fixture
def workflows() -> Iterator[FakeWorkflows]:
    workflows = FakeWorkflows()
    with workflows.attached(session()):
        yield workflows


def row(aws: World) -> dict[str, Any]:
    (found,) = aws.items(SUBSCRIPTIONS_TABLE)
    return found


def stream_of(aws: World) -> dict[str, Any]:
    """The stream of the requests table, as if every row had just changed."""
    images = [{name: {"S": value} for name, value in each.items()} for each in aws.items(SUBSCRIPTIONS_TABLE)]
    return {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": image}} for image in images]}


def settle(aws: World, status: str, reason: str = "") -> None:
    """What approve_subscription does with the only request."""
    own = row(aws)
    own |= {"status": status, "reason": reason, "ends_at": int(own["ends_at"])}
    own["reminded_days"] = 0
    aws.put_item(SUBSCRIPTIONS_TABLE, **own)
    aws.delete_items(GRANTS_TABLE)
    if status == "IN_FORCE":
        put_grant(aws, own["principal"], subscription_id=own["subscription_id"])


def follow_all(function: Function, zone: FakeDataZone) -> None:
    """The events of DataZone, and those that follow from them."""
    while zone.heard:
        function(zone.heard.pop(0))


def test_a_request_in_datazone_starts_the_workflow(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    assert function(zone.event(CREATED)) == {"steps": 1}
    own = row(aws)
    assert {name: own[name] for name in ("product_id", "principal", "requester", "purpose", "status")} == {
        "product_id": PRODUCT,
        "principal": MARKETING,
        "requester": "marta@example.com",
        "purpose": "Campaign",
        "status": "WAITING",
    }
    assert own["datazone_request"] == request_id
    (started,) = workflows.asked("StartExecution")
    assert started["name"] == f"{own['subscription_id']}-1"
    assert events(aws) == ["AccessRequested"]


def test_the_events_of_the_engine_are_like_the_sample(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """The sample is as AWS's documentation and users show it. Its domain is not ours."""
    zone.ask()
    sample, event = sample_event("follow_datazone.requested.json"), zone.event(CREATED)
    for part in ("metadata", "data"):
        assert set(sample["detail"][part]) == set(event["detail"][part]), part
    assert function(sample) == {"steps": 0}


def test_an_event_that_comes_twice_changes_nothing(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    zone.ask()
    for steps in (1, 0):
        assert function(zone.event(CREATED)) == {"steps": steps}
    assert {asked["name"] for asked in workflows.asked("StartExecution")} == {f"{row(aws)['subscription_id']}-1"}
    assert events(aws) == ["AccessRequested"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1, 0)])
def test_events_in_any_order_lead_to_the_same(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, order: tuple[int, ...]
) -> None:
    """Asked, and withdrawn before anybody heard of it."""
    put_product(aws)
    request_id = zone.ask()
    function(zone.event(CREATED))
    zone.call("DeleteSubscriptionRequest", zone.marta, identifier=request_id)
    heard = [zone.event(CREATED), zone.event("Subscription Request Deleted")]
    for each in order:
        function(heard[each])
    assert (row(aws)["status"], row(aws)["reason"]) == ("REFUSED", "withdrawn")
    assert events(aws) == ["AccessRequested", "AccessRefused"]


def test_a_request_that_was_withdrawn_before_its_event_came_is_not_taken(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    zone.call("DeleteSubscriptionRequest", zone.marta, identifier=zone.ask())
    function(zone.event(CREATED))
    assert aws.items(SUBSCRIPTIONS_TABLE) == []


@pytest.mark.parametrize(
    "foreign",
    [
        {"account": "999999999999"},
        {"source": "custom.datazone"},
        {"metadata": {"domain": "dzd-somebodyelse"}},
    ],
)
def test_an_event_of_a_foreign_domain_is_not_followed(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, foreign: dict[str, Any]
) -> None:
    put_product(aws)
    zone.ask()
    event = zone.event(CREATED)
    metadata = event["detail"]["metadata"] | foreign.get("metadata", {})
    asked = len(zone.requests)
    told_of = event | {name: value for name, value in foreign.items() if name != "metadata"}
    assert function(told_of | {"detail": event["detail"] | {"metadata": metadata}}) == {"steps": 0}
    assert (aws.items(SUBSCRIPTIONS_TABLE), len(zone.requests)) == ([], asked)


def test_an_event_that_was_made_up_finds_no_request(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    zone.ask()
    event = zone.event(CREATED)
    event["detail"]["metadata"]["id"] = "nosuchrequest"
    assert function(event) == {"steps": 0}
    assert aws.items(SUBSCRIPTIONS_TABLE) == []


def test_what_others_offer_in_the_domain_is_none_of_our_business(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """Even if another project gives its asset the id of one of our products."""
    other = zone.call("CreateProject", name="other")["id"]
    request_id = zone.ask(zone.offer(PRODUCT, other))
    assert function(zone.event(CREATED)) == {"steps": 0}
    assert aws.items(SUBSCRIPTIONS_TABLE) == []
    assert zone.request(request_id)["status"] == "PENDING"


def test_what_docent_grants_is_accepted_and_reported(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    follow_all(function, zone)
    settle(aws, "IN_FORCE")
    function(stream_of(aws))
    accepted = zone.request(request_id)
    assert accepted["status"] == "ACCEPTED"
    assert accepted["decisionComment"] == f"Docent has granted it until the end of {UNTIL}."
    assert zone.subscriptions()[0]["status"] == "APPROVED"
    environment, listing = zone.target(), zone.listings()[0]["id"]
    granted = {"listing": {"identifier": listing, "revision": "1"}}
    zone.call("CreateSubscriptionGrant", zone.marta, environmentIdentifier=environment, grantedEntity=granted)
    follow_all(function, zone)
    assert zone.grants() == ["GRANTED"]
    assert row(aws)["status"] == "IN_FORCE"


def test_a_workflow_that_was_started_already_is_not_started_again(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """Whoever made the row may have ended before it started the workflow, and names are taken for 90 days."""
    put_product(aws)
    zone.ask()
    workflows.fail("ThrottlingException", "ThrottlingException", "ThrottlingException")
    with pytest.raises(Exception, match="ThrottlingException"):
        function(zone.event(CREATED))
    assert function(zone.event(CREATED)) == {"steps": 0}
    workflows.fail("ExecutionAlreadyExists")
    assert function(zone.event(CREATED)) == {"steps": 0}


def test_a_request_whose_workflow_failed_waits_for_its_restart_or_for_its_withdrawal(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    function(zone.event(CREATED))
    settle(aws, "FAILED")
    assert function(zone.event(CREATED)) == {"steps": 0}
    assert zone.request(request_id)["status"] == "PENDING"
    zone.call("DeleteSubscriptionRequest", zone.marta, identifier=request_id)
    function(zone.event(CREATED))
    assert (row(aws)["status"], row(aws)["reason"]) == ("REFUSED", "withdrawn")


def test_nothing_is_accepted_or_reported_that_cannot_be_read_back(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    follow_all(function, zone)
    settle(aws, "IN_FORCE")
    aws.delete_items(GRANTS_TABLE)
    function(stream_of(aws))
    assert zone.request(request_id)["status"] == "PENDING"


@pytest.mark.parametrize(("reason", "comment"), [("policy", "No policy"), ("reviewer", "A reviewer")])
def test_what_docent_refuses_is_rejected_with_the_reason(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, reason: str, comment: str
) -> None:
    put_product(aws)
    request_id = zone.ask()
    follow_all(function, zone)
    settle(aws, "REFUSED", reason)
    for _ in range(2):
        function(stream_of(aws))
    shown = zone.request(request_id)
    assert shown["status"] == "REJECTED"
    assert shown["decisionComment"].startswith(comment)


def granted(function: Function, aws: World, zone: FakeDataZone) -> str:
    """The id of a subscription that is in force here and fulfilled there."""
    put_product(aws)
    zone.ask()
    follow_all(function, zone)
    settle(aws, "IN_FORCE")
    function(stream_of(aws))
    environment, listing = zone.target(), zone.listings()[0]["id"]
    entity = {"listing": {"identifier": listing, "revision": "1"}}
    zone.call("CreateSubscriptionGrant", zone.marta, environmentIdentifier=environment, grantedEntity=entity)
    follow_all(function, zone)
    assert zone.grants() == ["GRANTED"]
    return zone.subscriptions()[0]["id"]


@pytest.mark.parametrize("retain", [False, True])
def test_a_revocation_in_datazone_ends_the_access_even_if_it_asks_to_retain_it(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, retain: bool
) -> None:
    subscription = granted(function, aws, zone)
    zone.call("RevokeSubscription", identifier=subscription, retainPermissions=retain)
    heard = list(zone.heard)
    follow_all(function, zone)
    assert (grants(aws), row(aws)["reason"], zone.grants()) == ([], "revoked", ["REVOKED"])
    asked = events(aws)
    for event in reversed(heard):
        function(event)
    assert events(aws) == asked


def test_who_cancels_in_datazone_loses_the_access(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    subscription = granted(function, aws, zone)
    zone.call("CancelSubscription", zone.marta, identifier=subscription)
    follow_all(function, zone)
    assert (grants(aws), zone.grants()) == ([], ["REVOKED"])


def test_a_fulfilment_that_is_given_back_ends_the_access(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    granted(function, aws, zone)
    (grant,) = zone.call("ListSubscriptionGrants")["items"]
    zone.call("DeleteSubscriptionGrant", zone.marta, identifier=grant["id"])
    follow_all(function, zone)
    assert (grants(aws), zone.grants(), zone.subscriptions()[0]["status"]) == ([], ["REVOKED"], "REVOKED")


@pytest.mark.parametrize("reason", ["over", "retired", "revoked", "policy"])
def test_what_ends_here_is_revoked_there_and_reported_only_then(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, reason: str
) -> None:
    granted(function, aws, zone)
    settle(aws, "ENDED", reason)
    function(stream_of(aws))
    follow_all(function, zone)
    assert (zone.subscriptions()[0]["status"], zone.grants()) == ("REVOKED", ["REVOKED"])


def test_what_datazone_accepts_by_itself_waits_for_the_policies(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """Who owns the listing asks for it. What the policies refuse is revoked."""
    put_product(aws)
    owner = zone.user("olga@example.com", zone.project)
    member = {"userIdentifier": owner}
    zone.call("CreateProjectMembership", projectIdentifier=zone.team, member=member, designation="PROJECT_OWNER")
    request_id = zone.ask(by=owner)
    assert zone.event(ACCEPTED)["detail"]["data"]["autoApproved"] is True
    assert zone.event(ACCEPTED)["detail"]["data"]["status"] == "PENDING"
    follow_all(function, zone)
    assert zone.request(request_id)["status"] == "ACCEPTED"
    assert (row(aws)["status"], grants(aws)) == ("WAITING", [])
    settle(aws, "REFUSED", "policy")
    function(stream_of(aws))
    assert zone.subscriptions()[0]["status"] == "REVOKED"


@pytest.mark.parametrize("after_created", [True, False])
def test_who_accepts_their_own_request_in_datazone_is_refused(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, after_created: bool
) -> None:
    put_product(aws)
    request_id = zone.ask()
    if after_created:
        function(zone.event(CREATED))
    member = {"userIdentifier": zone.marta}
    zone.call("CreateProjectMembership", projectIdentifier=zone.project, member=member, designation="PROJECT_OWNER")
    zone.call("AcceptSubscriptionRequest", zone.marta, identifier=request_id)
    function(zone.event(ACCEPTED))
    assert (row(aws)["status"], row(aws)["reason"]) == ("REFUSED", "self_approval")
    assert zone.subscriptions()[0]["status"] == "REVOKED"


def test_another_persons_acceptance_in_datazone_is_no_approval(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    reviewer = zone.user("rita@example.com", zone.project)
    zone.call("AcceptSubscriptionRequest", reviewer, identifier=request_id)
    follow_all(function, zone)
    assert (row(aws)["status"], row(aws)["approvals"], grants(aws)) == ("WAITING", "{}", [])


def test_a_rejection_in_datazone_withdraws_the_request(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    request_id = zone.ask()
    function(zone.event(CREATED))
    waiting = row(aws) | {"task_token": "token", "ends_at": int(row(aws)["ends_at"]), "reminded_days": 0}
    aws.put_item(SUBSCRIPTIONS_TABLE, **waiting)
    zone.call("RejectSubscriptionRequest", identifier=request_id)
    function(zone.event(REJECTED))
    assert (row(aws)["status"], row(aws)["reason"]) == ("REFUSED", "withdrawn")
    assert workflows.tokens_used == {"token"}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"until": "2027-02-30"}, "Tell the last day"),
        ({"until": ""}, "Tell the last day"),
        ({"until": "2020-01-01"}, "is over"),
        ({"subscribedPrincipals": [{"iam": {"identifier": "arn:aws:iam::111122223333:role/x"}}]}, "Ask for a project"),
    ],
)
def test_a_request_that_cannot_be_taken_is_rejected_with_the_reason_and_noted_once(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, asked: dict[str, Any], why: str
) -> None:
    put_product(aws)
    request_id = zone.ask(**asked)
    for _ in range(2):
        function(zone.event(CREATED))
    assert why in zone.request(request_id)["decisionComment"]
    assert aws.items(SUBSCRIPTIONS_TABLE) == []
    (noted,) = told(aws)
    assert (noted["event"], noted["datazone_request"]) == ("AccessRefused", request_id)


def test_roles_are_nobody_whom_docent_knows(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """A session of a role can have anybody's name."""
    put_product(aws)
    role = zone.user("arn:aws:sts::111122223333:assumed-role/x/olga@example.com", zone.team, "IAM_ROLE")
    request_id = zone.ask(by=role)
    function(zone.event(CREATED))
    assert "as a user" in zone.request(request_id)["decisionComment"]


def test_a_second_request_of_the_same_group_is_rejected_while_the_first_waits(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    put_subscription(aws, principal=MARKETING)
    request_id = zone.ask()
    function(zone.event(CREATED))
    assert "open request" in zone.request(request_id)["decisionComment"]


def test_a_request_while_access_is_in_force_prolongs_it_and_ends_no_subscription(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    granted(function, aws, zone)
    first = row(aws)["subscription_id"]
    zone.ask(until="2027-06-30")
    function(zone.event(CREATED))
    second = next(each for each in aws.items(SUBSCRIPTIONS_TABLE) if each["subscription_id"] != first)
    assert second["prolongs"] == first
    aws.put_item(
        SUBSCRIPTIONS_TABLE,
        **row_of(aws, first) | {"status": "ENDED", "reason": "prolonged"},
    )
    aws.put_item(SUBSCRIPTIONS_TABLE, **row_of(aws, second["subscription_id"]) | {"status": "IN_FORCE"})
    put_grant(aws, MARKETING, subscription_id=second["subscription_id"])
    function(stream_of(aws))
    follow_all(function, zone)
    assert [each["status"] for each in zone.subscriptions()] == ["APPROVED"]
    assert zone.grants() == ["GRANTED"]


def row_of(aws: World, subscription_id: str) -> dict[str, Any]:
    found = next(each for each in aws.items(SUBSCRIPTIONS_TABLE) if each["subscription_id"] == subscription_id)
    return found | {"ends_at": int(found["ends_at"]), "reminded_days": 0}


@pytest.mark.parametrize("change", [{"name": "Renamed"}, {"status": "retired"}, None])
def test_a_product_that_is_renamed_retired_or_gone_does_not_stop_the_request_from_being_decided(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows, change: dict[str, Any] | None
) -> None:
    """decide_request looks at the product as it is then."""
    if change is not None:
        put_product(aws, **change)
    zone.ask()
    function(zone.event(CREATED))
    assert row(aws)["product_id"] == PRODUCT
    assert len(workflows.asked("StartExecution")) == 1


def test_a_product_that_moved_to_another_project_meanwhile_is_not_granted_by_us(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    """Its asset was deleted while the request was open, and another project offers the same."""
    put_product(aws)
    request_id = zone.ask()
    listing = zone.request(request_id)["subscribedListings"][0]
    asset = listing["item"]["assetListing"]["entityId"]
    unpublished = {"entityIdentifier": asset, "entityType": "ASSET", "action": "UNPUBLISH"}
    zone.call("CreateListingChangeSet", **unpublished)
    zone.call("DeleteAsset", identifier=asset)
    assert function(zone.event(CREATED)) == {"steps": 0}
    assert aws.items(SUBSCRIPTIONS_TABLE) == []


def test_what_was_asked_for_here_is_of_no_interest_there(
    function: Function, aws: World, zone: FakeDataZone, workflows: FakeWorkflows
) -> None:
    put_product(aws)
    put_subscription(aws, status="IN_FORCE", ends_at=ENDS_AT)
    assert function(stream_of(aws)) == {"steps": 0}
    assert zone.requests == []
