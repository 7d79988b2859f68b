"""Save a run as a test: PUT /flows/{flow}/tests/{test} of openapi.yaml.

in   a request of API Gateway, its body a `FlowTestToSave`
out  200 with a `FlowTest`; a problem: FlowForbiddenError, InvalidRequestError, NotFoundError

The run is kept masked, and so is the test.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.errors import InvalidRequestError
from docent.settings import read_settings
from flows.deployed_flows import DeployedFlow
from flows.flow_editors import check_editor
from flows.flow_tests import FlowTest
from flows.invocations import types_in
from flows.kept_runs import Runs
from flows.kept_tests import save_test
from flows.run_events import nodes_of, outputs_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    flows: str
    flow_runs_table: str
    flow_run_days: int
    flow_editors_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def save_flow_test(request: Request) -> Reply:
    check_editor(request.caller, settings().flow_editors_group)
    flow, body = DeployedFlow.find(settings().flows, request.path["flow"]).name, request.body
    runs = Runs(settings().flow_runs_table, settings().flow_run_days)
    run = runs.read(flow, body["run_id"], request.caller, is_editor=True)
    events = runs.events(run.run_id)
    nodes = nodes_of(events, types_in(runs.definition(run.values["definition_hash"])))
    done = run.to_json(for_editor=True) | {"events": events, "outputs": outputs_of(events), "nodes": nodes}
    try:
        test = FlowTest.of_run(done, request.path["test"], body["compare"])
    except ValueError as error:
        detail = {"field": "/run_id", "detail": "is of a run that cannot be a test"}
        raise InvalidRequestError(str(error), (detail,)) from error
    saved = save_test(settings().flow_runs_table, settings().flow_run_days, test, request.caller.user, time.time())
    logger.info("test saved", flow=flow, run_id=run.run_id)
    return Reply(saved.to_json())


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, save_flow_test, settings().allowed_origins, logger)
