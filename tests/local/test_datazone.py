"""DataZone on the whole machine: signatures, IAM, projects, users of the portal, CloudFormation, and a restart."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.accounts import Accounts
from tests.support.machine import Machine

DOCENT, GOVERNANCE, LAKE, TEAM = "000000000000", "111111111111", "222222222222", "333333333333"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(ClientError) as error:
        yield
    response: Any = error.value.response
    assert response["Error"]["Code"] == code


@pytest.fixture(scope="module")
def accounts(machine: Machine) -> Accounts:
    """Docent's account has only the bus that Docent's stack would have."""
    accounts = Accounts(machine.settings)
    bus = accounts.client(DOCENT, "events").create_event_bus(Name="docent-events")["EventBusArn"]
    lake = accounts.deploy(LAKE, "producer", GovernanceAccount=GOVERNANCE, DocentSourceBucket="docent-documents")
    team = accounts.deploy(TEAM, "consumer", GovernanceAccount=GOVERNANCE)
    buses = {"ProducerBusArn": lake["BusArn"], "ConsumerBusArn": team["BusArn"]}
    accounts.deploy(GOVERNANCE, "governance", DocentAccount=DOCENT, **buses)
    accounts.listen(DOCENT, bus, "heard")
    return accounts


@pytest.fixture(scope="module")
def domain(accounts: Accounts) -> str:
    return accounts.outputs[GOVERNANCE]["DomainId"]


def listed(accounts: Accounts, name: str = "Profiles") -> str:
    """The listing of an asset of Docent's project."""
    zone, known = accounts.client(GOVERNANCE, "datazone"), accounts.outputs[GOVERNANCE]
    own = {"domainIdentifier": known["DomainId"], "owningProjectIdentifier": known["ProjectId"]}
    forms: list[Any] = []
    try:
        zone.create_asset_type(name="DocentDataProduct", formsInput={}, **own)
        asset = zone.create_asset(name=name, typeIdentifier="DocentDataProduct", formsInput=forms, **own)["id"]
        about = {"entityIdentifier": asset, "entityType": "ASSET", "action": "PUBLISH"}
        return zone.create_listing_change_set(domainIdentifier=known["DomainId"], **about)["listingId"]
    finally:
        zone.close()


def request(zone: Any, domain: str, project: str, listing: str) -> Any:
    return zone.create_subscription_request(
        domainIdentifier=domain,
        subscribedPrincipals=[{"project": {"identifier": project}}],
        subscribedListings=[{"identifier": listing}],
        requestReason="Campaign",
    )


def test_an_event_of_the_governance_account_arrives_in_the_other_accounts(accounts: Accounts, domain: str) -> None:
    """With the account and the source that it has on AWS: it was sent on by a rule."""
    zone = accounts.client(GOVERNANCE, "datazone")
    team = zone.create_project(domainIdentifier=domain, name="marketing")["id"]
    asked = request(zone, domain, team, listed(accounts))["id"]
    queues = {account: accounts.outputs[account]["SubscriptionsUrl"] for account in (LAKE, TEAM)}
    for account, queue in {DOCENT: "heard", **queues}.items():
        event = accounts.received(account, queue)
        assert (event["source"], event["account"]) == ("aws.datazone", GOVERNANCE), account
        assert event["detail-type"] == "Subscription Request Created"
        assert event["detail"]["metadata"]["id"] == asked
    zone.close()


def test_an_event_does_not_arrive_if_the_bus_or_the_role_does_not_allow_it(accounts: Accounts, domain: str) -> None:
    zone = accounts.client(GOVERNANCE, "datazone")
    buses = accounts.client(TEAM, "events")
    for account in (LAKE, TEAM):
        accounts.forget(account, accounts.outputs[account]["SubscriptionsUrl"])
    buses.remove_permission(EventBusName="docent-consumer-subscriptions", StatementId="governance-account")
    team = zone.create_project(domainIdentifier=domain, name="refused")["id"]
    request(zone, domain, team, listed(accounts))
    assert accounts.received(LAKE, accounts.outputs[LAKE]["SubscriptionsUrl"])
    assert accounts.is_silent(TEAM, accounts.outputs[TEAM]["SubscriptionsUrl"])
    zone.close()
    buses.close()


