"""ConverseStream's reply: AWS's binary event stream, one frame per event.

A frame holds its length, the length of its headers, the CRC-32 of both, the headers, the payload and the CRC-32 of all.
"""

import json
import struct
import zlib
from typing import Any

_STRING = 7  # the type of a header's value
_PIECE = 80  # characters of text in one event


def converse_events(text: str, stop: str, measured: dict[str, Any]) -> bytes:
    """`measured` holds usage, metrics and the trace if there is one."""
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    block = {"contentBlockIndex": 0}
    events: list[tuple[str, dict[str, Any]]] = [
        ("messageStart", {"role": "assistant"}),
        *(("contentBlockDelta", block | {"delta": {"text": piece}}) for piece in pieces),
        *([("contentBlockStop", block)] if pieces else []),
        ("messageStop", {"stopReason": stop}),
        ("metadata", measured),
    ]
    return b"".join(_frame(name, payload) for name, payload in events)


def _frame(event: str, payload: dict[str, Any]) -> bytes:
    body = json.dumps(payload).encode()
    headers = b"".join(
        _header(name, value)
        for name, value in (
            (":event-type", event),
            (":content-type", "application/json"),
            (":message-type", "event"),
        )
    )
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
