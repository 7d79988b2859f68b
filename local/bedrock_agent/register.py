"""Agents for Amazon Bedrock on this machine: what the engines below add, Rerank, and MiniStack's records of agents."""

from collections.abc import Mapping
from typing import Any

from local.bedrock_agent.dispatch import Dispatch
from local.bedrock_agent.wire import SERVICES
from local.machine import Machine
from local.seams import services


def register(machine: Machine) -> None:
    dispatch = Dispatch(machine.faults, _denial)
    machine.share(dispatch)
    for name in SERVICES:
        services.add_service(name, services.with_streams(dispatch.or_else(services.handler_of(name))))
    services.authorize_operations(SERVICES, "bedrock", dispatch.action_of, dispatch.resource_of)


def _denial(headers: Mapping[str, str], query: Mapping[str, Any], action: str, resource: str) -> str | None:
    """A role can only be passed on to Bedrock, and policies can name it."""
    keys = {"iam:PassedToService": "bedrock.amazonaws.com"} if action == "iam:PassRole" else {}
    return services.denial(headers, query, action, resource, keys)
