"""Messages to clients of the WebSocket API, of every kind: how one is sent, and what a problem looks like."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import problem
from docent.clients import connections
from docent.errors import DocentError

# API Gateway's limit for a message: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAX_BYTES = 128 * 1024


def message_id(text: str) -> dict[str, str]:
    """`{"id": …}` of a text that may be no valid message, for the problem that answers it."""
    try:
        found = json.loads(text)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
    return {"id": found} if isinstance(found, str) and len(found) <= 64 else {}


def problem_message(error: DocentError, request_id: str) -> dict[str, Any]:
    """An error as problem details with `name` instead of `type`, because `type` is the kind of message here."""
    reply = problem(error, request_id)
    wait = reply.headers.get("Retry-After")
    details = {name: value for name, value in reply.body.items() if name != "type"}
    return {"name": type(error).__name__, **details} | ({"retry_after": int(wait)} if wait else {})


def encoded(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def post(url: str, connection_id: str, data: bytes) -> str:
    """The name of the error with which sending failed, mostly GoneException; empty if it was sent."""
    try:
        connections(url).post_to_connection(ConnectionId=connection_id, Data=data)
    except ClientError as error:
        return error.response.get("Error", {}).get("Code", "Unknown")
    except BotoCoreError as error:
        return type(error).__name__
    return ""
