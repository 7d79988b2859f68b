"""Flows with their versions and files, as everybody sees them."""

import json
from copy import deepcopy
from typing import Any

import pytest

from flows.deployed_files import deployed_files
from flows.flow_tests import FlowTest
from flows.kept_files import FlowFiles
from flows.kept_tests import save_test
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import FLOW_RUNS_TABLE, World
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


class TestDifferences:
    EVENT = sample_event("show_flows.differences.json")

    def told(self, function: Function, **query: str) -> tuple[int, Any]:
        return call(function, asked(self.EVENT, query=query))

    def test_the_file_that_was_deployed_means_what_answers(self, function: Function, aws: World) -> None:
        expected = {"before": "2", "after": "file", "differences": []}
        assert self.told(function) == (200, expected)

    def test_two_versions_are_compared_by_their_meaning(self, function: Function, flows: FakeFlows) -> None:
        changed = deepcopy(CUSTOMER_SERVICE)
        changed["nodes"].reverse()
        changed["nodes"][0]["name"] = "Answer"
        flows.versions["10"] = changed
        _, body = self.told(function, before="1", after="10")
        assert [(each["change"], each["what"], each["where"]) for each in body["differences"]][:2] == [
            ("removed", "node", "GeneralOutput"),
            ("added", "node", "Answer"),
        ]

    def test_a_version_that_is_gone_is_not_found(self, function: Function) -> None:
        assert self.told(function, before="1", after="7")[0] == 404

    def test_what_is_neither_a_version_nor_the_file_is_refused(self, function: Function) -> None:
        assert self.told(function, after="DRAFT")[0] == 400

    def test_a_file_that_is_no_flow_is_told(self, function: Function, aws: World) -> None:
        files = FlowFiles(FLOW_RUNS_TABLE, deployed_files())
        deployed = files.read("customer-service")
        files.save("customer-service", '{"nodes": [{}]}', "", deployed.revision, "mary", 0)
        status, body = self.told(function)
        assert (status, body["type"]) == (400, "urn:docent:problem:InvalidRequestError")


def test_tests_that_were_saved_are_listed_by_name(function: Function, aws: World) -> None:
    expected = {"status": "SUCCEEDED", "outputs": [], "nodes": {}}
    for name in ("returns", "account"):
        save_test(FLOW_RUNS_TABLE, 30, FlowTest("customer-service", name, "Hello", "path", expected), "mary", 0)
    _, body = call(function, sample_event("show_flows.tests.json"))
    assert [each["name"] for each in body["tests"]] == ["account", "returns"]
    assert FlowTest.parse(body["tests"][0]["text"]).input == "Hello"
