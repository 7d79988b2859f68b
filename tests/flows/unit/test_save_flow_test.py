"""Saving a run as a test: by editors alone, masked as the run is."""

from typing import Any

import pytest

from docent.callers import Caller
from flows.flow_tests import FlowTest
from flows.kept_tests import kept_tests
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import FLOW_RUNS_TABLE, World
from tests.support.fake_flows import DONE, FakeFlows, decided, gave, put_out, took
from tests.support.flow_runs import RUN_ID, kept, put_run
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event

EVENT = sample_event("save_flow_test.path.json")
FLOW = "customer-service"
GIVEN = ("flowInputEvent", {"nodeName": "FlowInputNode", "content": {"document": "I am {NAME}."}})
EVENTS = kept(
    GIVEN,
    gave("FlowInputNode", 0, document="I am {NAME}."),
    took("Route", 10, label="other"),
    decided("Route", 20, "default"),
    put_out("GeneralOutput", "Dear {NAME}"),
    DONE,
)


@pytest.fixture(autouse=True)
def _flows(flows: FakeFlows) -> None:
    """They are deployed."""


def save(function: Function, caller: Caller = EDITOR, test: str = "account", compare: str = "texts") -> tuple[int, Any]:
    event = asked(EVENT, caller, body={"run_id": RUN_ID, "compare": compare}, path={"flow": FLOW, "test": test})
    return call(function, event)


def test_a_run_of_somebody_is_kept_as_a_test(function: Function, aws: World) -> None:
    put_run(aws, owner=ERIKA, events=EVENTS)
    status, body = save(function)
    assert (status, body["name"], body["saved_by"]) == (200, "account", EDITOR.user)
    [saved] = kept_tests(FLOW_RUNS_TABLE, FLOW)
    test = FlowTest.parse(saved.text)
    assert (test.flow, test.name, test.input, test.compare) == (FLOW, "account", "I am {NAME}.", "texts")
    assert test.expected["nodes"]["Route"]["conditions"] == ["default"]
    assert test.expected["outputs"] == [{"node": "GeneralOutput", "document": "Dear {NAME}"}]
    [row] = (each for each in aws.items(FLOW_RUNS_TABLE) if each["run_id"] == f"tests#{FLOW}")
    assert int(row["expires_at"]) > 0, "as long as runs"


def test_a_test_of_the_same_name_is_replaced(function: Function, aws: World) -> None:
    put_run(aws, events=EVENTS)
    save(function)
    save(function, compare="path")
    [saved] = kept_tests(FLOW_RUNS_TABLE, FLOW)
    assert FlowTest.parse(saved.text).compare == "path"


def test_only_editors_save(function: Function, aws: World) -> None:
    put_run(aws, owner=MARY, events=EVENTS)
    status, body = save(function, MARY)
    assert (status, body["type"]) == (403, "urn:docent:problem:FlowForbiddenError")


@pytest.mark.parametrize("changes", [{"status": "RUNNING"}, {"from_run": "0" * 32}])
def test_a_run_that_cannot_be_repeated_is_refused(function: Function, aws: World, changes: dict[str, Any]) -> None:
    put_run(aws, events=EVENTS, **changes)
    status, body = save(function)
    assert (status, body["type"]) == (400, "urn:docent:problem:InvalidRequestError")


def test_a_name_that_is_no_file_is_refused(function: Function, aws: World) -> None:
    put_run(aws, events=EVENTS)
    assert save(function, test="Account 1")[0] == 400


def test_an_unknown_run_is_not_found(function: Function, aws: World) -> None:
    assert save(function)[0] == 404
