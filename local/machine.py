"""The machine that AWS runs on: what an engine gets, and what it registers to be warmed up and closed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import cache, partial
from typing import Any

import boto3

from local.faults import Faults
from local.seams.services import role_credentials
from local.settings import LocalSettings


class Machine:
    """Each engine's `register(machine)` adds itself to it (local/engines.py)."""

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        self.faults = Faults(settings.faults)
        self.warming: list[Callable[[], Awaitable[None]]] = []
        self.closing = ExitStack()  # the last engine is closed first
        self._shared: dict[type, Any] = {}
        # Clients of this machine's services with the credentials of a role or, for None, of root. Creating one takes
        # longer than most calls.
        self.s3 = cache(partial(self._client, "s3"))
        self.functions = cache(partial(self._client, "lambda"))

    def _client(self, service: Any, role_arn: str | None) -> Any:
        credentials: dict[str, Any] = role_credentials(role_arn) if role_arn else {}
        return boto3.client(service, endpoint_url=self.settings.url, **credentials)

    def share(self, service: object) -> None:
        """Let engines further down the list call this one directly."""
        self._shared[type(service)] = service

    def shared[T](self, service: type[T]) -> T:
        return self._shared[service]

    async def warm(self) -> None:
        await asyncio.gather(*(warm() for warm in self.warming))
