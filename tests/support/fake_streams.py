"""AWS's binary event stream as a service sends it: one frame per event, in chunks that can end anywhere.

A frame holds its length, the length of its headers, the CRC-32 of both, the headers, the payload and the CRC-32 of all.
"""

import io
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

_STRING = 7  # the type of a header's value
_CHUNKS = (1, 7, 64, 3, 200)


@dataclass(frozen=True)
class Streamed:
    """`events` are `(name, payload)`. The stream ends with the exception of this name or the connection error, if
    there is one. `headers` are the reply's own."""

    events: list[tuple[str, dict[str, Any]]]
    exception: str = ""
    error: Exception | None = None
    sizes: tuple[int, ...] = field(default=_CHUNKS)
    message: str = "Slow down."
    headers: dict[str, str] = field(default_factory=dict)

    def frames(self) -> Iterator[bytes]:
        for name, payload in self.events:
            yield _frame({":event-type": name, ":message-type": "event"}, payload)
        if self.exception:
            yield _frame({":exception-type": self.exception, ":message-type": "exception"}, {"message": self.message})


def _frame(headers: dict[str, str], payload: dict[str, Any]) -> bytes:
    body = json.dumps(payload).encode()
    head = b"".join(_header(name, value) for name, value in (headers | {":content-type": "application/json"}).items())
    prelude = struct.pack("!II", 16 + len(head) + len(body), len(head))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + head + body
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()


class Raw(io.BytesIO):
    """A reply's body in urllib3's form."""

    def __init__(self, data: bytes, sizes: Iterable[int] = (), error: Exception | None = None) -> None:
        super().__init__(data)
        self._error = error
        self._sizes = tuple(sizes)

    def stream(self, **_: Any) -> Iterator[bytes]:
        if not self._sizes:
            yield self.read()
            return
        for size in cycle(self._sizes):
            if not (chunk := self.read(size)):
                if self._error:
                    raise self._error
                return
            yield chunk
