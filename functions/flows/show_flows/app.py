"""Show flows, their versions, files and tests: GET /flows and what is below it, of openapi.yaml.

in   a request of API Gateway
out  200 with `Flows`, `FlowDetails`, `FlowVersionDetails`, `FlowDifferences`, `FlowFile` or `FlowTests`; a problem:
     InvalidRequestError, NotFoundError
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
from flows.deployed_flows import DeployedFlow, names_of
from flows.flow_editors import is_editor
from flows.kept_files import FlowFiles
from flows.kept_tests import kept_tests
from show_flows.flow_details import details_of, differences_of, version_details_of

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    flows: str
    flow_runs_table: str
    flow_editors_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def list_flows(request: Request) -> Reply:
    found = [DeployedFlow.find(settings().flows, name) for name in names_of(settings().flows)]
    flows = [{"name": each.name, "version": each.answering_version()} for each in found]
    return Reply({"flows": flows, "may_edit": is_editor(request.caller, settings().flow_editors_group)})


def show_flow(request: Request) -> Reply:
    flow = flow_of(request)
    details = details_of(flow, deployed_files()[flow.name]["layout"])
    return Reply(details | {"may_edit": is_editor(request.caller, settings().flow_editors_group)})


def show_flow_version(request: Request) -> Reply:
    return Reply(version_details_of(flow_of(request), request.path["version"]))


def show_flow_differences(request: Request) -> Reply:
    flow = flow_of(request)
    before = request.query.get("before") or flow.answering_version()
    after = request.query.get("after", "file")
    return Reply(differences_of(flow, before, after, lambda: files().read(flow.name)))


def show_flow_file(request: Request) -> Reply:
    return Reply(files().read(flow_of(request).name).to_json())


def list_flow_tests(request: Request) -> Reply:
    return Reply({"tests": [each.to_json() for each in kept_tests(settings().flow_runs_table, flow_of(request).name)]})


def files() -> FlowFiles:
    return FlowFiles(settings().flow_runs_table, deployed_files())


def flow_of(request: Request) -> DeployedFlow:
    return DeployedFlow.find(settings().flows, request.path["flow"])


ANSWERS: dict[str, Callable[[Request], Reply]] = {
    "/flows": list_flows,
    "/flows/{flow}": show_flow,
    "/flows/{flow}/versions/{version}": show_flow_version,
    "/flows/{flow}/differences": show_flow_differences,
    "/flows/{flow}/file": show_flow_file,
    "/flows/{flow}/tests": list_flow_tests,
}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, ANSWERS[event["resource"]], settings().allowed_origins, logger)
