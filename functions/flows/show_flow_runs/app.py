"""Show the runs of a flow and what they tell of its nodes: GET /flows/{flow}/runs and others of openapi.yaml.

in   a request of API Gateway
out  200 with `FlowRuns`, `FlowRunDetails` or `FlowMeasures`; a problem: NotFoundError, InvalidRequestError
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from flows.deployed_files import deployed_files
from flows.deployed_flows import DeployedFlow
from flows.flow_editors import is_editor
from flows.kept_runs import Runs
from show_flow_runs.node_measures import measures_of
from show_flow_runs.run_details import details_of

logger = Logger()
tracer = Tracer()
# Of so many runs the times are measured.
MEASURED = 500


@dataclass(frozen=True, slots=True)
class Settings:
    flows: str
    flow_runs_table: str
    flow_editors_group: str
    input_token_price: float
    output_token_price: float
    allowed_origins: str

    @property
    def runs(self) -> Runs:
        return Runs(self.flow_runs_table, days=0)  # nothing is kept here


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_flow_runs(request: Request) -> Reply:
    editor = is_editor(request.caller, settings().flow_editors_group)
    owner = None if editor else request.caller
    place = request.query.get("next")
    rows, following = settings().runs.page(flow_of(request), owner, request.query["limit"], place)
    more = {"next": following} if following else {}
    return Reply({"runs": [row.to_json(editor) for row in rows], **more})


def show_flow_run(request: Request) -> Reply:
    editor = is_editor(request.caller, settings().flow_editors_group)
    flow, runs = flow_of(request), settings().runs
    run = runs.read(flow, request.path["run_id"], request.caller, editor)
    prices = settings().input_token_price, settings().output_token_price
    return Reply(details_of(run, runs, deployed_files()[flow]["layout"], prices, editor))


def measure_flow(request: Request) -> Reply:
    return Reply(measures_of(settings().runs.newest(flow_of(request), MEASURED)))


def flow_of(request: Request) -> str:
    return DeployedFlow.find(settings().flows, request.path["flow"]).name


ANSWERS: dict[str, Callable[[Request], Reply]] = {
    "/flows/{flow}/runs": list_flow_runs,
    "/flows/{flow}/runs/{run_id}": show_flow_run,
    "/flows/{flow}/measures": measure_flow,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, ANSWERS[event["resource"]], settings().allowed_origins, logger)
