"""Flows, prompts and knowledge bases as resources of a template."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from flows.flow_files import to_pascal
from tests.support.flow_definitions import MODEL, code, line, node
from tests.support.flow_machine import EVERYTHING, TRUST, outputs, prepared, run
from tests.support.machine import Machine

type Json = dict[str, Any]

STACK = "flows"
NUMBER = {"Type": "string", "Description": "The number of your order", "Required": True}
ROLE: Json = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
        "Policies": [
            {"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [EVERYTHING]}},
        ],
    },
}


def template(said: str, description: str = "first") -> str:
    definition = line(code("Say", "'${Said} ' + text", "String", text="String"))
    retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    resources = {
        "Role": ROLE,
        "Flow": {
            "Type": "AWS::Bedrock::Flow",
            "Properties": {
                "Name": "templated",
                "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": json.dumps(to_pascal(definition)),
                "DefinitionSubstitutions": {"Said": said},
            },
        },
        f"Version{description.title()}": {
            "Type": "AWS::Bedrock::FlowVersion",
            "Properties": {"FlowArn": {"Ref": "Flow"}, "Description": description},
        }
        | retained,
        "Alias": {
            "Type": "AWS::Bedrock::FlowAlias",
            "Properties": {
                "Name": "live",
                "FlowArn": {"Fn::GetAtt": ["Flow", "Arn"]},
                "RoutingConfiguration": [{"FlowVersion": {"Fn::GetAtt": [f"Version{description.title()}", "Version"]}}],
            },
        },
        "Prompt": {
            "Type": "AWS::Bedrock::Prompt",
            "Properties": {
                "Name": "templated",
                "Variants": [
                    {
                        "Name": "one",
                        "TemplateType": "TEXT",
                        "TemplateConfiguration": {"Text": {"Text": "Say {{it}}", "InputVariables": [{"Name": "it"}]}},
                    }
                ],
            },
        },
        "PromptVersion": {"Type": "AWS::Bedrock::PromptVersion", "Properties": {"PromptArn": {"Ref": "Prompt"}}},
        "Buckets": {"Type": "AWS::S3Vectors::VectorBucket", "Properties": {"VectorBucketName": "templated-kb"}},
        "Index": {
            "Type": "AWS::S3Vectors::Index",
            "Properties": {
                "VectorBucketArn": {"Ref": "Buckets"},
                "IndexName": "policies",
                "DataType": "float32",
                "Dimension": 1024,
                "DistanceMetric": "cosine",
                "MetadataConfiguration": {
                    "NonFilterableMetadataKeys": ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]
                },
            },
        },
        "Base": {
            "Type": "AWS::Bedrock::KnowledgeBase",
            "Properties": {
                "Name": "templated",
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "KnowledgeBaseConfiguration": {
                    "Type": "VECTOR",
                    "VectorKnowledgeBaseConfiguration": {
                        "EmbeddingModelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
                    },
                },
                "StorageConfiguration": {
                    "Type": "S3_VECTORS",
                    "S3VectorsConfiguration": {"IndexArn": {"Fn::GetAtt": ["Index", "IndexArn"]}},
                },
            },
        },
        "Source": {
            "Type": "AWS::Bedrock::DataSource",
            "Properties": {
                "Name": "templated",
                "KnowledgeBaseId": {"Ref": "Base"},
                "DataSourceConfiguration": {
                    "Type": "S3",
                    "S3Configuration": {"BucketArn": "arn:aws:s3:::templated", "InclusionPrefixes": ["policies/"]},
                },
            },
        },
    }
    resources |= {
        "Agent": {
            "Type": "AWS::Bedrock::Agent",
            "Properties": {
                "AgentName": "templated",
                "AgentResourceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "FoundationModel": MODEL,
                "Instruction": f"{said}. You help customers with their orders, and ask for what you need.",
                "IdleSessionTTLInSeconds": 3600,
                "ActionGroups": [
                    {
                        "ActionGroupName": "orders",
                        "ActionGroupExecutor": {"CustomControl": "RETURN_CONTROL"},
                        "FunctionSchema": {"Functions": [{"Name": "findOrder", "Parameters": {"orderNumber": NUMBER}}]},
                    }
                ],
                "AutoPrepare": True,
            },
        },
        "AgentAlias": {
            "Type": "AWS::Bedrock::AgentAlias",
            "Properties": {
                "AgentAliasName": "live",
                "AgentId": {"Fn::GetAtt": ["Agent", "AgentId"]},
                "Description": {"Fn::Sub": "As it was prepared at ${Agent.PreparedAt}"},
            },
        },
    }
    outputs = {
        "Agent": {"Value": {"Ref": "Agent"}},
        "AgentAlias": {"Value": {"Fn::GetAtt": ["AgentAlias", "AgentAliasArn"]}},
        "Flow": {"Value": {"Fn::GetAtt": ["Flow", "Id"]}},
        "FlowArn": {"Value": {"Ref": "Flow"}},
        "Alias": {"Value": {"Fn::GetAtt": ["Alias", "Id"]}},
        "Prompt": {"Value": {"Ref": "PromptVersion"}},
        "Base": {"Value": {"Fn::GetAtt": ["Base", "KnowledgeBaseId"]}},
        "Source": {"Value": {"Fn::GetAtt": ["Source", "DataSourceId"]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


@pytest.fixture(scope="module")
def stacks(machine: Machine) -> Iterator[Any]:
    client = machine.client("cloudformation")
    yield client
    client.close()


def deployed(stacks: Any, body: str, waiter: str) -> dict[str, str]:
    stacks.get_waiter(waiter).wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    told = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in told["Outputs"]}


def alias_of(flows: Any, outputs: dict[str, str]) -> Json:
    alias = outputs["AgentAlias"].rpartition("/")[2]
    return flows.get_agent_alias(agentId=outputs["Agent"], agentAliasId=alias)["agentAlias"]


def test_a_changed_flow_gets_a_new_version_and_keeps_its_alias(machine: Machine, stacks: Any) -> None:
    runtime, flows = machine.client("bedrock-agent-runtime"), machine.client("bedrock-agent")
    body = template("Hello")
    capabilities = ["CAPABILITY_IAM"]
    stacks.create_stack(StackName=STACK, TemplateBody=body, Capabilities=capabilities)
    first = deployed(stacks, body, "stack_create_complete")
    assert first["FlowArn"].endswith(f":flow/{first['Flow']}")
    assert first["Prompt"].endswith(":1")
    assert outputs(run(runtime, first["Flow"], "you", first["Alias"])) == ["Hello you"]
    assert flows.get_data_source(knowledgeBaseId=first["Base"], dataSourceId=first["Source"])
    described = alias_of(flows, first)["description"]
    configuration = {"agentAliasArn": first["AgentAlias"]}
    asks = node("Agent", "Ask", {"agentInputText": "String"}, {"agentResponse": "String"}, configuration)
    role = flows.get_flow(flowIdentifier=first["Flow"])["executionRoleArn"]
    events = run(runtime, prepared(flows, role, line(asks), "asks"), "Where is it?")
    [asked] = [each["flowMultiTurnInputRequestEvent"] for each in events if "flowMultiTurnInputRequestEvent" in each]
    assert asked["content"]["document"] == "Please tell me the number of your order."
    body = template('Hi "there"'.replace('"', "\\'"), "second")
    stacks.update_stack(StackName=STACK, TemplateBody=body, Capabilities=capabilities)
    second = deployed(stacks, body, "stack_update_complete")
    assert second == first
    assert flows.get_agent(agentId=first["Agent"])["agent"]["instruction"].startswith("Hi")
    assert (
        len(flows.list_agent_action_groups(agentId=first["Agent"], agentVersion="DRAFT")["actionGroupSummaries"]) == 1
    )
    assert alias_of(flows, first)["description"] != described, "an alias that is updated names the agent as it is now"
    assert outputs(run(runtime, first["Flow"], "you", first["Alias"])) == ["Hi 'there' you"]
    listed = flows.list_flow_versions(flowIdentifier=first["Flow"])["flowVersionSummaries"]
    assert [each["version"] for each in listed] == ["2", "1"], "the first one is retained"
    stacks.delete_stack(StackName=STACK)
    stacks.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    with pytest.raises(ClientError):
        flows.get_flow(flowIdentifier=first["Flow"])


def test_attributes_are_those_of_cloudformations_schemas() -> None:
    """What a template of the project gets by GetAtt must exist on AWS."""
    known = {
        "AWS::Bedrock::Flow": {"Arn", "Id", "Status", "Version", "CreatedAt", "UpdatedAt"},
        "AWS::Bedrock::FlowVersion": {"Version", "FlowId", "Name", "Status", "ExecutionRoleArn", "CreatedAt"},
        "AWS::Bedrock::FlowAlias": {"Arn", "Id", "FlowId", "CreatedAt", "UpdatedAt"},
        "AWS::Bedrock::Prompt": {"Arn", "Id", "Version", "CreatedAt", "UpdatedAt"},
        "AWS::Bedrock::PromptVersion": {"Arn", "PromptId", "Version", "CreatedAt", "UpdatedAt"},
        "AWS::Bedrock::Agent": {
            "AgentArn",
            "AgentId",
            "AgentStatus",
            "AgentVersion",
            "CreatedAt",
            "PreparedAt",
            "UpdatedAt",
        },
        "AWS::Bedrock::AgentAlias": {
            "AgentAliasArn",
            "AgentAliasId",
            "AgentAliasStatus",
            "CreatedAt",
            "UpdatedAt",
        },
        "AWS::Bedrock::KnowledgeBase": {"KnowledgeBaseId", "KnowledgeBaseArn", "Status", "CreatedAt", "UpdatedAt"},
        "AWS::Bedrock::DataSource": {"DataSourceId", "DataSourceStatus", "CreatedAt", "UpdatedAt"},
    }
    for kind, attributes in known.items():
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        given = {each.removeprefix("/properties/").partition("/")[0] for each in schema["readOnlyProperties"]}
        assert attributes <= given, kind


def test_a_flow_with_findings_fails_its_stack_with_the_reason(stacks: Any) -> None:
    definition = line(code("Say", "text", "String", text="String"))
    definition["connections"] = definition["connections"][:1]
    properties = {
        "Name": "unconnected",
        "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "Definition": to_pascal(definition),
    }
    resources = {"Role": ROLE, "Flow": {"Type": "AWS::Bedrock::Flow", "Properties": properties}}
    body = json.dumps({"Resources": resources})
    stacks.create_stack(StackName="unconnected", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    with pytest.raises(WaiterError):
        stacks.get_waiter("stack_create_complete").wait(
            StackName="unconnected", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )
    events = stacks.describe_stack_events(StackName="unconnected")["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events]
    assert any("has no incoming connection" in each for each in reasons), reasons
