"""Functions and agents on a machine, for nodes of flows."""

import io
import zipfile
from typing import Any

from tests.support.flow_definitions import MODEL
from tests.support.machine import Machine

_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def lambda_function(machine: Machine, name: str, code: str) -> str:
    """The ARN of a function with `handler` in its code. Bedrock may invoke it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", code)
    lambdas = machine.client("lambda")
    arn = lambdas.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=machine.role(f"{name}-role", _TRUST),
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    lambdas.add_permission(
        FunctionName=name, StatementId="bedrock", Action="lambda:InvokeFunction", Principal="bedrock.amazonaws.com"
    )
    return arn


def agent_alias(machine: Machine, role: str, name: str, function: str, parameters: dict[str, Any]) -> str:
    """The ARN of an alias of an agent that asks for the parameters and then calls the function. Its action group has
    its name."""
    agents = machine.client("bedrock-agent")
    agent = agents.create_agent(
        agentName=name,
        agentResourceRoleArn=role,
        foundationModel=MODEL,
        instruction="You help customers with their orders, and ask for what you need.",
    )["agent"]["agentId"]
    agents.create_agent_action_group(
        agentId=agent,
        agentVersion="DRAFT",
        actionGroupName=name,
        actionGroupExecutor={"lambda": function},
        functionSchema={"functions": [{"name": "findOrder", "description": "Find an order", "parameters": parameters}]},
    )
    return agents.create_agent_alias(agentId=agent, agentAliasName="live")["agentAlias"]["agentAliasArn"]
