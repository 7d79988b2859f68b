"""The bank's story with DataZone in an account of its own: two data lakes publish, marketing subscribes to the profiles
for certificates of deposit in DataZone's portal, gets exactly that, and loses it when DataZone revokes it.

Docent is in one account and DataZone in another: DataZone's events cross over, and Docent acts there by a role.
"""

import json
from typing import Any

import pytest

from tests.governance.stack.test_journey import UNTIL, create, until_it_is
from tests.support.api_client import ApiClient
from tests.support.pdfs import image_with, pdf
from tests.support.people import People
from tests.support.vector_stack import GOVERNANCE, VectorStack
from tests.support.waiting import wait_until
from tests.support.with_vectors import everybody, running_stack, stack

__all__ = ["everybody", "running_stack", "stack"]

PEOPLE = {"olga": ["deposits"], "lara": ["loans"], "stella": ["stewards"], "marta": ["marketing"], "noah": []}
PROFILES, LOANS = "lake-deposits", "lake-loans"
LAKES = {
    "lakes/222222222222/harbour.pdf": (PROFILES, "Thistlewood", "3,182"),
    "lakes/222222222222/summit.pdf": (PROFILES, "Marchbanks", "4,295"),
    "lakes/333333333333/loans.pdf": (LOANS, "Pemberton", "5,471"),
}


@pytest.fixture(scope="module")
def clients(vector_stack: VectorStack, everybody: People) -> dict[str, ApiClient]:
    return {
        who: ApiClient(vector_stack.target, everybody.token(f"{who}@bank.example", groups))
        for who, groups in PEOPLE.items()
    }


@pytest.fixture(scope="module")
def zone(vector_stack: VectorStack) -> Any:
    """DataZone as its administrator sees it."""
    return vector_stack.accounts.client(GOVERNANCE, "datazone")


@pytest.fixture(scope="module")
def known(vector_stack: VectorStack) -> dict[str, str]:
    return vector_stack.accounts.outputs[GOVERNANCE]


