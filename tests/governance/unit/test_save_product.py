"""Data products: who can make, change, publish and retire them."""

import pytest

from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import PRODUCTS_TABLE, READERS_TABLE, World
from tests.support.functions import Function
from tests.support.governed_access import (
    OLGA,
    PRODUCT,
    STELLA,
    events,
    grants,
    put_grant,
    put_product,
    put_subscription,
    subscription_of,
    told,
)
from tests.support.project import sample_event

NEW, CHANGE = sample_event("save_product.new.json"), sample_event("save_product.published.json")


def test_who_makes_a_product_owns_it_and_it_is_a_draft(function: Function, aws: World) -> None:
    status, product = call(function, NEW)
    assert (status, product["owner"], product["status"], product["version"]) == (201, MARY.user, "draft", 1)
    assert aws.items(PRODUCTS_TABLE)[0]["classification"] == "personal_data"
    assert [(each["event"], each["by"], each["product_id"]) for each in told(aws)] == [
        ("ProductCreated", MARY.user, PRODUCT)
    ]


def test_an_id_is_given_once(function: Function, aws: World) -> None:
    call(function, NEW)
    assert call(function, asked(NEW, ERIKA))[0] == 409
    assert aws.items(PRODUCTS_TABLE)[0]["owner"] == MARY.user
    assert events(aws) == ["ProductCreated"]


def test_nobody_makes_the_product_that_strangers_documents_name_already(function: Function, aws: World) -> None:
    aws.put_item(READERS_TABLE, reader=f"product:{PRODUCT}", document_key="lake/profiles.pdf", document_id="a" * 32)
    assert call(function, NEW)[0] == 403
    assert call(function, asked(NEW, STELLA))[0] == 201


def test_a_department_is_a_group_of_its_maker(function: Function, aws: World) -> None:
    status, problem = call(function, asked(NEW, OLGA))
    assert (status, problem["errors"][0]["field"]) == (400, "/body/department")


def test_its_owner_publishes_it(function: Function, aws: World) -> None:
    put_product(aws, status="draft")
    status, product = call(function, asked(CHANGE, OLGA))
    assert (status, product["status"], product["version"]) == (200, "published", 2)
    assert told(aws)[0]["changed"] == {"status": "published"}


def test_others_cannot_change_it(function: Function, aws: World) -> None:
    put_product(aws, status="draft")
    assert call(function, CHANGE)[0] == 403
    assert aws.items(PRODUCTS_TABLE)[0]["status"] == "draft"


def test_a_change_of_what_has_changed_meanwhile_is_refused(function: Function, aws: World) -> None:
    put_product(aws, version=2)
    assert call(function, asked(CHANGE, OLGA))[0] == 409


@pytest.mark.parametrize("classification", ["public", "internal", "confidential"])
def test_only_a_steward_lowers_its_protection(function: Function, aws: World, classification: str) -> None:
    put_product(aws)
    lower = asked(CHANGE, OLGA, {"version": 1, "classification": classification})
    status, problem = call(function, lower)
    assert status == 403
    assert "only_stewards_lower_protection" in problem["detail"]
    assert call(function, asked(lower, STELLA))[0] == 200


def test_its_owner_raises_its_protection(function: Function, aws: World) -> None:
    put_product(aws, classification="internal")
    assert call(function, asked(CHANGE, OLGA, {"version": 1, "classification": "confidential"}))[0] == 200


def test_a_product_that_is_retired_ends_all_grants_and_stays_so(function: Function, aws: World) -> None:
    put_product(aws)
    put_subscription(aws, status="IN_FORCE")
    put_grant(aws)
    retired = asked(CHANGE, OLGA, {"version": 1, "status": "retired"})
    assert call(function, retired)[0] == 200
    assert (grants(aws), subscription_of(aws)["reason"]) == ([], "retired")
    assert call(function, asked(CHANGE, OLGA, {"version": 2, "status": "published"}))[0] == 400


def test_there_is_no_product_to_change(function: Function, aws: World) -> None:
    assert call(function, asked(CHANGE, OLGA))[0] == 404
