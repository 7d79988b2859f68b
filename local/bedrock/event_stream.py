"""ConverseStream's reply: AWS's binary event stream, one frame per event.

A frame holds its length, the length of its headers, the CRC-32 of both, the headers, the payload and the CRC-32 of all.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from local.bedrock.refusals import Refusal
from local.bedrock.spoken import Piece

_STRING = 7  # the type of a header's value
_PIECE = 80  # characters of text in one event
_EXCEPTIONS = {
    "AccessDeniedException": "validationException",
    "ServiceUnavailableException": "serviceUnavailableException",
    "ThrottlingException": "throttlingException",
    "ValidationException": "validationException",
}

type Event = tuple[str, dict[str, Any]]

START: Event = ("messageStart", {"role": "assistant"})


class Blocks:
    """The content blocks of a message while it is written: one for thinking, one for text, and so on."""

    def __init__(self) -> None:
        self._index, self._kind = -1, ""

    def events(self, piece: Piece) -> Iterator[Event]:
        """An empty piece is an empty text, which tells the caller that the reply still goes on."""
        if piece.thinking:
            yield from self._delta("thinking", {"reasoningContent": {"text": piece.thinking}})
        if piece.text or not piece.thinking:
            yield from self._delta("text", {"text": piece.text})

    def end(self) -> Iterator[Event]:
        if self._kind:
            yield "contentBlockStop", {"contentBlockIndex": self._index}
            self._kind = ""

    def _delta(self, kind: str, delta: dict[str, Any]) -> Iterator[Event]:
        if kind != self._kind:
            yield from self.end()
            self._index, self._kind = self._index + 1, kind
        yield "contentBlockDelta", {"contentBlockIndex": self._index, "delta": delta}


def ending(stop: str, measured: dict[str, Any]) -> list[Event]:
    """`measured` holds usage, metrics and the trace if there is one."""
    return [("messageStop", {"stopReason": stop}), ("metadata", measured)]


def converse_events(text: str, thinking: str, stop: str, measured: dict[str, Any]) -> bytes:
    """A reply that is there as a whole."""
    blocks = Blocks()
    pieces = [Piece(thinking=thinking)] if thinking else []
    pieces += [Piece(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)]
    events = [START, *(each for piece in pieces for each in blocks.events(piece)), *blocks.end()]
    return frames([*events, *ending(stop, measured)])


def frames(events: Iterable[Event]) -> bytes:
    return b"".join(_frame("event", name, payload) for name, payload in events)


def exception_frame(refusal: Refusal) -> bytes:
    """An error in the middle of a stream, which has fewer kinds of them than a reply."""
    kind = _EXCEPTIONS.get(refusal.code, "modelStreamErrorException")
    return exception(kind, {"message": str(refusal)})


def exception(kind: str, payload: dict[str, Any]) -> bytes:
    return _frame("exception", kind, payload)


def _frame(message_type: str, name: str, payload: dict[str, Any]) -> bytes:
    body = json.dumps(payload).encode()
    headers = b"".join(
        _header(header, value)
        for header, value in (
            (f":{message_type}-type", name),
            (":content-type", "application/json"),
            (":message-type", message_type),
        )
    )
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
