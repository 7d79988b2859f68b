"""Make room for one more version of a flow. Called by CloudFormation before it makes the version.

in   a request of CloudFormation, its properties `FlowId`, and `Version`, which changes with each version
out  nothing; CloudFormation gets its answer at the request's `ResponseURL`

A flow can have ten versions. The oldest that no alias names are deleted until nine are left.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.custom_resources import send_answer
from docent.settings import read_settings
from prune_flow_versions.flow_versions import prune

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    """None: the request names the flow."""


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    try:
        if event["RequestType"] != "Delete":
            deleted = prune(event["ResourceProperties"]["FlowId"])
            logger.info("versions pruned", deleted=len(deleted))
    except Exception as error:
        # CloudFormation waits for an answer, also after an error.
        send_answer(event, f"{type(error).__name__}: {error}")
        raise
    send_answer(event)
