"""The bank's story: two data lakes publish, marketing asks for what one product has, gets exactly that, and loses it.

Olga owns the profiles of customers with certificates of deposit, Lara the loans. Stella is a steward. Marta and Martin
are in marketing. Every decision is in a log, in which a changed entry shows.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.governance import read_log
from docent.documents import document_id_of
from governing.audit_chain import problems_of
from tests.support.api_client import ApiClient
from tests.support.pdfs import image_with, pdf
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.waiting import wait_until

PEOPLE = {
    "olga": ["deposits"],
    "lara": ["loans"],
    "stella": ["stewards"],
    "marta": ["marketing"],
    "martin": ["marketing"],
    "noah": [],
}
PROFILES, LOANS = "deposit-profiles", "loan-profiles"
LAKES = {
    "lake-retail/harbour.pdf": (PROFILES, "Quillfeather", "8,414"),
    "lake-private/summit.pdf": (PROFILES, "Rosenquist", "9,527"),
    "lake-retail/loans.pdf": (LOANS, "Silverberg", "7,636"),
}
UNTIL = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()


@pytest.fixture(scope="module")
def clients(running_stack: Stack, everybody: People) -> dict[str, ApiClient]:
    return {
        who: ApiClient(running_stack.target, everybody.token(f"{who}@example.com", groups))
        for who, groups in PEOPLE.items()
    }


def create(client: ApiClient, product_id: str, classification: str, department: str) -> None:
    made = {"product_id": product_id, "name": product_id, "classification": classification, "department": department}
    assert client.call("POST", "/products", made)[0] == 201
    status, product = client.call("PUT", f"/products/{product_id}", {"version": 1, "status": "published"})
    assert (status, product["status"]) == (200, "published")


def request(client: ApiClient, product_id: str, **more: Any) -> str:
    body = {"product_id": product_id, "purpose": "Campaign", "until": UNTIL} | more
    status, made = client.call("POST", "/subscriptions", body)
    assert status == 202, made
    return made["subscription_id"]


def until_it_is(client: ApiClient, subscription_id: str, *states: str) -> dict[str, Any]:
    """The request once the workflow has brought it there. `asked` stands for a request that waits for people."""

    def state() -> str:
        shown = client.call("GET", f"/subscriptions/{subscription_id}")[1]
        return "asked" if shown["status"] == "WAITING" and shown["needed"] else shown["status"]

    wait_until(lambda: state() in states, 120)
    return client.call("GET", f"/subscriptions/{subscription_id}")[1]


def question(keeper: str) -> str:
    return f"How many crowns is the certificate of customer {keeper} worth?"


def knows(client: ApiClient, key: str) -> bool:
    return LAKES[key][2] in client.ask(question(LAKES[key][1]))["answer"]


@pytest.fixture(scope="module")
def ids(running_stack: Stack, clients: dict[str, ApiClient]) -> dict[str, str]:
    """The document ids of what the data lakes have published, by key."""
    create(clients["olga"], PROFILES, "personal_data", "deposits")
    create(clients["lara"], LOANS, "personal_data", "loans")
    for key, (product_id, customer, worth) in LAKES.items():
        text = f"The certificate of customer {customer} is worth {worth} crowns."
        body = pdf([text], [[image_with(f"Customer {customer}\nbranch Harbour")]])
        running_stack.put(key, body, json.dumps({"products": [product_id]}))
    for key in LAKES:
        assert running_stack.settled(key)["status"] == "INGESTED"
    return {key: document_id_of(running_stack.library.bucket, key) for key in LAKES}


def test_marketing_gets_exactly_what_it_asked_for_and_loses_it(
    running_stack: Stack, clients: dict[str, ApiClient], ids: dict[str, str]
) -> None:
    marta, martin, stella, olga = (clients[who] for who in ("marta", "martin", "stella", "olga"))
    assert not any(knows(martin, key) for key in LAKES)
    assert not martin.documents() & set(ids.values())
    catalogue = marta.call("GET", "/products", text="deposit")[1]["products"]
    assert {each["product_id"]: each["granted"] for each in catalogue}[PROFILES] is False

    asked = request(marta, PROFILES, group="marketing")
    assert until_it_is(marta, asked, "asked")["needed"] == ["steward"]
    decision = f"/subscriptions/{asked}/decision"
    for who, status in (("marta", 403), ("martin", 403), ("olga", 403), ("noah", 404)):
        assert clients[who].call("POST", decision, {"decision": "approve"})[0] == status, who
    waiting = stella.call("GET", "/subscriptions", view="review")[1]["subscriptions"]
    assert asked in {each["subscription_id"] for each in waiting}
    assert stella.call("POST", decision, {"decision": "approve"})[0] == 200
    assert until_it_is(marta, asked, "IN_FORCE")["explanation"]["allowed"]
    assert stella.call("POST", decision, {"decision": "approve"})[0] == 409

    of_profiles = {ids[key] for key, (product_id, *_) in LAKES.items() if product_id == PROFILES}
    answer = martin.ask(question("Quillfeather"))
    assert "8,414" in answer["answer"]
    assert {citation["document_id"] for citation in answer["citations"]} <= of_profiles
    assert [knows(martin, key) for key in LAKES] == [True, True, False]
    assert martin.documents() & set(ids.values()) == of_profiles
    assert martin.call("GET", f"/documents/{ids['lake-retail/harbour.pdf']}/file")[0] == 200
    assert not knows(clients["noah"], "lake-retail/harbour.pdf")
    harbour = f"/documents/{ids['lake-retail/harbour.pdf']}/lineage"
    of_harbour = martin.call("GET", harbour)[1]
    assert [(each["outcome"], each["entries"] > 0) for each in of_harbour["images"]] == [("clean", True)]
    assert answer["turn_id"] in {each["turn_id"] for each in of_harbour["answers"]["own"]}
    assert "people" not in of_harbour["answers"]
    of_product = olga.call("GET", f"/products/{PROFILES}/lineage")[1]
    assert (of_product["documents"], of_product["withheld_documents"]) == ([], 2)
    assert [each["user"] for each in of_product["answers"]["people"]] == ["martin@example.com"]
    assert "Quillfeather" not in json.dumps(of_product)

    for _ in range(2):
        status, ended = olga.call("POST", f"/subscriptions/{asked}/revoke", {})
        assert (status, ended["status"], ended["reason"]) == (200, "ENDED", "revoked")
    assert [knows(martin, key) for key in LAKES] == [False, False, False]
    assert not martin.documents() & set(ids.values())
    for route in ("", "/file", "/lineage"):
        assert martin.call("GET", f"/documents/{ids['lake-retail/harbour.pdf']}{route}")[0] == 404
    (turn,) = martin.call("GET", f"/conversations/{answer['conversation_id']}")[1]["turns"]
    assert turn["withheld"] is True
    assert "8,414" not in json.dumps(turn)


@pytest.mark.parametrize(
    ("classification", "who", "needed"),
    [
        ("public", "noah", []),
        ("internal", "olga", []),
        ("internal", "marta", ["owner"]),
        ("confidential", "marta", ["steward", "owner"]),
    ],
)
def test_classification_and_department_decide_who_is_asked(
    clients: dict[str, ApiClient], classification: str, who: str, needed: list[str]
) -> None:
    product_id = f"story-{classification}-{who}"
    create(clients["lara"], product_id, classification, "loans")
    if not needed and classification == "internal":
        clients["lara"].call("PUT", f"/products/{product_id}", {"version": 2, "status": "retired"})
        product_id = f"{product_id}-2"
        create(clients["olga"], product_id, classification, "deposits")
    asked = request(clients[who], product_id)
    shown = until_it_is(clients[who], asked, "asked" if needed else "IN_FORCE")
    assert shown["needed"] == needed
    for role in needed:
        approver = clients["lara" if role == "owner" else "stella"]
        assert approver.call("POST", f"/subscriptions/{asked}/decision", {"decision": "approve"})[0] == 200
    assert until_it_is(clients[who], asked, "IN_FORCE")["explanation"]["otherwise"]
    assert clients[who].call("POST", f"/subscriptions/{asked}/revoke", {})[0] == 200


def test_a_request_whose_workflow_was_stopped_has_failed_and_is_started_again(
    running_stack: Stack, clients: dict[str, ApiClient], ids: dict[str, str]
) -> None:
    marta, stella, target = clients["marta"], clients["stella"], running_stack.target
    asked = request(marta, LOANS)
    until_it_is(marta, asked, "asked")
    execution = target.outputs["ApproveSubscriptionArn"].replace(":stateMachine:", ":execution:")
    target.client("stepfunctions").stop_execution(executionArn=f"{execution}:{asked}-1")
    assert until_it_is(marta, asked, "FAILED")["error"]["name"] == "ProcessingAbortedError"
    assert asked in {
        each["subscription_id"] for each in stella.call("GET", "/subscriptions", view="review")[1]["subscriptions"]
    }
    for _ in range(2):
        assert marta.call("POST", f"/subscriptions/{asked}/restart")[0] == 202
    until_it_is(marta, asked, "asked")
    assert stella.call("POST", f"/subscriptions/{asked}/decision", {"decision": "approve"})[0] == 200
    until_it_is(marta, asked, "IN_FORCE")
    assert marta.call("POST", f"/subscriptions/{asked}/revoke", {})[0] == 200


def test_the_log_is_whole_and_a_changed_entry_shows(
    running_stack: Stack, clients: dict[str, ApiClient], ids: dict[str, str]
) -> None:
    target, stella = running_stack.target, clients["stella"]
    functions = target.client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    (name,) = (
        each["FunctionName"] for page in pages for each in page["Functions"] if "AnchorAudit" in each["FunctionName"]
    )
    assert "FunctionError" not in functions.invoke(FunctionName=name, Payload=b"{}")

    def problems() -> list[str]:
        page = stella.call("GET", "/audit", limit=1000)[1]
        entries, anchors = read_log(iter([{"anchors": page["anchors"]}, *page["entries"]]))
        assert anchors
        assert len(entries) >= anchors[-1].sequence
        return problems_of(entries, anchors)

    assert problems() == []
    assert clients["marta"].call("GET", "/audit")[0] == 403
    key = {"chain": {"S": "governance"}, "sequence": {"N": "2"}}
    table = target.outputs["AuditTableName"]
    entry = target.dynamodb.get_item(TableName=table, Key=key)["Item"]
    changed = entry | {"told": {"S": entry["told"]["S"].replace("olga", "otto")}}
    target.dynamodb.put_item(TableName=table, Item=changed)
    try:
        (problem,) = problems()
        assert problem.startswith("Entry 2 was changed")
    finally:
        target.dynamodb.put_item(TableName=table, Item=entry)
    assert problems() == []