@pytest.fixture(scope="module")
def listings(
    vector_stack: VectorStack, clients: dict[str, ApiClient], zone: Any, known: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """What DataZone's catalogue shows, by product, once it shows all documents."""
    create(clients["olga"], PROFILES, "personal_data", "deposits")
    create(clients["lara"], LOANS, "personal_data", "loans")
    for key, (product_id, customer, worth) in LAKES.items():
        body = pdf([f"The certificate of customer {customer} is worth {worth} crowns."], [[image_with("Branch")]])
        vector_stack.put(key, body, json.dumps({"products": [product_id]}))

    def shown() -> dict[str, dict[str, Any]]:
        found = zone.search_listings(domainIdentifier=known["DomainId"], additionalAttributes=["FORMS"])["items"]
        assets = [each["assetListing"] for each in found]
        forms = [json.loads(each["additionalAttributes"]["forms"])["DocentProduct"] for each in assets]
        return {form["product_id"]: form | asset for form, asset in zip(forms, assets, strict=True)}

    wait_until(
        lambda: (
            {name: each["searchable"] for name, each in shown().items() if name in (PROFILES, LOANS)}
            == {PROFILES: 2, LOANS: 1}
        ),
        240,
    )
    return shown()


def knows(client: ApiClient, key: str) -> bool:
    _, customer, worth = LAKES[key]
    return worth in client.ask(f"How many crowns is the certificate of customer {customer} worth?")["answer"]


def test_marketing_subscribes_in_datazone_gets_exactly_that_and_loses_it(
    vector_stack: VectorStack,
    clients: dict[str, ApiClient],
    zone: Any,
    known: dict[str, str],
    listings: dict[str, dict[str, Any]],
) -> None:
    marta, stella, domain = clients["marta"], clients["stella"], {"domainIdentifier": known["DomainId"]}
    assert listings[PROFILES]["classification"] == "personal_data"
    assert not any(knows(marta, key) for key in LAKES)

    # Marta asks in the portal, for her project, which stands for Docent's group of the same name.
    user = zone.create_user_profile(userIdentifier="marta@bank.example", userType="SSO_USER", **domain)["id"]
    project = zone.create_project(name="marketing", **domain)["id"]
    member = {"member": {"userIdentifier": user}, "designation": "PROJECT_OWNER"}
    zone.create_project_membership(projectIdentifier=project, **member, **domain)
    portal = vector_stack.accounts.in_portal(GOVERNANCE, user)
    content = json.dumps({"purpose": "Certificates of deposit", "until": UNTIL})
    request_id = portal.create_subscription_request(
        subscribedPrincipals=[{"project": {"identifier": project}}],
        subscribedListings=[{"identifier": listings[PROFILES]["listingId"]}],
        requestReason="For the campaign of spring",
        metadataForms=[{"formName": "DocentAccess", "typeIdentifier": "DocentAccess", "content": content}],
        **domain,
    )["id"]

    def waiting() -> list[dict[str, Any]]:
        found = stella.call("GET", "/subscriptions", view="review")[1]["subscriptions"]
        return [each for each in found if each["product_id"] == PROFILES and each["needed"]]

    wait_until(lambda: len(waiting()) == 1, 120)
    (asked,) = waiting()
    about = {"group": "marketing", "requester": "marta@bank.example", "purpose": "Certificates of deposit"}
    assert {name: asked[name] for name in about} == about
    assert asked["needed"] == ["steward"]

    # Docent decides. Who asked does not approve, in DataZone or here.
    decision = f"/subscriptions/{asked['subscription_id']}/decision"
    assert marta.call("POST", decision, {"decision": "approve"})[0] == 403
    assert stella.call("POST", decision, {"decision": "approve"})[0] == 200
    until_it_is(stella, asked["subscription_id"], "IN_FORCE")
    found = [knows(marta, key) for key in LAKES]
    assert found == [True, True, False]
    assert not any(knows(clients["noah"], key) for key in LAKES)
    lookup = {"identifier": request_id, **domain}
    wait_until(lambda: zone.get_subscription_request_details(**lookup)["status"] == "ACCEPTED", 60)

    # DataZone asks for the fulfilment, and is told of it.
    environment = portal.create_environment(projectIdentifier=project, name="team", **domain)["id"]
    portal.create_subscription_target(
        environmentIdentifier=environment,
        name="docent",
        type="docent",
        subscriptionTargetConfig=[],
        authorizedPrincipals=[known["RoleArn"]],
        manageAccessRole=known["RoleArn"],
        applicableAssetTypes=["DocentDataProduct"],
        subscriptionGrantCreationMode="MANUAL",
        **domain,
    )
    entity = {"listing": {"identifier": listings[PROFILES]["listingId"], "revision": "1"}}
    grant = portal.create_subscription_grant(environmentIdentifier=environment, grantedEntity=entity, **domain)["id"]

    def fulfilment() -> str:
        return zone.get_subscription_grant(identifier=grant, **domain)["assets"][0]["status"]

    wait_until(lambda: fulfilment() == "GRANTED", 60)
    status, checked = stella.call("POST", "/subscriptions/verify", {"repair": False})
    assert status == 200
    assert [each for each in checked["differences"] if each["product_id"] in (PROFILES, LOANS)] == []
    assert checked["questions"] > 0

    # What is revoked in DataZone ends here, whatever it says of retaining.
    (subscription,) = zone.list_subscriptions(subscriptionRequestIdentifier=request_id, **domain)["items"]
    zone.revoke_subscription(identifier=subscription["id"], retainPermissions=True, **domain)
    ended = until_it_is(stella, asked["subscription_id"], "ENDED")
    assert ended["reason"] == "revoked"
    assert not any(knows(marta, key) for key in LAKES)
    wait_until(lambda: fulfilment() == "REVOKED", 60)
    checked = stella.call("POST", "/subscriptions/verify", {"repair": False})[1]
    assert [each for each in checked["differences"] if each["product_id"] in (PROFILES, LOANS)] == []


def test_a_product_that_is_retired_leaves_datazones_catalogue(
    clients: dict[str, ApiClient], zone: Any, known: dict[str, str], listings: dict[str, dict[str, Any]]
) -> None:
    lara, domain = clients["lara"], {"domainIdentifier": known["DomainId"]}
    version = lara.call("GET", f"/products/{LOANS}")[1]["version"]
    assert lara.call("PUT", f"/products/{LOANS}", {"version": version, "status": "retired"})[0] == 200
    lookup = {"identifier": listings[LOANS]["listingId"], **domain}
    wait_until(lambda: zone.get_listing(**lookup)["status"] == "INACTIVE", 60)


def test_each_anchor_of_the_log_is_in_the_governance_account_too(
    vector_stack: VectorStack, clients: dict[str, ApiClient], known: dict[str, str], listings: dict[str, Any]
) -> None:
    functions = vector_stack.target.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    names = [each["FunctionName"] for page in pages for each in page["Functions"]]
    (name,) = (each for each in names if "AnchorAudit" in each)
    reply = functions.invoke(FunctionName=name, Payload=b"{}")
    assert "FunctionError" not in reply
    last = json.loads(reply["Payload"].read())["sequence"]
    storage = vector_stack.accounts.client(GOVERNANCE, "s3")
    keys = [each["Key"] for each in storage.list_objects_v2(Bucket=known["BucketName"])["Contents"]]
    assert any(f"/{last}-" in key for key in keys)
    storage.close()
