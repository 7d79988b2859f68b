"""Files of flows: nothing is lost, and CloudFormation gets what the API has."""

import json
from typing import Any

import botocore.session
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from hypothesis import given
from hypothesis import strategies as st

from flows.flow_files import definition_hash, parse, placeholders, text_of, to_camel, to_pascal
from flows.found_in_flows import found_in
from tests.support.project import ROOT, template

FILES = sorted((ROOT / "flows").glob("*.flow.json"))
NAMES = st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True)
VALUES = st.recursive(
    st.text() | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_the_converter_leads_there_and_back(definition: dict[str, Any]) -> None:
    assert to_camel(to_pascal(definition)) == definition


def test_what_belongs_to_a_model_is_left_as_it_is() -> None:
    fields = {"additionalModelRequestFields": {"top_k": 5, "nested": {"aB": 1}}}
    assert to_pascal(fields) == {"AdditionalModelRequestFields": fields["additionalModelRequestFields"]}
    assert to_camel(to_pascal(fields)) == fields


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_members_are_those_of_cloudformation(path: Any) -> None:
    """Both schemas are AWS's own: botocore's model of the API, and CloudFormation's."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", "AWS::Bedrock::Flow").schema
    definition = parse(path.read_text())
    names = set(_names(definition))
    api = botocore.session.get_session().get_service_model("bedrock-agent")
    known = {name for shape in map(api.shape_for, api.shape_names) for name in getattr(shape, "members", {})}
    assert names <= known
    defined = set(_properties(schema["definitions"]))
    assert {to_pascal({name: 0}).popitem()[0] for name in names} <= defined


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.sampled_from([None, 2, 4, "\t"]), st.sampled_from(["", "\n"]))
def test_a_file_without_an_edit_keeps_every_byte(definition: dict[str, Any], indent: Any, end: str) -> None:
    text = json.dumps(definition, indent=indent) + end
    assert text_of(parse(text), text) == text


def test_an_edit_keeps_the_indentation_and_fields_that_nobody_knows() -> None:
    text = '{\n    "nodes": [],\n    "newInAWS": {\n        "a": 1\n    }\n}'
    definition = parse(text)
    definition["connections"] = []
    assert text_of(definition, text) == text[:-2] + ',\n    "connections": []\n}'


def test_the_hash_is_of_what_a_definition_means() -> None:
    assert definition_hash({"a": 1, "b": [2]}) == definition_hash({"b": [2], "a": 1}) != definition_hash({"a": 2})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_flows_of_the_repository_are_green_and_can_be_filled_in(path: Any) -> None:
    definition = parse(path.read_text())
    found = found_in(definition)
    assert (found["validations"], found["refusals"], set(found["nodes"].values())) == ([], [], {"green"})
    flows = [each["Properties"] for each in template()["Resources"].values() if each["Type"] == "AWS::Bedrock::Flow"]
    assert placeholders(definition) in [set(each["DefinitionSubstitutions"]) for each in flows]
    layout = json.loads(path.with_name(path.name.replace(".flow.", ".layout.")).read_text())
    assert layout["nodes"].keys() == {node["name"] for node in definition["nodes"]}


def _properties(schema: Any) -> Any:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from _properties(each)


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names(each)
