"""`docent flow` without a stack: validation, differences, and tests that are compared with a run."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.flow_tests import paths_of_tests, read_test, write_test
from cli.flows import Flows
from cli.main import app
from cli.target import CommandError
from flows.flow_tests import FlowTest
from tests.support.fake_flows import CUSTOMER_SERVICE
from tests.support.project import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "flows"


def validated(*words: str) -> Any:
    return CliRunner().invoke(app, ["flow", "validate", *words])


def test_the_files_of_the_folder_are_validated(folder: Path) -> None:
    (folder / "a.flow.json").write_text((ROOT / "flows" / "customer-service.flow.json").read_text())
    result = validated()
    assert result.exit_code == 0
    assert "Route  green" in result.stdout


def test_an_error_is_told_with_its_type_and_fails(folder: Path) -> None:
    broken = {**CUSTOMER_SERVICE, "nodes": [each for each in CUSTOMER_SERVICE["nodes"] if each["type"] != "Output"]}
    (folder / "a.flow.json").write_text(json.dumps(broken))
    result = validated()
    assert result.exit_code == 1
    assert "MissingEndingNodes" in result.stdout
    found = json.loads(validated("--json").stdout)["flows/a.flow.json"]
    assert {each["type"] for each in found["validations"]} >= {"MissingEndingNodes"}


def test_without_files_it_says_so_and_fails(folder: Path) -> None:
    assert validated().exit_code == 1


def run(**changes: Any) -> dict[str, Any]:
    nodes = [
        {"node": "In", "inputs": {}, "outputs": {"document": "Hello"}, "conditions": []},
        {"node": "Route", "inputs": {"label": "order"}, "outputs": {}, "conditions": ["isOrder"]},
    ]
    events = [{"flowInputEvent": {"nodeName": "In", "content": {"document": "Hello"}}}]
    told = {"flow": "customer-service", "events": events, "status": "SUCCEEDED", "nodes": nodes}
    return told | {"outputs": [{"node": "Out", "document": "Hi {NAME}"}]} | changes


def test_a_run_that_is_kept_is_found_and_is_as_expected(folder: Path) -> None:
    path = write_test(FlowTest.of_run(run(), "greeting", "texts"))
    assert path == Path("flows/tests/customer-service.greeting.json")
    assert paths_of_tests(None) == paths_of_tests("customer-service") == [path]
    assert read_test(path).differences(run()) == []


def test_what_is_different_is_told_by_node() -> None:
    test = FlowTest.of_run(run(), "greeting", "texts")
    other = [
        {"node": "In", "inputs": {}, "outputs": {"document": "Bye"}, "conditions": []},
        {"node": "Route", "inputs": {"label": "order"}, "outputs": {}, "conditions": ["default"]},
        {"node": "More", "inputs": {}, "outputs": {}, "conditions": []},
    ]
    assert test.differences(run(nodes=other, status="NO_OUTPUT", outputs=[])) == [
        "status: SUCCEEDED → NO_OUTPUT",
        "In.document: Hello → Bye",
        "Route: held isOrder → default",
        "More: not expected, but reached",
        "outputs: Out → none",
    ]


def test_the_path_alone_does_not_care_for_texts() -> None:
    test = FlowTest.of_run(run(), "greeting", "path")
    nodes = [run()["nodes"][0] | {"outputs": {"document": "Bye"}}, run()["nodes"][1]]
    assert test.differences(run(nodes=nodes)) == []


UNREADABLE = '{"flow": "a", "name": "b", "input": "c", "expected": {"status": "SUCCEEDED", "nodes": ["Route"]}}'


@pytest.mark.parametrize("text", ["{", "[]", "{}", UNREADABLE])
def test_what_is_no_test_is_told(folder: Path, text: str) -> None:
    (folder / "x.json").write_text(text)
    with pytest.raises(CommandError, match="no test of a flow"):
        read_test(folder / "x.json")


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("../greeting", {}, "small letters"),
        ("greeting", {"status": "RUNNING"}, "has not ended"),
        ("greeting", {"from_run": "1"}, "is a trial"),
        ("greeting", {"events": []}, "did not take the input"),
    ],
)
def test_what_cannot_be_repeated_is_no_test(name: str, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        FlowTest.of_run(run(**changes), name, "texts")


def test_the_answers_of_a_run_are_kept_and_given_again() -> None:
    events = [{"flowInputEvent": {"nodeName": "In", "content": {"document": each}}} for each in ("Hello", "4711", "No")]
    test = FlowTest.of_run(run(events=events), "asked", "texts")
    assert FlowTest.parse(test.text).answers == ("4711", "No")
    said: list[Any] = []

    class Session:
        """Its flow asks twice."""

    class Asking(Flows):
        def run(self, flow: str, document: Any, *args: Any, turn: Any = None, **more: Any) -> dict[str, Any]:
            said.append((document, turn))
            return {"run_id": "r"} | ({"question": {"node": "Ask"}} if len(said) < 3 else {})

    assert Asking(Session()).repeat(test) == {"run_id": "r"}  # type: ignore[arg-type]
    answer = {"run_id": "r", "node": "Ask"}
    assert said == [("Hello", None), ("4711", answer), ("No", answer)]
