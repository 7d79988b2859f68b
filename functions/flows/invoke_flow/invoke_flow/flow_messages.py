"""What goes over the WebSocket: a run's input in; its events, then its result, or a problem out.

in   {"action": "flow", "flow", "input", "trace"?, "run_id"?, "node"?, "id"?}   `id` is the client's own, and comes back
out  {"type": "flow_event", "id"?, "run_id", "number", "event"}                 trace events only with `trace`
     {"type": "flow_result", "id"?, …}                                          the body of POST /flows/{flow}/invoke
     {"type": "problem", "id"?, "name", "title", "status", "detail", "request_id", "errors"?, "retry_after"?}
"""

from collections.abc import Mapping
from typing import Any

from docent.contract import contract_of, parse_body
from docent.websocket_messages import MAX_BYTES, encoded, post
from flows.run_events import Event, shortened

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
        self.failure = post(self._url, self._connection_id, encoded(message))
