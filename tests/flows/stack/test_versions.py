"""Twelve deployments of a flow: the oldest versions make room, and one is rolled back to."""

import json
from typing import Any

import pytest

from cli.target import LOCAL_STACK
from tests.support.api_client import ApiClient
from tests.support.people import People
from tests.support.stack import Stack

STACK = "twelve-deployments"
DEPLOYMENTS = 12


@pytest.fixture
def editor(stack: Stack, everybody: People) -> ApiClient:
    return ApiClient(stack.target, everybody.token("fiona@example.com", ["everyone"]))


def deployment(number: int, flow: dict[str, str], prune: str) -> str:
    """As `make compile` writes it: a version whose logical id changes, after room was made, and an alias of it."""
    version = f"Version{number}"
    retained = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    resources = {
        "Room": {
            "Type": "AWS::CloudFormation::CustomResource",
            "Properties": {"ServiceToken": prune, "FlowId": flow["id"], "Version": version},
        },
        version: {
            "Type": "AWS::Bedrock::FlowVersion",
            "DependsOn": "Room",
            **retained,
            "Properties": {"FlowArn": flow["arn"], "Description": f"Deployment {number}"},
        },
        "Alias": {
            "Type": "AWS::Bedrock::FlowAlias",
            "Properties": {
                "FlowArn": flow["arn"],
                "Name": "twelve",
                "RoutingConfiguration": [{"FlowVersion": {"Fn::GetAtt": [version, "Version"]}}],
            },
        },
    }
    outputs = {"Alias": {"Value": {"Fn::GetAtt": ["Alias", "Id"]}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


def test_twelve_deployments_leave_ten_versions_and_one_of_them_answers_again(stack: Stack, editor: ApiClient) -> None:
    cloudformation, agent = stack.target.client("cloudformation"), stack.target.client("bedrock-agent")
    known = json.loads(stack.target.outputs["FlowIds"])["customer-service"]
    flow = {"id": known["id"], "arn": agent.get_flow(flowIdentifier=known["id"])["arn"]}
    function = cloudformation.describe_stack_resource(
        StackName=LOCAL_STACK, LogicalResourceId="PruneFlowVersionsFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    prune = stack.target.client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    live = answering(agent, known)
    aliases: set[str] = set()
    try:
        for number in range(DEPLOYMENTS):
            call, waiter = (
                ("create_stack", "stack_create_complete") if number == 0 else ("update_stack", "stack_update_complete")
            )
            getattr(cloudformation, call)(StackName=STACK, TemplateBody=deployment(number, flow, prune))
            cloudformation.get_waiter(waiter).wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
            (shown,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
            aliases.add(shown["Outputs"][0]["OutputValue"])
        versions = numbers(agent, known["id"])
        newest = max(versions)
        assert len(versions) == 10
        assert int(live) in versions, "the version that answers is never deleted"
        assert versions[1:] == list(range(newest - 8, newest + 1)), "the oldest went"
        (alias,) = aliases
        assert answering(agent, {"id": known["id"], "alias": alias}) == str(newest)

        earlier = str(versions[3])
        assert editor.call("PUT", "/flows/customer-service/alias", {"version": earlier})[0] == 200
        status, reply = editor.call("POST", "/flows/customer-service/invoke", {"input": "Hello?"})
        assert (status, reply["version"]) == (200, earlier)
        assert answering(agent, known) == earlier
    finally:
        editor.call("PUT", "/flows/customer-service/alias", {"version": live})
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        for number in numbers(agent, known["id"]):
            if str(number) != live:
                agent.delete_flow_version(flowIdentifier=known["id"], flowVersion=str(number))


def answering(agent: Any, known: dict[str, str]) -> str:
    alias = agent.get_flow_alias(flowIdentifier=known["id"], aliasIdentifier=known["alias"])
    return alias["routingConfiguration"][0]["flowVersion"]


def numbers(agent: Any, flow_id: str) -> list[int]:
    pages = agent.get_paginator("list_flow_versions").paginate(flowIdentifier=flow_id)
    found = [each["version"] for page in pages for each in page["flowVersionSummaries"]]
    return sorted(int(each) for each in found if each.isdigit())
