"""`docent flow` without a stack: validation, differences, and tests that are compared with a run."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.flow_tests import FlowTest, paths_of_tests
from cli.main import app
from cli.target import CommandError
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
    told = {"flow": "customer-service", "input": "Hello", "status": "SUCCEEDED", "nodes": nodes}
    return told | {"outputs": [{"node": "Out", "document": "Hi {NAME}"}]} | changes


def test_a_run_that_is_kept_is_found_and_is_as_expected(folder: Path) -> None:
    path = FlowTest.of_run(run(), "greeting", "texts").write()
    assert path == Path("flows/tests/customer-service.greeting.json")
    assert paths_of_tests(None) == paths_of_tests("customer-service") == [path]
    assert FlowTest.read(path).differences(run()) == []


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


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_what_is_no_test_is_told(folder: Path, text: str) -> None:
    (folder / "x.json").write_text(text)
    with pytest.raises(CommandError, match="no test of a flow"):
        FlowTest.read(folder / "x.json")
