"""Flows with their versions and files, as everybody sees them."""

import json

import pytest

from tests.support.api_calls import MARY, asked, call
from tests.support.aws import World
from tests.support.fake_flows import CUSTOMER_SERVICE, FakeFlows
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import ROOT, sample_event


@pytest.fixture(autouse=True)
def _flows(flows: FakeFlows) -> None:
    flows.versions = {"1": CUSTOMER_SERVICE, "2": CUSTOMER_SERVICE, "10": CUSTOMER_SERVICE}
    flows.alias = "2"


def test_the_flows_come_with_the_versions_that_answer(function: Function) -> None:
    event = sample_event("show_flows.list.json")
    assert call(function, event) == (
        200,
        {"flows": [{"name": "customer-service", "version": "2"}], "may_edit": False},
    )
    assert call(function, asked(event, EDITOR))[1]["may_edit"]


def test_a_flow_comes_with_its_versions_newest_first_and_what_was_found(function: Function) -> None:
    _, body = call(function, sample_event("show_flows.flow.json"))
    assert [each["version"] for each in body["versions"]] == ["10", "2", "1"]
    assert [each["answers"] for each in body["versions"]] == [False, True, False]
    assert body["definition"] == CUSTOMER_SERVICE
    assert set(body["validation"]["nodes"].values()) == {"green"}
    assert body["layout"]["nodes"]["Route"]


def test_a_version_comes_with_its_definition(function: Function) -> None:
    status, body = call(function, sample_event("show_flows.version.json"))
    assert (status, body["version"], body["answers"]) == (200, "1", False)
    assert body["definition"] == CUSTOMER_SERVICE


def test_a_version_that_is_gone_is_not_found(function: Function) -> None:
    event = asked(sample_event("show_flows.version.json"), path={"flow": "customer-service", "version": "7"})
    assert call(function, event)[0] == 404


def test_the_file_is_the_one_that_was_deployed(function: Function, aws: World) -> None:
    _, body = call(function, asked(sample_event("show_flows.file.json"), MARY))
    assert body["text"] == (ROOT / "flows" / "customer-service.flow.json").read_text()
    assert json.loads(body["layout"])["nodes"]
    assert not body["is_draft"]
