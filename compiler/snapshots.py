"""Resources that are snapshots of others: the deployment of a WebSocket API, the version of a guardrail or a flow.

CloudFormation takes no new snapshot when what it was taken of changes. So the logical id of a snapshot ends with a hash
of that: a change makes it another resource, which CloudFormation creates before it deletes the earlier one.
"""

import hashlib
import json
import re
from typing import Any

from compiler.reading import read_template


def with_hashes(template: str) -> str:
    """The template with the hash in each place that names a snapshot."""
    resources = read_template(template)["Resources"]
    for name, body in resources.items():
        if content := _content(resources, body):
            digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
            # Not in a type such as AWS::Bedrock::GuardrailVersion, in a longer name, or in the JSON of a flow.
            template = re.sub(rf"(?<![:\w\"]){name}(?!\w)", f"{name}{digest}", template)
    return template


def _content(resources: dict[str, Any], snapshot: dict[str, Any]) -> dict[str, Any]:
    """What a resource is a snapshot of, by logical id; nothing if it is no snapshot."""
    properties = snapshot.get("Properties", {})
    match snapshot["Type"]:
        case "AWS::ApiGatewayV2::Deployment":
            api = properties["ApiId"]
            later = ("AWS::ApiGatewayV2::Deployment", "AWS::ApiGatewayV2::Stage")
            return {
                name: body
                for name, body in resources.items()
                if {"Ref": name} == api
                or (body.get("Properties", {}).get("ApiId") == api and body["Type"] not in later)
            }
        case "AWS::Bedrock::GuardrailVersion":
            guardrail = properties["GuardrailIdentifier"]["Fn::GetAtt"][0]
            return {guardrail: resources[guardrail]}
        case "AWS::Bedrock::FlowVersion":
            flow = properties["FlowArn"]["Fn::GetAtt"][0]
            # A flow names versions of guardrails, which are snapshots too.
            values = resources[flow]["Properties"]["DefinitionSubstitutions"].values()
            named = {each["Fn::GetAtt"][0] for each in values if "Fn::GetAtt" in each}
            return {flow: resources[flow]} | {name: _content(resources, resources[name]) for name in sorted(named)}
    return {}
