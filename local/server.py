"""One process that serves all of AWS that Docent uses: MiniStack, with our engines as further services."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from local.settings import LocalSettings

logger = logging.getLogger("docent.local")

SAVE_SECONDS = 5
UNDER_WAY = timedelta(seconds=3)  # from an upload to the execution that it starts
STOP_SECONDS = 8
SIOCGIFADDR = 0x8915  # ioctl for an interface's address, linux/sockios.h

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


def compose(
    settings: LocalSettings,
) -> tuple[AsgiApp, Callable[[], Coroutine[Any, Any, None]], Callable[[], None]]:
    """The ASGI application, what warms its engines up, and what closes them.

    MiniStack reads the environment when it is imported.
    """
    os.environ.update(settings.server_environment())
    import boto3

    from local.bedrock.guardrail import GuardrailEngine
    from local.bedrock.runtime import BedrockRuntime
    from local.faults import Faults
    from local.federation.saml import SamlIdentities
    from local.federation.service import FederationService
    from local.federation.web_identity import WebIdentities, fetched
    from local.kendra.resource import add_kendra_index
    from local.kendra.service import KendraService
    from local.qbusiness.resource import add_qbusiness
    from local.qbusiness.service import QBusinessService, Surroundings
    from local.qbusiness.wire import operation_of
    from local.seams import (
        alarms,
        api_gateway,
        buckets,
        deliveries,
        histories,
        identities,
        lambdas,
        resources,
        services,
        state,
        user_pools,
        workflows,
    )

    def s3(role_arn: str | None) -> Any:
        credentials: dict[str, Any] = services.role_credentials(role_arn) if role_arn else {}
        return boto3.client("s3", endpoint_url=settings.url, **credentials)

    faults = Faults(settings.faults)
    kendra = KendraService(settings.home / "kendra", s3)
    guardrail = GuardrailEngine(resources.guardrail_definition)

    async def apply_guardrail(identifier: str, version: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return await guardrail.apply(identifier, version, request)

    runtime = BedrockRuntime(apply_guardrail, services.bedrock_runtime_of_ministack, faults, settings.llm_url)

    services.add_json_service(
        "kendra", "AWSKendraFrontendService", with_faults("kendra", kendra.handle_request, faults)
    )
    services.add_service("bedrock-runtime", runtime.handle_request)
    qbusiness = QBusinessService(
        settings.home / "qbusiness",
        s3,
        Surroundings(
            arn_prefix=services.qbusiness_arn_prefix,
            region=services.region,
            provider_exists=lambda arn: identities.identity_provider(arn) is not None,
            session_of=identities.session_of,
            kendra=kendra.passages_of,
        ),
        faults,
    )
    services.add_rest_service("qbusiness", qbusiness.handle_request, operation_of)
    services.check_also("qbusiness", services.qbusiness_applications)
    services.name_resources(
        {
            "kendra": services.kendra_resource,
            "bedrock-runtime": services.bedrock_runtime_resource,
            "qbusiness": services.qbusiness_resource,
        }
    )
    services.authorize_as(
        {
            "bedrock:Converse": "bedrock:InvokeModel",
            "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
        }
    )
    federation = FederationService(
        WebIdentities(identities.identity_provider, lambda url: fetched(_on_this_machine(url, settings))),
        SamlIdentities(identities.identity_provider),
        identities.sts_of_ministack,
    )
    identities.replace_sts(federation.handle_request)
    identities.add_iam_identity_providers()
    services.name_identity_providers()
    services.let_wildcards_match_line_breaks()
    resources.add_bedrock_guardrails()
    resources.name_secrets_by_their_arn()
    api_gateway.add_api_resource_types()
    api_gateway.import_extensions()
    api_gateway.tell_where_the_api_is()
    api_gateway.choose_subprotocols()
    api_gateway.refuse_connections_as_unauthorized()
    user_pools.add_identity_providers()
    user_pools.keep_clients_to_what_they_may_write()
    user_pools.let_administrators_alone_create_users()
    user_pools.say_which_addresses_are_verified()
    user_pools.serve_sign_in_pages(settings.url)
    user_pools.take_providers_claims_as_cognito_does()
    add_kendra_index(kendra.handle_request)
    add_qbusiness(qbusiness.handle_request)
    lambdas.name_errors_as_lambda_does()
    lambdas.unpack_packages_once(settings.home / "unpacked")
    buckets.keep_versions_on_disk()
    buckets.number_events_by_version()
    workflows.add_redrive()
    buckets.check_checksums_of_forms()
    workflows.name_nested_failures_as_step_functions_does()
    deliveries.keep_what_reaches_no_workflow()
    alarms.measure_how_executions_end()
    alarms.look_at_several_metrics()
    histories.pack_histories()
    histories.forget_delivered_events()
    state.keep_snapshots()
    workflows.fail_tasks(lambda workflow, state, about: faults.take(workflow, state, {}, about))

    def close() -> None:
        lambdas.stop_workers()
        qbusiness.close()
        kendra.close()
        runtime.close()

    return _with_controls(services.app.app, faults), runtime.warm, close


def _on_this_machine(url: str, settings: LocalSettings) -> str:
    """A Cognito user pool issues tokens under AWS's address; its keys are published here."""
    host, _, path = url.removeprefix("https://").partition("/")
    ours = url.startswith("https://cognito-idp.") and host.endswith(".amazonaws.com")
    return f"{settings.url}/{path}" if ours else url


