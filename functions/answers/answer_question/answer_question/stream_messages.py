"""What goes over the WebSocket: a client's question in; sentences, then the answer, or a problem out.

in   {"action": "ask", "question", "conversation_id"?, "turn_id"?, "id"?}   `id` is the client's own, and comes back
out  {"type": "sentence", "id"?, "number", "text"}              each as it passes its checks
     {"type": "answer", "id"?, …}                               the body of POST /ask
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
from docent.turn_progress import Listener, Progress

# API Gateway's limit for a message: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAX_BYTES = 128 * 1024


def message_schema() -> dict[str, Any]:
    """The contract's question, with what a message has besides."""
    schema = contract_of("POST /ask")["body"]
    own = {"action": {"const": "ask"}, "id": {"type": "string", "maxLength": 64}}
    return {**schema, "required": [*schema["required"], "action"], "properties": {**schema["properties"], **own}}


def read_message(text: str) -> dict[str, Any]:
    """Raises InvalidRequestError and its like for what is no question."""
    return parse_body(message_schema(), text.encode(errors="replace"))


def message_id(text: str) -> dict[str, str]:
    """`{"id": …}` of a message that may be none, for the problem that answers it."""
    try:
        found = json.loads(text)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
    return {"id": found} if isinstance(found, str) and len(found) <= 64 else {}


def problem_message(error: DocentError, request_id: str) -> dict[str, Any]:
    """An error as its problem details, but for their `type`, which says here what the message is: `name` instead."""
    reply = problem(error, request_id)
    wait = reply.headers.get("Retry-After")
    details = {name: value for name, value in reply.body.items() if name != "type"}
    return {"name": type(error).__name__, **details} | ({"retry_after": int(wait)} if wait else {})


class Connection:
    """Where an answer is sent: to one client, and to another connection of it once it has asked again there.

    `failure` is the name of what kept a message from it, mostly GoneException. After that nothing more is sent there,
    and nobody complains: the answer is kept in its conversation.
    """

    def __init__(self, url: str, listener: Listener) -> None:
        self._url = url
        self._listener = listener
        self._sent = 0
        self.failure = ""

    def move_to(self, listener: Listener | None) -> None:
        if listener and listener != self._listener:
            self._listener, self.failure = listener, ""

    def send(self, kind: str, content: Mapping[str, Any]) -> None:
        if self.failure:
            return
        data = _encoded({"type": kind, **self._listener.own_id, **content})
        try:
            connections(self._url).post_to_connection(ConnectionId=self._listener.connection_id, Data=data)
        except ClientError as error:
            self.failure = error.response.get("Error", {}).get("Code", "Unknown")
        except BotoCoreError as error:
            self.failure = type(error).__name__

    def send_sentence(self, text: str, progress: Progress | None) -> None:
        """`number` counts from 1: what two functions send may overtake each other."""
        self._sent += 1
        self.move_to(progress.listener if progress else None)
        self.send("sentence", {"number": self._sent, "text": text})

    def send_again(self, progress: Progress) -> None:
        for text in progress.sentences:
            self.send_sentence(text, None)


def _encoded(message: Mapping[str, Any]) -> bytes:
    data = json.dumps(message, ensure_ascii=False).encode()
    if len(data) <= MAX_BYTES or "citations" not in message:
        return data
    citations = [{**citation, "excerpt": ""} for citation in message["citations"]]
    return json.dumps({**message, "citations": citations}, ensure_ascii=False).encode()
