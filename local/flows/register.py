"""Flows and prompts on this machine."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

from local.bedrock.runtime import BedrockRuntime
from local.bedrock_agent.converse import converser
from local.bedrock_agent.dispatch import Dispatch
from local.bedrock_agent.store import Store
from local.flows import arns
from local.flows.agent_resources import add_agents
from local.flows.agents import AgentStandIn
from local.flows.calls import NODE_SECONDS, Machinery, NodeCalls
from local.flows.flow_resources import add_flows
from local.flows.flows import PREPARE_SECONDS, Flows
from local.flows.invocations import SERVICE, Invocations
from local.flows.prompt_resources import add_prompts
from local.flows.prompts import Prompts
from local.flows.runs import Limits
from local.knowledge_bases.answers import Answers
from local.machine import Machine
from local.seams import identities, services
from local.seams.agents import agent_of

_THREADS = 16


def register(machine: Machine) -> None:
    folder = machine.settings.home / "flows"
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "flows.sqlite")
    machine.closing.callback(store.close)
    threads = ThreadPoolExecutor(_THREADS, "flows")
    machine.closing.callback(threads.shutdown, wait=False, cancel_futures=True)
    flows, prompts = Flows(store, _preparing(machine)), Prompts(store)
    dispatch = machine.shared(Dispatch)

    client = _Clients(machine.settings.url).client
    converse = converser(machine.shared(BedrockRuntime))
    machinery = Machinery(
        converse=converse,
        client=client,
        may=identities.role_may,
        prompt=prompts.prompt,
        guardrail_arn=lambda name: _arn("guardrail", name),
        knowledge_base_arn=lambda name: _arn("knowledge-base", name),
        threads=threads,
        knowledge_bases=machine.shared(Answers),
        agents=AgentStandIn(agent_of, converse, lambda: client("lambda"), store),
    )
    invocations = Invocations(flows, store, lambda *about: NodeCalls(machinery, *about), _trusted, Limits())
    for operation, answer, resource in (
        ("CreateFlow", flows.create, lambda _labels: arns.all_flows()),
        ("GetFlow", flows.get, arns.flow_resource),
        ("ListFlows", flows.listed, lambda _labels: arns.all_flows()),
        ("UpdateFlow", flows.update, arns.flow_resource),
        ("PrepareFlow", flows.prepare, arns.flow_resource),
        ("ValidateFlowDefinition", flows.validate, lambda _labels: arns.all_flows()),
        ("DeleteFlow", flows.delete, arns.flow_resource),
        ("CreateFlowVersion", flows.create_version, arns.flow_resource),
        ("GetFlowVersion", flows.get_version, arns.flow_resource),
        ("ListFlowVersions", flows.versions, arns.flow_resource),
        ("DeleteFlowVersion", flows.delete_version, arns.flow_resource),
        ("CreateFlowAlias", flows.create_alias, arns.flow_resource),
        ("GetFlowAlias", flows.get_alias, arns.alias_resource),
        ("ListFlowAliases", flows.aliases, arns.flow_resource),
        ("UpdateFlowAlias", flows.update_alias, arns.alias_resource),
        ("DeleteFlowAlias", flows.delete_alias, arns.alias_resource),
        ("CreatePrompt", prompts.create, arns.prompt_resource),
        ("GetPrompt", prompts.get, arns.prompt_resource),
        ("ListPrompts", prompts.listed, arns.prompt_resource),
        ("UpdatePrompt", prompts.update, arns.prompt_resource),
        ("DeletePrompt", prompts.delete, arns.prompt_resource),
        ("CreatePromptVersion", prompts.create_version, arns.prompt_resource),
        ("InvokeFlow", invocations.invoke, arns.alias_resource),
    ):
        dispatch.add(operation, answer, resource)
    add_flows(dispatch.answer)
    add_prompts(dispatch.answer)
    add_agents(services.handler_of("bedrock-agent"))


class _Clients:
    """Clients by service and role, each made once: making one takes longer than most calls."""

    def __init__(self, url: str) -> None:
        self._url, self._lock = url, threading.Lock()
        self._made: dict[tuple[str, str | None], Any] = {}

    def client(self, service: str, role: str | None = None) -> Any:
        """With the credentials of the role, or of root."""
        with self._lock:
            if (service, role) not in self._made:
                config = Config(read_timeout=NODE_SECONDS, retries={"total_max_attempts": 1})
                credentials: dict[str, Any] = services.role_credentials(role) if role else {}
                new: Any = boto3.client  # for any service
                made = new(service, endpoint_url=self._url, config=config, **credentials)
                self._made[service, role] = made
            return self._made[service, role]


def _preparing(machine: Machine) -> Any:
    """How long the preparation of a flow takes; the fault `bedrock-agent.Preparing[ID]=delay:SECONDS` makes it slow."""

    def seconds(flow_id: str) -> float:
        fault = machine.faults.take("bedrock-agent", "Preparing", {}, flow_id)
        return fault.delay if fault and fault.delay else PREPARE_SECONDS

    return seconds


def _trusted(role_arn: str, flow_arn: str) -> bool:
    keys = {"aws:SourceAccount": services.account(), "aws:SourceArn": flow_arn}
    role = identities.role_of(role_arn)
    return role is not None and identities.trusts_service(role, SERVICE, keys)


def _arn(kind: str, name: str) -> str:
    return (
        name if name.startswith("arn:") else f"arn:aws:bedrock:{services.region()}:{services.account()}:{kind}/{name}"
    )
