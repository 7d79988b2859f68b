"""Which engine answers an operation of `bedrock-agent` and `bedrock-agent-runtime`, and which permission it needs.

MiniStack tells the two services apart by their paths, and takes an ARN in a path for the other one. So both come here.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.bedrock_agent.wire import AgentError, Json, Reply, invalid, reply, request_of, route
from local.faults import Fault, Faults
from local.seams.services import Handler

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose signature and main permission are checked. `denial(action, resource)` tells why its caller is
    not allowed something more; None if it is."""

    operation: str
    request: Json
    denial: Callable[[str, str], str | None] = lambda _action, _resource: None


# The members of the reply, or a whole reply, such as a stream.
type Answer = Callable[[Asked], Json | Reply | Awaitable[Json | Reply]]
# The ARN of what a request is about, from its flat members.
type Resource = Callable[[Mapping[str, str]], str]


class Dispatch:
    def __init__(self, faults: Faults, denial: Callable[[Any, Any, str, str], str | None]) -> None:
        self._faults, self._denial = faults, denial
        self._answers: dict[str, tuple[Answer, Resource]] = {}

    def add(self, operation: str, answer: Answer, resource: Resource) -> None:
        self._answers[operation] = answer, resource

    def or_else(self, fallback: Handler) -> Handler:
        """A handler that answers what was added, and leaves the rest to another one."""

        async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]) -> Any:
            found = route(method, path)
            if found is None or found[0].name not in self._answers:
                return await fallback(method, path, headers, body, query)
            return await self.answer(method, path, headers, body, query)

        return handle

    async def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        found = route(method, path)
        if found is None or found[0].name not in self._answers:
            return AgentError("UnknownOperationException", "There is no such operation here.").on_the_wire()
        operation, labels = found
        try:
            fault = self._fault(operation.service_model.service_name, operation.name, headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise AgentError(fault.error, "A fault that was asked for.")
            request = request_of(operation, labels, query, body)
            asked = Asked(operation.name, request, self._denial_for(headers, query))
            answer, _ = self._answers[operation.name]
            told = answer(asked)
            told = await told if inspect.isawaitable(told) else told
            if fault.lost:
                raise AgentError(fault.lost, "The reply was lost, as a fault asked for.")
            status, sent, content = told if isinstance(told, tuple) else reply(operation, told)
        except AgentError as error:
            return error.on_the_wire()
        except Exception:
            logger.exception("%s failed", operation.name)
            return AgentError("InternalServerException", "An internal error occurred.").on_the_wire()
        if fault.malformed and isinstance(content, bytes):
            content = content[: len(content) // 2]
        return status, sent, content

    def _denial_for(self, headers: Mapping[str, str], query: Mapping[str, Any]) -> Callable[[str, str], str | None]:
        if not headers:  # CloudFormation's provisioners, which MiniStack has authorized
            return lambda _action, _resource: None
        return lambda action, resource: self._denial(headers, query, action, resource)

    def _fault(self, service: str, operation: str, headers: Mapping[str, str]) -> Fault:
        try:
            return self._faults.take(service, operation, headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error

    def action_of(self, method: str, path: str, _query: Any = None) -> str | None:
        found = route(method, path)
        return found[0].name if found and found[0].name in self._answers else None

    def resource_of(self, method: str, path: str) -> str | None:
        found = route(method, path)
        if found is None or found[0].name not in self._answers:
            return None
        _, resource = self._answers[found[0].name]
        return resource(found[1])
