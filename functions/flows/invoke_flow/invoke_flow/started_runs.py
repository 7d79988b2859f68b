"""How a run begins: with an input, or with the answer to a question of an earlier turn."""

from functools import partial
from typing import Any

from docent.callers import Caller
from docent.errors import InvalidRequestError
from docent.errors.flows import (
    FlowInputError,
    FlowTrialError,
    FlowTurnLateError,
    FlowTurnNodeError,
    FlowTurnTakenError,
)
from flows.deployed_flows import DeployedFlow
from flows.flow_runs import Started, input_port
from flows.invocations import Invocation
from flows.run_events import seconds_of
from invoke_flow.invoke_settings import settings


def started(flow: str, body: dict[str, Any], caller: Caller, run_id: str, now: float) -> tuple[Started, Invocation]:
    """The run, and what is sent for it. `body` is a `FlowInput` of openapi.yaml."""
    deployed = DeployedFlow.find(settings().flows, flow)
    if isinstance(body["input"], str) and not body["input"].strip():
        raise FlowInputError("The input is empty.")
    if ("run_id" in body) != ("node" in body):
        missing = "node" if "run_id" in body else "run_id"
        detail = {"field": f"/{missing}", "detail": "is needed with the other one, to answer a question of a run"}
        raise InvalidRequestError("A question of a run is answered with both `run_id` and `node`.", (detail,))
    if "run_id" in body:
        return _next_turn(deployed, body, caller, now)
    version = deployed.answering_version()
    definition = deployed.definition(version)
    keep = partial(settings().runs.begin, run_id, flow, version, definition, caller, now)
    node, port = input_port(definition)
    invocation = Invocation(deployed.flow_id, deployed.alias_id, node, port, body["input"])
    moved_to = partial(deployed.moved_to, version)
    return Started(run_id, flow, version, definition, caller, now, keep=keep, moved_to=moved_to), invocation


def _next_turn(deployed: DeployedFlow, body: dict[str, Any], caller: Caller, now: float) -> tuple[Started, Invocation]:
    runs = settings().runs
    run = runs.read(deployed.name, body["run_id"], caller, is_editor=False)
    question = run.values.get("question", {})
    if run.status != "INPUT_REQUIRED":
        raise FlowTurnTakenError(f"The run waits for no answer; it is {run.status}.")
    if "from_run" in run.values:
        raise FlowTrialError("The flow of a trial is gone after it, so that its question cannot be answered.")
    if question["node"] != body["node"]:
        raise FlowTurnNodeError(f"The node {question['node']} asked, not {body['node']}.")
    if now > seconds_of(question["until"]):
        raise FlowTurnLateError(f"The question could be answered until {question['until']}.")
    if not runs.take_turn(run.run_id, run.values["question_id"]):
        raise FlowTurnTakenError("The question was answered before.")
    definition = runs.definition(run.values["definition_hash"])
    node, port = input_port(definition)
    execution = run.values["execution_id"]
    invocation = Invocation(deployed.flow_id, deployed.alias_id, node, port, body["input"], execution, question["node"])
    earlier = tuple(runs.events(run.run_id))
    return Started(run.run_id, deployed.name, run.values["version"], definition, caller, now, earlier), invocation
