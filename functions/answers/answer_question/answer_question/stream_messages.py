"""What goes over the WebSocket: a client's question in; sentences, then the answer, or a problem out.

in   {"action": "ask", "question", "conversation_id"?, "turn_id"?, "id"?}   `id` is the client's own, and comes back
out  {"type": "sentence", "id"?, "number", "text"}              each as it passes its checks
     {"type": "answer", "id"?, …}                               the body of POST /ask
     {"type": "problem", "id"?, "name", "title", "status", "detail", "request_id", "errors"?, "retry_after"?}
"""

from collections.abc import Mapping
from typing import Any

from docent.contract import contract_of, parse_body
from docent.turn_progress import Listener, Progress
from docent.websocket_messages import MAX_BYTES, encoded, post


def message_schema() -> dict[str, Any]:
    """The contract's question, with what a message has besides."""
    schema = contract_of("POST /ask")["body"]
    own = {"action": {"const": "ask"}, "id": {"type": "string", "maxLength": 64}}
    return {**schema, "required": [*schema["required"], "action"], "properties": {**schema["properties"], **own}}


def read_message(text: str) -> dict[str, Any]:
    """Raises InvalidRequestError, or another error of parse_body, if it is no question."""
    return parse_body(message_schema(), text.encode(errors="replace"))


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
        data = _fitting({"type": kind, **self._listener.own_id, **content})
        self.failure = post(self._url, self._listener.connection_id, data)

    def send_sentence(self, text: str, progress: Progress | None) -> None:
        """`number` counts from 1: what two functions send may overtake each other."""
        self._sent += 1
        self.move_to(progress.listener if progress else None)
        self.send("sentence", {"number": self._sent, "text": text})

    def send_again(self, progress: Progress) -> None:
        for text in progress.sentences:
            self.send_sentence(text, None)


def _fitting(message: Mapping[str, Any]) -> bytes:
    """Without the excerpts of its citations if it is too large."""
    data = encoded(message)
    if len(data) <= MAX_BYTES or "citations" not in message:
        return data
    citations = [{**citation, "excerpt": ""} for citation in message["citations"]]
    return encoded({**message, "citations": citations})
