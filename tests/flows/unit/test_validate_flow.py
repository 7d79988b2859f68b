"""A definition with what is wrong with it."""

from tests.support.api_calls import asked, call
from tests.support.aws import World
from tests.support.fake_flows import CUSTOMER_SERVICE
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("validate_flow.small.json")


def test_a_valid_flow_is_green(function: Function, aws: World) -> None:
    _, body = call(function, asked(EVENT, body={"definition": CUSTOMER_SERVICE}))
    assert (body["validations"], body["refusals"]) == ([], [])
    assert set(body["nodes"].values()) == {"green"}


def test_an_empty_flow_lacks_its_beginning_and_its_end(function: Function, aws: World) -> None:
    _, body = call(function, EVENT)
    assert {each["type"] for each in body["validations"]} >= {"MissingStartingNodes", "MissingEndingNodes"}


def test_what_bedrock_refuses_is_not_validated_further(function: Function, aws: World) -> None:
    twice = {**CUSTOMER_SERVICE, "nodes": [*CUSTOMER_SERVICE["nodes"], CUSTOMER_SERVICE["nodes"][0]]}
    _, body = call(function, asked(EVENT, body={"definition": twice}))
    assert body["refusals"]
    assert body["validations"] == []
