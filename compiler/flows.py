"""The flows in flows/ as resources of the template, and as files that functions show.

Each flow has a version whose logical id ends with a hash (snapshots.py), so that a change makes another version.
Earlier versions stay, and before a version is made there must be room for it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Any

from compiler.merging import MergeError, Part, slices
from compiler.project import ROOT, logical_id
from flows.flow_files import Definition, parse, placeholders, to_pascal

_RESOURCES = """\
# Flows: one of each file in flows/.

Resources:
{resources}"""
# A change of the model changes the description, and with it the version.
_FLOW = """\
  {id}Flow:
    Type: AWS::Bedrock::Flow
    Condition: HasFlows
    Properties:
      Name: !Sub "${{AWS::StackName}}-{name}"
      ExecutionRoleArn: !GetAtt FlowRole.Arn
      DefinitionSubstitutions:
{values}
      DefinitionString: |
{definition}

  # Makes room for the version: a flow can have ten.
  {id}FlowRoom:
    Type: AWS::CloudFormation::CustomResource
    Condition: HasFlows
    Properties:
      ServiceToken: !GetAtt PruneFlowVersionsFunction.Arn
      ServiceTimeout: 120
      FlowId: !GetAtt {id}Flow.Id
      Version: {id}FlowVersion
      Model: !Ref ModelId

  # Stays when another version replaces it, so that the alias can be moved back to it.
  {id}FlowVersion:
    Type: AWS::Bedrock::FlowVersion
    Condition: HasFlows
    DependsOn: {id}FlowRoom
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      FlowArn: !GetAtt {id}Flow.Arn
      Description: !Sub "With ${{ModelId}}"

  # Callers know the alias, so it must never be replaced.
  {id}FlowAlias:
    Type: AWS::Bedrock::FlowAlias
    Condition: HasFlows
    Properties:
      FlowArn: !GetAtt {id}Flow.Arn
      Name: live
      RoutingConfiguration: [{{ FlowVersion: !GetAtt {id}FlowVersion.Version }}]
"""
# Of a policy where there are no flows: a policy must name a resource.
_NONE = '!Sub "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:flow/none"'


def flow_files(folder: Path = ROOT / "flows") -> dict[str, dict[str, str]]:
    """`{flow: {"text", "layout"}}`"""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.flow.json")):
        name = path.name.removesuffix(".flow.json")
        layout = path.with_name(f"{name}.layout.json")
        found[name] = {"text": path.read_text(), "layout": layout.read_text() if layout.exists() else ""}
    return found


def flow_values(snippets: str) -> dict[str, str]:
    """What can be filled in, `{name: its line of foundation/snippets.yaml}`."""
    _, *lines = slices(Part("foundation/snippets.yaml", snippets))["flow_values"]
    return {line.split(":", 1)[0].strip(): line.strip() for line in lines}


def resources(files: Mapping[str, Mapping[str, str]], values: Mapping[str, str]) -> Part:
    """Raises MergeError for a `${…}` of a file that `values` have not."""
    blocks = (_block(name, parse(file["text"]), values) for name, file in files.items())
    return Part("flows/", _RESOURCES.format(resources="\n".join(blocks)))


def _block(name: str, definition: Definition, values: Mapping[str, str]) -> str:
    used = sorted(placeholders(definition))
    if unknown := [each for each in used if each not in values]:
        raise MergeError(f"flows/{name}.flow.json has ${{{unknown[0]}}}, which flow_values has not.")
    text = json.dumps(to_pascal(definition), indent=2, ensure_ascii=False)
    lines = "\n".join(values[each] for each in used)
    return _FLOW.format(id=flow_id(name), name=name, values=indent(lines, " " * 8), definition=indent(text, " " * 8))


def computed(files: Mapping[str, Any]) -> dict[str, str]:
    """Values for `!Compiled` in parts of the template."""
    known = {
        name: {"id": f"${{{flow_id(name)}Flow.Id}}", "alias": f"${{{flow_id(name)}FlowAlias.Id}}"} for name in files
    }
    flows = [f"!GetAtt {flow_id(name)}Flow.Arn" for name in files]
    aliases = [f"!GetAtt {flow_id(name)}FlowAlias.Arn" for name in files]
    return {
        "deployed_flows": f"!If [HasFlows, !Sub '{json.dumps(known)}', '{{}}']",
        "the_flows": _resources(flows),
        "the_flow_aliases": _resources(aliases),
        "flows_and_aliases": _resources([*flows, *aliases]),
    }


def _resources(arns: list[str]) -> str:
    return f"!If [HasFlows, [{', '.join(arns)}], [{_NONE}]]"


def deployed_files(files: Mapping[str, Any], notice: str) -> str:
    return json.dumps({"$comment": notice, "flows": files}, indent=2, ensure_ascii=False) + "\n"


def flow_id(name: str) -> str:
    """`customer-service` is CustomerService."""
    return logical_id(name.replace("-", "_"))
