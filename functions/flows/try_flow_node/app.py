"""Run a node, or the rest of a run from a node, as a new run: POST /flows/{flow}/trials of openapi.yaml.

in   a request of API Gateway, its body a `FlowTrial`
out  200 with a `FlowResult`; a problem: FlowForbiddenError, FlowTrialError, NotFoundError

The part of the flow is made into a flow of its own, which is deleted after the run.
"""

import time
import uuid
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.deadlines import Deadline
from docent.settings import read_settings
from docent.throttling import count_request
from docent.usage import UsageSettings, check_budget
from flows.deployed_flows import DeployedFlow
from flows.flow_editors import check_editor
from flows.flow_runs import Guardrail, Started, run_to_end
from flows.invocations import Invocation
from flows.kept_runs import Runs
from flows.partial_flows import INPUT, PORT, trial_of
from flows.run_events import documents_of
from try_flow_node.passing_flows import passing_flow

logger = Logger()
tracer = Tracer()
# API Gateway waits 29 seconds for a reply; the flow is deleted before it is sent.
REST_SECONDS = 22
KEPT_SECONDS = 3
TEST_ALIAS = "TSTALIASID"


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    flows: str
    flow_runs_table: str
    flow_run_days: int
    flow_editors_group: str
    flow_role_arn: str
    trial_prefix: str
    guardrail_id: str
    guardrail_version: str
    max_text_units: int
    callers_table: str
    requests_per_minute: int
    allowed_origins: str

    @property
    def runs(self) -> Runs:
        return Runs(self.flow_runs_table, self.flow_run_days)


@cache
def settings() -> Settings:
    return read_settings(Settings)


def try_flow_node(deadline: Deadline, request: Request) -> Reply:
    now, caller, body = time.time(), request.caller, request.body
    check_editor(caller, settings().flow_editors_group)
    count_request(settings().callers_table, caller, "flow", settings().requests_per_minute, now)
    check_budget()
    flow, runs = DeployedFlow.find(settings().flows, request.path["flow"]), settings().runs
    earlier = runs.read(flow.name, body["run_id"], caller, is_editor=True)
    inputs, outputs = documents_of(runs.events(earlier.run_id))
    trial = trial_of(
        runs.definition(earlier.values["definition_hash"]),
        body["node"],
        body["scope"] == "node",
        inputs.get(body["node"], {}) | body.get("inputs", {}),
        outputs,
    )
    run_id, version = uuid.uuid4().hex, earlier.values["version"]
    more = {"from_run": earlier.run_id, "from_node": body["node"]}
    with passing_flow(f"{settings().trial_prefix}{run_id}", settings().flow_role_arn, trial.definition) as flow_id:
        keep = partial(runs.begin, run_id, flow.name, version, trial.definition, caller, now, **more)
        started = Started(run_id, flow.name, version, trial.definition, caller, now, keep=keep)
        invocation = Invocation(flow_id, TEST_ALIAS, INPUT, PORT, trial.document)
        gate = Guardrail(settings().guardrail_id, settings().guardrail_version, settings().max_text_units).gate()
        ended, result = run_to_end(started, invocation, runs, gate, deadline)
    logger.info("node tried", run_id=run_id, flow=flow.name, status=ended.status)
    return Reply(result)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT_SECONDS, REST_SECONDS)
    return serve(event, partial(try_flow_node, deadline), settings().allowed_origins, logger)
