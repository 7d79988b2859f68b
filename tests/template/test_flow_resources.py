"""Files of flows as resources: another version for each change, room before it, and an alias that stays."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from compiler.flows import flow_files, flow_values, resources
from compiler.merging import MergeError
from compiler.reading import read_template
from compiler.snapshots import with_hashes
from flows.flow_files import parse, placeholders, to_camel
from tests.support.project import ROOT, template

FILES = flow_files()
BEFORE = """
Resources:
  FlowGuardrail:
    Type: AWS::Bedrock::Guardrail
    Properties: { Name: g }
  FlowGuardrailVersion:
    Type: AWS::Bedrock::GuardrailVersion
    Properties: { GuardrailIdentifier: !GetAtt FlowGuardrail.GuardrailId }
"""
VALUES = {name: f"{name}: x" for name in flow_values((ROOT / "foundation/snippets.yaml").read_text())} | {
    "ModelId": "ModelId: !Ref ModelId",
    "FlowGuardrailVersionNumber": "FlowGuardrailVersionNumber: !GetAtt FlowGuardrailVersion.Version",
}


def compiled(text: str, before: str = BEFORE, values: Mapping[str, str] = VALUES) -> dict[str, Any]:
    part = resources({"customer-service": {"text": text, "layout": ""}}, values).text
    return read_template(with_hashes(before + part.split("Resources:\n")[1]))["Resources"]


def version_in(resources: dict[str, Any]) -> str:
    (found,) = (name for name, body in resources.items() if body["Type"] == "AWS::Bedrock::FlowVersion")
    return found


TEXT = FILES["customer-service"]["text"]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": TEXT.replace("everything else", "the rest")},
        {"text": TEXT, "before": BEFORE.replace("Name: g", "Name: h")},
        {"text": TEXT, "values": VALUES | {"ModelId": "ModelId: !Ref OtherModelId"}},
    ],
    ids=["its prompt", "its guardrail", "what is filled in"],
)
def test_a_change_makes_another_version_and_leaves_the_alias(changed: dict[str, Any]) -> None:
    one, other = compiled(TEXT), compiled(**changed)
    assert version_in(one) != version_in(other)
    assert "CustomerServiceFlowAlias" in one.keys() & other.keys()


def test_a_flow_is_given_what_it_names_and_nothing_else() -> None:
    [flow] = [each for each in compiled(TEXT).values() if each["Type"] == "AWS::Bedrock::Flow"]
    given = flow["Properties"]["DefinitionSubstitutions"]
    assert given.keys() == placeholders(parse(TEXT))
    assert "OrderAgentAliasArn" in VALUES.keys() - given.keys()
    with pytest.raises(MergeError, match="which flow_values has not"):
        compiled(TEXT.replace("${ModelId}", "${Model}"))


def test_layout_and_white_space_make_no_version() -> None:
    assert version_in(compiled(TEXT)) == version_in(compiled(json.dumps(json.loads(TEXT))))


def test_there_is_room_before_each_version_and_old_ones_stay() -> None:
    found = compiled(TEXT)
    version = version_in(found)
    body = found[version]
    assert (body["DeletionPolicy"], body["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert body["DependsOn"] == "CustomerServiceFlowRoom"
    assert found["CustomerServiceFlowRoom"]["Properties"]["Version"] == version, "so that it changes with the version"
    assert "ModelId" in json.dumps(body["Properties"]["Description"]), "another model makes another version"
    route = found["CustomerServiceFlowAlias"]["Properties"]["RoutingConfiguration"]
    assert route == [{"FlowVersion": {"Fn::GetAtt": [version, "Version"]}}]


def test_the_definition_in_the_template_is_the_file() -> None:
    found = template()["Resources"]["CustomerServiceFlow"]["Properties"]
    assert to_camel(json.loads(found["DefinitionString"])) == parse(TEXT)
    assert len(found["DefinitionString"]) < 512_000
    assert all(re.fullmatch("[a-zA-Z0-9]+", name) for name in found["DefinitionSubstitutions"])


def test_every_flow_has_a_layout_that_is_shown_and_tests_that_are_its_own() -> None:
    for name, file in FILES.items():
        assert json.loads(file["layout"])["nodes"], name
    for path in (ROOT / "flows" / "tests").glob("*.json"):
        assert path.name.split(".")[0] in FILES
        assert json.loads(path.read_text())["flow"] in FILES
