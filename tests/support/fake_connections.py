"""Clients connected to a WebSocket API. They receive what is posted to them until they disconnect."""

import json
from collections.abc import Callable
from typing import Any

from tests.support.fake_service import FakeService, Refused

MAX_BYTES = 128 * 1024


class FakeConnections(FakeService):
    """`messages` holds what arrived, by connection. `leave` disconnects one, at once or after some messages. `heard` is
    called with each message that arrived."""

    events = ("apigatewaymanagementapi",)

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.heard: Callable[[dict[str, Any]], None] | None = None
        self._leaves: dict[str, int] = {}

    def leave(self, connection_id: str, after: int = 0) -> None:
        self._leaves[connection_id] = after

    def PostToConnection(self, request: dict[str, Any]) -> dict[str, Any]:
        got = self.messages.setdefault(request["ConnectionId"], [])
        if len(got) >= self._leaves.get(request["ConnectionId"], 1_000_000):
            raise Refused("GoneException")
        if len(request["Data"]) > MAX_BYTES:
            raise Refused("PayloadTooLargeException")
        got.append(json.loads(request["Data"]))
        if self.heard:
            self.heard(got[-1])
        return {}