def test_only_the_events_of_aws_have_its_source(accounts: Accounts) -> None:
    entry = {"Source": "aws.datazone", "DetailType": "Subscription Request Created", "Detail": "{}"}
    for account in (DOCENT, LAKE):
        events = accounts.client(account, "events")
        reply = events.put_events(Entries=[entry])
        assert reply["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"
        events.close()


def test_the_role_of_docent_is_for_docents_functions(accounts: Accounts, domain: str) -> None:
    role = accounts.outputs[GOVERNANCE]["RoleArn"]
    with refused("AccessDenied"):
        accounts.assumed(LAKE, "docent-x", role)
    with refused("AccessDenied"):
        accounts.assumed(DOCENT, "another-function", role)
    docent = accounts.session_client(accounts.assumed(DOCENT, "docent-PublishAsset", role), "datazone")
    assert docent.list_subscription_requests(domainIdentifier=domain)["items"]
    with refused("AccessDeniedException"):
        docent.create_project(domainIdentifier=domain, name="mine")
    docent.close()


def test_projects_are_changed_by_their_members_only(accounts: Accounts, domain: str) -> None:
    """IAM allows it, and DataZone does not."""
    known = accounts.outputs[GOVERNANCE]
    stranger = accounts.session_client(accounts.role_session(GOVERNANCE, "stranger", "datazone:*"), "datazone")
    with refused("AccessDeniedException"):
        stranger.create_glossary(domainIdentifier=domain, owningProjectIdentifier=known["ProjectId"], name="mine")
    own = stranger.create_project(domainIdentifier=domain, name="stranger")["id"]
    assert stranger.create_glossary(domainIdentifier=domain, owningProjectIdentifier=own, name="mine")["id"]
    stranger.close()


def test_a_tag_makes_a_session_of_the_execution_role_a_user_of_the_portal(accounts: Accounts, domain: str) -> None:
    zone = accounts.client(GOVERNANCE, "datazone")
    user = zone.create_user_profile(domainIdentifier=domain, userIdentifier="marta@example.com", userType="SSO_USER")[
        "id"
    ]
    listing = listed(accounts)
    project = zone.create_project(domainIdentifier=domain, name="portal")["id"]
    marta = accounts.in_portal(GOVERNANCE, user)
    with refused("AccessDeniedException"):
        request(marta, domain, project, listing)
    member = {"userIdentifier": user}
    zone.create_project_membership(
        domainIdentifier=domain, projectIdentifier=project, member=member, designation="PROJECT_CONTRIBUTOR"
    )
    asked = request(marta, domain, project, listing)
    assert asked["createdBy"] == user
    details = zone.get_user_profile(domainIdentifier=domain, userIdentifier=user)["details"]
    assert details == {"sso": {"username": "marta@example.com"}}
    with refused("AccessDeniedException"):
        accounts.in_portal(GOVERNANCE, "00000000-0000-4000-8000-000000000000").list_projects(domainIdentifier=domain)
    tagged = accounts.role_session(GOVERNANCE, "impostor", "datazone:*", tags={"datazone:userId": user})
    with refused("AccessDeniedException"):
        accounts.session_client(tagged, "datazone").list_projects(domainIdentifier=domain)
    zone.close()


def test_requests_are_checked_as_the_service_checks_them(accounts: Accounts, domain: str) -> None:
    zone = accounts.client(GOVERNANCE, "datazone")
    with refused("ResourceNotFoundException"):
        zone.get_listing(domainIdentifier=domain, identifier="none")
    with refused("ResourceNotFoundException"):
        zone.get_project(domainIdentifier="dzd-none", identifier="none")
    with refused("ValidationException"):
        zone.create_project(domainIdentifier=domain, name="no/slash")
    with refused("ValidationException"):
        zone.list_domain_units_for_parent(domainIdentifier=domain, parentDomainUnitIdentifier="notoffered")
    zone.close()


def test_the_anchors_cannot_be_deleted(accounts: Accounts) -> None:
    role = accounts.outputs[GOVERNANCE]["RoleArn"]
    docent = accounts.session_client(accounts.assumed(DOCENT, "docent-AnchorAudit", role), "s3")
    bucket = accounts.outputs[GOVERNANCE]["BucketName"]
    version = docent.put_object(Bucket=bucket, Key="anchors/2026-11-29/1-a", Body=b"", ChecksumAlgorithm="SHA256")
    with refused("AccessDenied"):
        docent.put_object(Bucket=bucket, Key="elsewhere", Body=b"")
    with refused("AccessDenied"):
        accounts.client(GOVERNANCE, "s3").delete_object(
            Bucket=bucket, Key="anchors/2026-11-29/1-a", VersionId=version["VersionId"]
        )
    docent.close()


def test_everything_is_there_after_a_restart(machine: Machine, accounts: Accounts, domain: str) -> None:
    zone = accounts.client(GOVERNANCE, "datazone")
    before = zone.list_subscription_requests(domainIdentifier=domain)["items"]
    machine.restart()
    assert zone.list_subscription_requests(domainIdentifier=domain)["items"] == before
    team = zone.create_project(domainIdentifier=domain, name="later")["id"]
    request(zone, domain, team, listed(accounts))
    assert accounts.received(LAKE, accounts.outputs[LAKE]["SubscriptionsUrl"])
    zone.close()
