"""Runs as those may see them who may, and how long nodes take."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.support.api_calls import ERIKA, asked, call
from tests.support.aws import World
from tests.support.fake_flows import CUSTOMER_SERVICE, DONE, FakeFlows, gave, put_out, took
from tests.support.flow_runs import RUN_ID, kept, put_run
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event

LIST, ONE = sample_event("show_flow_runs.list.json"), sample_event("show_flow_runs.run.json")
MEASURES = sample_event("show_flow_runs.measures.json")
EVENTS = kept(
    (
        "flowInputEvent",
        {"nodeName": "FlowInputNode", "content": {"document": "Hello"}, "timestamp": "2026-11-29T10:00:00Z"},
    ),
    gave("FlowInputNode", 0, document="Hello"),
    took("Classify", 10, message="Hello"),
    gave("Classify", 210, modelCompletion="other"),
    put_out("GeneralOutput", "Hello"),
    DONE,
)


@pytest.fixture(autouse=True)
def _flows(flows: FakeFlows) -> None:
    """They are deployed."""


def test_callers_see_their_own_runs_page_by_page(function: Function, aws: World) -> None:
    for number in range(3):
        put_run(aws, f"{number}" * 32, created_at=f"2026-11-2{number}T06:00:00.000Z")
    put_run(aws, "a" * 32, owner=ERIKA)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        _, body = call(function, asked(LIST, query=query))
        seen += [each["run_id"][0] for each in body["runs"]]
        if "next" not in body:
            break
        query["next"] = body["next"]
    assert seen == ["2", "1", "0"]
    assert "user" not in body["runs"][0]


def test_editors_see_those_of_all(function: Function, aws: World) -> None:
    put_run(aws)
    put_run(aws, "a" * 32, owner=ERIKA)
    _, body = call(function, asked(LIST, EDITOR))
    assert {each["user"] for each in body["runs"]} == {"mary@example.com", ERIKA.user}


def test_a_run_comes_with_its_events_nodes_and_definition(function: Function, aws: World) -> None:
    put_run(aws, events=EVENTS, milliseconds=210, transitions=1, cost=Decimal("0.1"), nodes=json.dumps([]))
    _, body = call(function, ONE)
    assert body["events"] == list(EVENTS)
    assert (body["input"], body["outputs"]) == ("Hello", [{"node": "GeneralOutput", "document": "Hello"}])
    assert [each["node"] for each in body["nodes"]] == ["FlowInputNode", "Classify"]
    assert body["definition"] == CUSTOMER_SERVICE


def test_nobody_sees_the_run_of_another_but_editors(function: Function, aws: World) -> None:
    put_run(aws, RUN_ID, events=EVENTS)
    assert call(function, asked(ONE, ERIKA))[0] == 404
    assert call(function, asked(ONE, EDITOR))[0] == 200


def test_measures_are_by_node_and_day(function: Function, aws: World) -> None:
    for number in range(20):
        nodes = json.dumps([{"node": "Classify", "milliseconds": 100 + number}])
        put_run(aws, f"{number:032}", nodes=nodes, transitions=5, created_at=f"2026-11-29T10:00:{number:02}.000Z")
    _, body = call(function, MEASURES)
    assert (body["runs"], body["transitions"]) == (20, 100)
    assert body["transitions_cost"] == pytest.approx(100 * 0.035 / 1000)
    (node,) = body["nodes"]
    assert node["days"] == [{"day": "2026-11-29", "runs": 20, "p50": 109, "p95": 118}]
