"""Services that MiniStack lacks or has in another form, with routing, signatures and IAM like its own services."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, router
from ministack.core.responses import (
    StreamingResponse,
    get_account_id,
    get_region,
)
from ministack.services import (
    bedrock_runtime,
)

from local.callers import Receive, Send

type Reply = tuple[int, dict[str, str], bytes]
# `(method, path, headers, body, query parameters)`, as MiniStack calls a service.
type Handler = Callable[..., Awaitable[Reply]]

ACCOUNT = "000000000000"

bedrock_runtime_of_ministack: Handler = bedrock_runtime.handle_request


def add_service(name: str, handler: Handler) -> None:
    handlers: dict[str, Any] = app.SERVICE_HANDLERS
    handlers[name] = handler


def handler_of(name: str) -> Handler:
    """The handler that answers a service now."""
    handlers: dict[str, Any] = app.SERVICE_HANDLERS
    return handlers[name]


def authorize_operations(
    names: Collection[str],
    namespace: str,
    operation_of: Callable[[str, str, Any], str | None],
    resource_of: Callable[[str, str], str | None],
) -> None:
    """Check requests to these services as `namespace:Operation` on a resource, both told by method and path.

    For None, IAM sees what MiniStack makes of the request.
    """
    actions, resources = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def extract_iam_action(service: str, method: str, path: str, headers: Any, body: bytes, query: Any) -> str | None:
        operation = operation_of(method, path, query) if service in names else None
        return f"{namespace}:{operation}" if operation else actions(service, method, path, headers, body, query)

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found = resource_of(method, path) if service in names else None
        return found or resources(service, method, path, headers, body, *rest)

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = extract_iam_action, extract_resource_arn


def with_streams(handler: Callable[..., Awaitable[Any]]) -> Handler:
    """Let a handler's body be a generator of parts, which are sent as they come. It is closed if the caller leaves."""

    async def handle(*request: Any) -> Any:
        status, headers, body = await handler(*request)
        # A dict of its own, because MiniStack adds the length of this body.
        return status, dict(headers), body if isinstance(body, bytes) else StreamingResponse(partial(_send_parts, body))

    return handle


