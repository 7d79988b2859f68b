"""How all work goes: GET /operations of openapi.yaml.

in   a request of API Gateway
out  200 with `Operations`; a problem: NotAnOperatorError
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.ownership import check_operator
from docent.settings import read_settings
from show_operations.alarm_states import alarm_states
from show_operations.dead_letter_queues import dead_letter_queues
from show_operations.workflow_counts import counts_of

logger = Logger()
tracer = Tracer()

# Workflows counted at the same time: the SDK keeps this many connections.
THREADS = 10


@dataclass(frozen=True, slots=True)
class Settings:
    stack: str
    workflows: str  # names of workflows, separated by commas
    workflow_arn_prefix: str
    replayed_queue: str
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_operations(request: Request) -> Reply:
    mine = settings()
    check_operator(request.caller, mine.operators_group)
    with ThreadPoolExecutor(THREADS) as pool:
        alarms = pool.submit(alarm_states, mine.stack)
        workflows = list(pool.map(partial(counts_of, mine.workflow_arn_prefix), mine.workflows.split(",")))
    states = alarms.result()
    queues = dead_letter_queues(states, mine.replayed_queue)
    return Reply({"workflows": workflows, "alarms": [each.to_json() for each in states], "queues": queues})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, show_operations, settings().allowed_origins, logger)
