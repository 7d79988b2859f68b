"""What goes over the WebSocket: a run's input in; its events, then its result, or a problem out.

in   {"action": "flow", "flow", "input", "trace"?, "run_id"?, "node"?, "id"?}   `id` is the client's own, and comes back
out  {"type": "flow_event", "id"?, "run_id", "number", "event"}                 trace events only with `trace`
     {"type": "flow_result", "id"?, …}                                          the body of POST /flows/{flow}/invoke
     {"type": "problem", "id"?, "name", "title", "status", "detail", "request_id", "errors"?, "retry_after"?}
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import problem
from docent.clients import connections
from docent.contract import contract_of, parse_body
from docent.errors import DocentError
from flows.run_events import Event, shortened

# API Gateway's limit for a message: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAX_BYTES = 128 * 1024
# What a message has around an event.
_AROUND = 1024


def message_schema() -> dict[str, Any]:
    """The contract's input, with what a message has besides."""
    contract = contract_of("POST /flows/{flow}/invoke")
    schema = contract["body"]
    own = {
        "action": {"const": "flow"},
        "id": {"type": "string", "maxLength": 64},
        "flow": contract["path"]["properties"]["flow"],
    }
    required = [*schema["required"], "action", "flow"]
    return {**schema, "required": required, "properties": {**schema["properties"], **own}}


def read_message(text: str) -> dict[str, Any]:
    """Raises InvalidRequestError, or another error of parse_body, if it is no input of a flow."""
    return parse_body(message_schema(), text.encode(errors="replace"), MAX_BYTES)


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


class Client:
    """A connected client. `failure` is the name of the error with which sending failed, mostly GoneException. After it
    nothing more is sent, and the run continues."""

    def __init__(self, url: str, connection_id: str, own_id: Mapping[str, str]) -> None:
        self._url, self._connection_id, self._own_id = url, connection_id, own_id
        self._run_id = ""
        self.failure = ""

    def begin(self, run_id: str) -> None:
        self._run_id = run_id

    def send_event(self, trace: bool, number: int, event: Event) -> None:
        if trace or "flowTraceEvent" not in event:
            self.send("flow_event", {"run_id": self._run_id, "number": number, "event": event})

    def send(self, kind: str, content: Mapping[str, Any]) -> None:
        if self.failure:
            return
        message = {"type": kind, **self._own_id, **shortened(dict(content), MAX_BYTES - _AROUND)}
        data = json.dumps(message, ensure_ascii=False).encode()
        try:
            connections(self._url).post_to_connection(ConnectionId=self._connection_id, Data=data)
        except ClientError as error:
            self.failure = error.response.get("Error", {}).get("Code", "Unknown")
        except BotoCoreError as error:
            self.failure = type(error).__name__