async def _send_parts(parts: AsyncGenerator[bytes], send: Send, receive: Receive) -> None:
    async def sent() -> None:
        async with aclosing(parts):
            async for part in parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    tasks = [asyncio.create_task(sent()), asyncio.create_task(left())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    if not tasks[0].cancelled():
        tasks[0].result()


def add_json_service(name: str, target_prefix: str, handler: Handler) -> None:
    """Add a service with the JSON protocol, routed by its target header and checked by IAM."""
    router.SERVICE_PATTERNS[name] = {
        "target_prefixes": [target_prefix],
        "host_patterns": [rf"{name}\."],
        "credential_scope": name,
    }
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    add_service(name, handler)


def add_rest_service(
    name: str, handler: Handler, operation_of: Callable[[str, str, Mapping[str, Any]], str | None]
) -> None:
    """Add a service with the REST-JSON protocol, routed by its credential scope and checked by IAM.

    `operation_of(method, path, query)` is the handler's own router, so that IAM checks the operation that will run.
    """
    router.SERVICE_PATTERNS[name] = {"host_patterns": [rf"{name}\."], "credential_scope": name}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    of_ministack = iam_actions.extract_iam_action

    def extract_iam_action(service: str, method: str, path: str, headers: Any, body: bytes, query: Any) -> str | None:
        if service != name:
            return of_ministack(service, method, path, headers, body, query)
        operation = operation_of(method, path, query)
        return operation and f"{name}:{operation}"

    iam_actions.extract_iam_action = extract_iam_action
    add_service(name, handler)


def check_also(service: str, others: Callable[[str], list[str]]) -> None:
    """Check a request on more resources, for actions that AWS's authorization reference checks on several."""
    of_ministack = iam_evaluator.enforce

    def enforce(key: str, action: str, asked: str, region: str, resource_arn: str = "*", **context: Any) -> Any:
        refused = of_ministack(key, action, asked, region, resource_arn=resource_arn, **context)
        for arn in others(resource_arn) if asked == service else ():
            refused = refused or of_ministack(key, action, asked, region, resource_arn=arn, **context)
        return refused

    iam_evaluator.enforce = enforce


def denial(
    headers: Mapping[str, str], query: Mapping[str, Any], action: str, resource: str, keys: Mapping[str, str]
) -> str | None:
    """Why the caller of a request is not allowed another action, such as `iam:PassRole`; None if it is allowed."""
    key = router.extract_access_key_id(dict(headers), dict(query)) or ""
    service = action.partition(":")[0]
    found = iam_evaluator.enforce(key, action, service, get_region(), resource_arn=resource, service_context=dict(keys))
    if isinstance(found, iam_evaluator.EvalResult):
        return iam_actions.identity_denial_message(action, found.principal_arn, resource, found.decision == "Deny")
    return found.message if found else None


def name_resource(name: str, resource_of: Callable[[str, bytes], str | None]) -> None:
    """Compute the ARN of a request's resource from `(path, body)`; without it, or for None, IAM sees MiniStack's."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found = resource_of(path, body) if service == name else None
        return found or of_ministack(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


def name_identity_providers() -> None:
    """Give IAM the ARN of the identity provider in a request; without it IAM sees `*`."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, Any], *rest: Any
    ) -> str:
        if service == "iam":
            for name in ("SAMLProviderArn", "OpenIDConnectProviderArn"):
                if arn := iam_actions._query_param(query, name):
                    return arn
        return of_ministack(service, method, path, headers, body, query, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


def name_map_runs() -> None:
    """The ARN of the Map Run that a request to Step Functions is about; without it IAM sees `*`."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        if service == "states" and (arn := iam_actions._safe_json_field(body, "mapRunArn")):
            return arn
        return of_ministack(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


def name_alarms() -> None:
    """All alarms, for a request that lists them; without it IAM sees `*`, which no ARN in a policy allows."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        if service == "monitoring":
            asked = (headers.get("x-amz-target", ""), path, body.decode(errors="replace").partition("&")[0])
            if any(re.search(r"\bDescribeAlarms$", each) for each in asked):
                _, region, account_id = rest
                return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:*"
        return of_ministack(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


def authorize_as(actions: Mapping[str, str]) -> None:
    """Check an operation under AWS's action if the two have different names."""
    of_ministack = iam_actions.extract_iam_action

    def extract_iam_action(*request: Any) -> str | None:
        action = of_ministack(*request)
        return actions.get(action, action) if action else None

    iam_actions.extract_iam_action = extract_iam_action


def let_wildcards_match_line_breaks() -> None:
    """A key can contain line breaks, and `arn:…/*` matches them; in MiniStack it does not."""
    of_ministack = iam_evaluator._fnmatch_compile

    def compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
        return re.compile(of_ministack(pattern, ignore_case).pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0))

    iam_evaluator._fnmatch_compile = compiled


def name_sessions_by_their_role() -> None:
    """`aws:PrincipalArn` is a session's role; in MiniStack it is the session."""
    of_ministack = iam_evaluator._resolve_condition_key

    def resolve(key: str, context: iam_evaluator.EvalContext) -> Any:
        found = of_ministack(key, context)
        if key.lower() == "aws:principalarn" and ":assumed-role/" in str(found):
            return f"arn:aws:iam::{context.principal_account}:role/{str(found).split('/')[1]}"
        return found

    iam_evaluator._resolve_condition_key = resolve


def region() -> str:
    """The Region of the current request."""
    return get_region()


def account() -> str:
    """The account of the current request."""
    return get_account_id()


def role_credentials(role_arn: str) -> dict[str, str]:
    """Credentials of a service role, as the service itself would have: `{aws_access_key_id, …}`."""
    account = role_arn.split(":")[4]
    config = {
        "FunctionArn": f"arn:aws:lambda:us-east-1:{account}:function:kendra",
        "FunctionName": "kendra",
        "Role": role_arn,
    }
    return {name.lower(): value for name, value in lambda_runtime.execution_credentials(config).items()}
