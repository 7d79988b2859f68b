"""Point the alias of a flow to another version: PUT /flows/{flow}/alias of openapi.yaml.

in   a request of API Gateway, its body a `FlowAliasTarget`
out  200 with a `FlowAlias`; a problem: FlowForbiddenError, NotFoundError
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.api import Reply, Request, serve
from docent.clients import bedrock_agent
from docent.errors import MisconfiguredError, from_aws
from docent.settings import read_settings
from flows.deployed_flows import DeployedFlow
from flows.flow_editors import check_editor

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    flows: str
    flow_editors_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def roll_back_flow(request: Request) -> Reply:
    check_editor(request.caller, settings().flow_editors_group)
    flow, version = DeployedFlow.find(settings().flows, request.path["flow"]), request.body["version"]
    flow.version(version)
    alias = flow.alias()
    before = alias["routingConfiguration"][0]["flowVersion"]
    kept = {name: alias[name] for name in ("description", "concurrencyConfiguration") if alias.get(name)}
    try:
        bedrock_agent().update_flow_alias(
            flowIdentifier=flow.flow_id,
            aliasIdentifier=flow.alias_id,
            name=alias["name"],
            routingConfiguration=[{"flowVersion": version}],
            **kept,
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a flow's alias was changed", MisconfiguredError) from error
    logger.info("alias changed", flow=flow.name, version=version, before=before)
    return Reply({"version": version, "before": before})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, roll_back_flow, settings().allowed_origins, logger)
