"""Note that a client of the WebSocket API wants to hear of changes. Called by API Gateway.

in   a message `{"action": "watch"}`, or the end of a connection
out  `{"type": "watching"}` to the client: from now on it hears of what it may read (push_changes)
"""

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import connections
from docent.errors import DocentError
from docent.settings import read_settings
from docent.watchers import Watcher

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    connections_table: str
    connections_url: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def watch(watcher: Watcher, now: float) -> None:
    """With an expired token nothing is noted, and the client goes on asking."""
    if watcher.caller.expires_at <= now:
        return
    watcher.add(settings().connections_table)
    data = json.dumps({"type": "watching"}).encode()
    connections(settings().connections_url).post_to_connection(ConnectionId=watcher.connection_id, Data=data)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    asked = event["requestContext"]
    watcher = Watcher(asked["connectionId"], Caller.from_authorizer(asked["authorizer"]))
    try:
        if asked["eventType"] == "MESSAGE":
            watch(watcher, time.time())
        else:
            watcher.remove(settings().connections_table)
    except (DocentError, ClientError, BotoCoreError) as error:
        # Nobody waits for an answer: a client that is not told goes on asking.
        logger.warning("watcher not changed", event_type=asked["eventType"], error=type(error).__name__)
    return {"statusCode": 200}
