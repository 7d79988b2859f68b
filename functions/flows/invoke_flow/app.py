"""Run a flow, masked, and keep the run. Called by API Gateway, through two doors:

POST /flows/{flow}/invoke   the whole answer, as openapi.yaml has it
WebSocket                   the same, event by event as they occur (flow_messages.py has the messages)
"""

import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.deadlines import Deadline
from docent.errors import DocentError, UnauthorizedError, UnexpectedError
from docent.throttling import count_request
from docent.usage import check_budget
from docent.websocket_messages import message_id, problem_message
from flows.flow_runs import run_to_end, unheard
from flows.invocations import Deliver
from invoke_flow.flow_messages import Client, read_message
from invoke_flow.invoke_settings import Settings, settings
from invoke_flow.started_runs import started

__all__ = ["Settings", "handler", "settings"]

logger = Logger()
tracer = Tracer()
metrics = Metrics()

# API Gateway waits 29 seconds for a reply. A cold start, keeping the run and the reply itself need some of them.
REST_SECONDS = 25
# Before Lambda ends the function, so that the client is told how the run ended.
KEPT_SECONDS = 10


def invoke(
    flow: str,
    body: dict[str, Any],
    caller: Caller,
    deadline: Deadline,
    deliver: Deliver = unheard,
    begun: Callable[[str], object] = str,
) -> dict[str, Any]:
    """A `FlowResult` with events and nodes."""
    count_request(settings().callers_table, caller, "flow", settings().requests_per_minute, time.time())
    check_budget()
    run, invocation = started(flow, body, caller, uuid.uuid4().hex, time.time())
    begun(run.run_id)

    def note(error: str) -> None:
        logger.warning("usage or alias not known", run_id=run.run_id, error=error)

    gate = settings().guardrail.gate()
    ended, result = run_to_end(run, invocation, settings().runs, gate, deadline, deliver, note)
    error = type(ended.error).__name__ if ended.error else None
    logger.info("flow run", run_id=run.run_id, flow=flow, version=run.version, status=ended.status, error=error)
    metrics.add_metric("FlowRuns", MetricUnit.Count, 1)
    metrics.add_metric("FlowRunsFailed", MetricUnit.Count, ended.status in ("FAILED", "TIMED_OUT", "NO_OUTPUT"))
    return result


def shown(result: dict[str, Any], trace: bool) -> dict[str, Any]:
    return result if trace else {name: each for name, each in result.items() if name not in ("events", "nodes")}


def reply_to(deadline: Deadline, request: Request[Caller]) -> Reply:
    result = invoke(request.path["flow"], request.body, request.caller, deadline)
    return Reply(shown(result, request.body.get("trace", False)))


def answer_message(event: dict[str, Any], asked_at: float, remaining: Callable[[], int]) -> None:
    """One message of a connected client. If the client leaves, the run continues and is kept."""
    context, text = event["requestContext"], event.get("body") or ""
    client = Client(settings().connections_url, context["connectionId"], message_id(text))
    try:
        message = read_message(text)
        caller = Caller.from_authorizer(context["authorizer"])
        if caller.expires_at <= asked_at:
            raise UnauthorizedError("The token has expired.")
        trace = message.get("trace", False)
        deliver = partial(client.send_event, trace)
        result = invoke(message["flow"], message, caller, Deadline.of(remaining, KEPT_SECONDS), deliver, client.begin)
        # The events of this run were sent one by one.
        client.send("flow_result", {name: each for name, each in shown(result, trace).items() if name != "events"})
    except DocentError as error:
        logger.warning("message refused", request_id=context["requestId"], error=type(error).__name__)
        client.send("problem", problem_message(error, context["requestId"]))
    except Exception as error:  # as docent.api.serve does it: only the class is told
        logger.error("message failed", request_id=context["requestId"], error=type(error).__name__)
        unexpected = UnexpectedError("The flow could not be run.")
        client.send("problem", problem_message(unexpected, context["requestId"]))
    if client.failure:
        logger.info("client not reached", error=client.failure)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event["requestContext"].get("eventType") == "MESSAGE":
        answer_message(event, time.time(), context.get_remaining_time_in_millis)
        return {"statusCode": 200}
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT_SECONDS, REST_SECONDS)
    return serve(event, partial(reply_to, deadline), settings().allowed_origins, logger)