def with_faults(service: str, handler: Any, faults: Any) -> Any:
    """A JSON-protocol handler whose calls fail when told to."""

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        fault = faults.take(service, operation, headers)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.error:
            error = {"__type": fault.error, "Message": "A fault that was asked for."}
            return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(error).encode()
        reply = await handler(method, path, headers, body, query)
        return (reply[0], reply[1], reply[2][: len(reply[2]) // 2]) if fault and fault.malformed else reply

    return handle


def _with_controls(app: AsgiApp, faults: Any) -> AsgiApp:
    """`/_docent/faults`: GET tells what was called and which rules struck, PUT sets the rules (local/faults.py)."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # Loopback needs no TLS; said as a proxy that ended it would, or the buckets' TLS-only policies refuse.
            scope["headers"] = [*scope["headers"], (b"x-forwarded-proto", b"https")]
        if scope["type"] != "http" or scope["path"] != "/_docent/faults":
            await app(scope, receive, send)
            return
        status, reply = 200, json.dumps({"calls": faults.calls, "struck": faults.struck}).encode()
        if scope["method"] == "PUT":
            body = b""
            while True:
                message = await receive()
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
            try:
                faults.set(body.decode())
            except ValueError as error:
                status, reply = 400, json.dumps({"message": str(error)}).encode()
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": reply})

    return serve


class Counted:
    """An application that knows how many requests it has answered."""

    def __init__(self, app: AsgiApp) -> None:
        self._app, self.answered = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            self.answered += 1


def serve(settings: LocalSettings) -> None:
    """Serve until told to stop; state is saved on the way down."""
    # What a killed predecessor left behind goes first.
    shutil.rmtree(settings.scratch, ignore_errors=True)
    settings.scratch.mkdir(parents=True)
    composed, warm, close = compose(settings)
    app = Counted(composed)
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    from local.seams.buckets import announce_again
    from local.seams.state import save_state, saved_at
    from local.seams.workflows import resume_interrupted_executions

    last = saved_at()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", settings.port))  # raises at once, and by name, when something else has it

    config = Config()
    config.bind = [f"{address}:{settings.port}" for address in ("127.0.0.1", *_docker_bridge())]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 5
    config.accesslog = None
    config.loglevel = "WARNING"

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        serving = asyncio.create_task(hypercorn_serve(app, config, shutdown_trigger=stop.wait))  # pyright: ignore[reportArgumentType]
        await _listening(settings.port)
        tasks = [asyncio.create_task(warm()), asyncio.create_task(_save_what_changed(app))]
        resumed = await asyncio.to_thread(resume_interrupted_executions)
        if resumed:
            logger.warning("%d interrupted executions go on", resumed)
        if last and (announced := await asyncio.to_thread(announce_again, last - UNDER_WAY)):
            logger.warning("%d uploads and removals since the last snapshot are announced again", announced)
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()  # it ended by itself: the port was taken, say
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        # Before all else: what still runs may take longer than whoever stops us is willing to wait.
        save_state()
        await asyncio.wait([serving], timeout=STOP_SECONDS)

    try:
        asyncio.new_event_loop().run_until_complete(run())
    except Exception:
        logger.exception("AWS on this machine stops")
        close()
        raise
    close()
    # Executions under way wait in threads that would keep the process alive; the next start goes on with them.
    os._exit(0)


async def _save_what_changed(app: Counted) -> None:
    """Keep the state on disk up to date, at work too, for when this process is killed."""
    from local.seams.state import activity, save_state_meanwhile

    saved = None
    while True:
        await asyncio.sleep(SAVE_SECONDS)
        now = (app.answered, activity())
        if now != saved and await save_state_meanwhile():
            saved = now


def _docker_bridge() -> list[str]:
    """This machine's address on Docker's bridge, if there is one: `sam local invoke` calls from containers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        reply = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", b"docker0"))
        return [socket.inet_ntoa(reply[20:24])]
    return []


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
