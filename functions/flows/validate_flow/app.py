"""Validate a definition: POST /flows/validate of openapi.yaml.

in   a request of API Gateway, its body a `FlowDefinitionToValidate`
out  200 with a `FlowValidation`
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.settings import read_settings
from flows.found_in_flows import found_in

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def validate_flow(request: Request) -> Reply:
    found = found_in(request.body["definition"])
    logger.info("flow validated", found=len(found["validations"]), refusals=len(found["refusals"]))
    return Reply(found)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, validate_flow, settings().allowed_origins, logger)
