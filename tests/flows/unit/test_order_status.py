"""What a customer is told of an order."""

from typing import Any

import pytest

from tests.support.aws import ORDERS_TABLE, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("order_status.known.json")


def told(function: Function, number: str) -> Any:
    (value,) = EVENT["node"]["inputs"]
    return function(EVENT | {"node": EVENT["node"] | {"inputs": [value | {"value": number}]}})


@pytest.fixture(autouse=True)
def _orders(aws: World) -> None:
    aws.put_item(ORDERS_TABLE, order_number="10042", status="on its way", arrives_on="2 December")
    aws.put_item(ORDERS_TABLE, order_number="10043", status="being packed")


def test_the_status_and_the_day(function: Function) -> None:
    assert function(EVENT) == "Your order 10042 is on its way. It arrives on 2 December."
    assert told(function, "10043") == "Your order 10043 is being packed."


def test_an_unknown_number_is_told(function: Function) -> None:
    assert told(function, "7") == "There is no order 7. Please check its number."


def test_without_a_number_it_asks(function: Function) -> None:
    assert told(function, "") == "Which order do you mean? Please send us its number."


def test_an_agent_is_told_the_same_in_its_own_form(function: Function) -> None:
    reply = function(sample_event("order_status.agent.json"))
    assert (reply["response"]["actionGroup"], reply["response"]["function"]) == ("orders", "findOrder")
    body = reply["response"]["functionResponse"]["responseBody"]["TEXT"]["body"]
    assert body == "Your order 10042 is on its way. It arrives on 2 December."


def test_an_agent_that_gives_no_number_is_asked_for_one(function: Function) -> None:
    reply = function(sample_event("order_status.agent.json") | {"parameters": []})
    assert "send us its number" in str(reply)
