"""Agents for Amazon Bedrock on this machine: what the engines below add, Rerank, and MiniStack's records of agents."""

from local.bedrock_agent.dispatch import Dispatch
from local.bedrock_agent.wire import SERVICES
from local.machine import Machine
from local.seams import services


def register(machine: Machine) -> None:
    dispatch = Dispatch(
        machine.faults, lambda headers, query, action, resource: services.denial(headers, query, action, resource, {})
    )
    machine.share(dispatch)
    for name in SERVICES:
        services.add_service(name, services.with_streams(dispatch.or_else(services.handler_of(name))))
    services.authorize_operations(SERVICES, "bedrock", dispatch.action_of, dispatch.resource_of)
