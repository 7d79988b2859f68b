"""Differences by meaning: what a person would call a change, and no secret."""

import copy
import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.flow_differences import Difference, differences
from tests.support.fake_flows import CUSTOMER_SERVICE
from tests.support.project import ROOT


def changed() -> tuple[Any, dict[str, Any]]:
    definition = copy.deepcopy(CUSTOMER_SERVICE)
    return definition, {node["name"]: node for node in definition["nodes"]}


def prompt_of(node: Any) -> Any:
    return node["configuration"]["prompt"]["sourceConfiguration"]["inline"]


@given(st.randoms())
def test_order_means_nothing(chance: random.Random) -> None:
    definition, _ = changed()
    chance.shuffle(definition["nodes"])
    chance.shuffle(definition["connections"])
    definition["nodes"] = [dict(chance.sample(list(node.items()), len(node))) for node in definition["nodes"]]
    assert differences(CUSTOMER_SERVICE, definition) == []


def test_a_file_means_what_was_deployed_of_it() -> None:
    file = json.loads((ROOT / "flows" / "customer-service.flow.json").read_text())
    assert differences(CUSTOMER_SERVICE, file) == []


def test_a_prompt_is_compared_line_by_line() -> None:
    definition, nodes = changed()
    text = prompt_of(nodes["Classify"])["templateConfiguration"]["text"]
    text["text"] = text["text"].replace("other: everything else", "other: the rest")
    (found,) = differences(CUSTOMER_SERVICE, definition)
    assert (found.where, found.what) == ("Classify", "text")
    assert found.lines == ("- other: everything else", "+ other: the rest")


def test_nodes_ports_connections_and_conditions_are_told_apart() -> None:
    definition, nodes = changed()
    definition["nodes"].remove(nodes["OrderOutput"])
    nodes["OrderStatus"]["inputs"][0]["name"] = "number"
    nodes["Route"]["configuration"]["condition"]["conditions"][0]["expression"] = 'label == "orders"'
    definition["connections"] = [each for each in definition["connections"] if each["target"] != "OrderOutput"]
    prompt_of(nodes["Classify"])["inferenceConfiguration"]["text"]["maxTokens"] = 20
    found = {(each.change, each.what, each.where) for each in differences(CUSTOMER_SERVICE, definition)}
    assert found == {
        ("removed", "node", "OrderOutput"),
        ("removed", "input", "OrderStatus"),
        ("added", "input", "OrderStatus"),
        ("changed", "condition", "Route"),
        ("removed", "connection", "OrderStatus → OrderOutput"),
        ("changed", "setting", "Classify"),
    }


def test_the_order_of_conditions_matters() -> None:
    definition, nodes = changed()
    conditions = nodes["Route"]["configuration"]["condition"]["conditions"]
    conditions[0], conditions[1] = conditions[1], conditions[0]
    (found,) = differences(CUSTOMER_SERVICE, definition)
    assert (found.what, found.name, found.after) == ("condition", "order", "isPolicy, isOrder, default")


def test_of_a_secret_only_the_change_is_told() -> None:
    definition, nodes = changed()
    code = nodes["ReadOrderNumber"]["configuration"]["inlineCode"]
    code["code"] += '\napi_key = "kj3h4k5jh34k5j"'
    prompt_of(nodes["Classify"])["additionalModelRequestFields"] = {"clientSecret": "s3cr3t-value"}
    nodes["Classify"]["password"] = "hunter2hunter2"
    told = json.dumps([each.to_json() for each in differences(CUSTOMER_SERVICE, definition)])
    told += "".join(map(str, differences(CUSTOMER_SERVICE, definition)))
    for secret in ("kj3h4k5jh34k5j", "s3cr3t-value", "hunter2hunter2"):
        assert secret not in told
    assert "ReadOrderNumber" in told


def test_no_address_is_in_a_difference() -> None:
    definition, nodes = changed()
    prompt_of(nodes["Classify"])["templateConfiguration"]["text"]["text"] += "\nSend it to jane@example.com"
    assert "jane@example.com" not in "".join(map(str, differences(CUSTOMER_SERVICE, definition)))


def test_a_difference_reads_as_a_sentence() -> None:
    found = Difference("changed", "condition", "Route", "isOrder", 'label == "order"', 'label == "orders"')
    assert str(found) == 'Route: condition isOrder changed: label == "order" → label == "orders"'
