"""Start the workflows of events that reached none: POST /operations/replay of openapi.yaml.

in   a request of API Gateway
out  200 with `Replayed`; a problem: NotAnOperatorError
"""

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.api import Reply, Request, serve
from docent.clients import sqs, step_functions
from docent.dead_letters import replay
from docent.errors import MisconfiguredError, from_aws
from docent.ownership import check_operator
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()

# Each takes two calls, and API Gateway waits 29 seconds.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Settings:
    replayed_queue: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def replay_events(request: Request) -> Reply:
    check_operator(request.caller, settings().operators_group)
    try:
        started = list(islice(replay(sqs(), step_functions(), settings().replayed_queue), AT_ONCE))
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "events were replayed", MisconfiguredError) from error
    logger.info("events replayed", count=len(started))
    return Reply({"count": len(started), "more": len(started) == AT_ONCE})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, replay_events, settings().allowed_origins, logger)
