"""Save the file of a flow as it was edited: PUT /flows/{flow}/file of openapi.yaml.

in   a request of API Gateway, its body a `FlowFileToSave`
out  200 with a `FlowFile`; a problem: FlowForbiddenError, FlowFileChangedError, InvalidRequestError, NotFoundError

A file with errors can be saved too. Saving does not deploy it.
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
from flows.deployed_files import deployed_files
from flows.deployed_flows import DeployedFlow
from flows.flow_editors import check_editor
from flows.flow_files import parse
from flows.kept_files import FlowFiles

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


def checked(name: str, text: str) -> str:
    try:
        parse(text)
    except (ValueError, RecursionError) as error:
        detail = {"field": f"/{name}", "detail": "is no JSON object"}
        raise InvalidRequestError("The file is not JSON.", (detail,)) from error
    return text


def save_flow_file(request: Request) -> Reply:
    check_editor(request.caller, settings().flow_editors_group)
    flow = DeployedFlow.find(settings().flows, request.path["flow"]).name
    text, layout = checked("text", request.body["text"]), request.body.get("layout", "")
    if layout:
        checked("layout", layout)
    files = FlowFiles(settings().flow_runs_table, deployed_files())
    saved = files.save(flow, text, layout, request.body["revision"], request.caller.user, time.time())
    logger.info("flow file saved", flow=flow, revision=saved.revision)
    return Reply(saved.to_json())


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, save_flow_file, settings().allowed_origins, logger)
