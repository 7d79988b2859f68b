"""What happens to the calls of a session's clients while a test wants it to.

botocore copies a session's handlers into each client when it is created, and creating one takes longer than most
tests. Here one handler per event is registered once, before any client, and looks up what the test wants now.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3

EVENTS = ("before-call", "before-send")


class Hooks:
    def __init__(self, session: boto3.Session) -> None:
        self._handlers: list[tuple[str, Callable[..., Any]]] = []
        events: Any = session.events
        for event in EVENTS:
            events.register(event, self._call)

    @contextmanager
    def hooked(self, handler: Callable[..., Any], *events: str) -> Iterator[None]:
        """Call the handler at each `event.service` or `event.service.Operation`. Its result is the reply, if any."""
        added = [(event, handler) for event in events]
        self._handlers = [*added, *self._handlers]
        try:
            yield
        finally:
            self._handlers = [each for each in self._handlers if each not in added]

    def _call(self, event_name: str, **given: Any) -> Any:
        for event, handler in self._handlers:
            if f"{event_name}.".startswith(f"{event}."):
                reply = handler(event_name=event_name, **given)
                if reply is not None:
                    return reply
        return None


@cache
def hooks_of(session: boto3.Session) -> Hooks:
    return Hooks(session)
