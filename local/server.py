"""One process that serves all the AWS services that Docent uses: MiniStack, with our engines as additional services."""

import asyncio
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import socket
import struct
from datetime import timedelta
from typing import TYPE_CHECKING

from local.callers import AsgiApp, Receive, Scope, Send, for_own_callers
from local.controls import naming_home, naming_model, with_controls
from local.settings import LocalSettings

if TYPE_CHECKING:
    from local.machine import Machine

logger = logging.getLogger("docent.local")

SAVE_SECONDS = 5
UNDER_WAY = timedelta(seconds=3)  # from an upload to the start of its execution
STOP_SECONDS = 8
SIOCGIFADDR = 0x8915  # ioctl for an interface's address, linux/sockios.h


def compose(settings: LocalSettings) -> "tuple[AsgiApp, Machine]":
    """MiniStack with our engines and seams, and the machine they run on.

    MiniStack reads the environment when it is imported.
    """
    os.environ.update(settings.server_environment())
    from ministack.app import app

    from local.bedrock.runtime import BedrockRuntime
    from local.engines import ENGINES, register_of
    from local.machine import Machine
    from local.sagemaker.runs import Runs
    from local.sagemaker.workers import with_workers
    from local.seams.catalogue import SEAMS
    from local.seams.web_pages import page_reaches

    machine = Machine(settings)
    for engine in ENGINES:
        register_of(engine)(machine)
    for seam in SEAMS:
        seam.apply(machine)
    served = with_workers(with_controls(as_behind_tls(app), machine.faults), machine.shared(Runs))
    served = naming_home(naming_model(served, machine.shared(BedrockRuntime).model), settings.home)
    return for_own_callers(served, _docker_bridge(), page_reaches), machine


def as_behind_tls(app: AsgiApp) -> AsgiApp:
    """Loopback needs no TLS, but without this header the buckets' TLS-only policies would deny every request."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = [*scope["headers"], (b"x-forwarded-proto", b"https")]
        await app(scope, receive, send)

    return serve


class Counted:
    """An application that counts the requests it has answered."""

    def __init__(self, app: AsgiApp) -> None:
        self._app, self.answered = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            self.answered += 1


def serve(settings: LocalSettings) -> None:
    """Serve until told to stop, and save the state before the process ends."""
    os.umask(0o077)  # the state contains passwords and keys
    # Remove what a killed process left behind.
    shutil.rmtree(settings.scratch, ignore_errors=True)
    settings.scratch.mkdir(parents=True)
    composed, machine = compose(settings)
    app = Counted(composed)
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    from local.seams.buckets import announce_again
    from local.seams.lambdas import stop_workers
    from local.seams.state import save_state, saved_at
    from local.seams.workflows import resume_interrupted_executions

    machine.closing.callback(stop_workers)
    last = saved_at()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", settings.port))  # raises at once with a clear message if another process uses the port

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
        tasks = [asyncio.create_task(machine.warm()), asyncio.create_task(_save_what_changed(app))]
        resumed = await asyncio.to_thread(resume_interrupted_executions)
        if resumed:
            logger.warning("%d interrupted executions are resumed", resumed)
        if last and (announced := await asyncio.to_thread(announce_again, last - UNDER_WAY)):
            logger.warning("events of %d uploads and removals since the last snapshot are sent again", announced)
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            serving.result()  # it ended by itself, for example because the port was in use
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        # First of all, because work that still runs can take longer than the caller waits for us to stop.
        try:
            save_state()
        except OSError:
            logger.exception("the state is not saved; the next start goes on from the last snapshot")
        await asyncio.wait([serving], timeout=STOP_SECONDS)

    try:
        asyncio.new_event_loop().run_until_complete(run())
    except Exception:
        logger.exception("AWS on this machine stopped after an error")
        machine.closing.close()
        raise
    machine.closing.close()
    # Running executions wait in threads that would keep the process alive; the next start resumes them.
    os._exit(0)


async def _save_what_changed(app: Counted) -> None:
    """Keep the state on disk up to date, also under load, in case this process is killed."""
    from local.seams.state import activity, save_state_meanwhile

    saved = None
    while True:
        await asyncio.sleep(SAVE_SECONDS)
        now = (app.answered, activity())
        if now != saved and await save_state_meanwhile():
            saved = now


def _docker_bridge() -> list[str]:
    """This machine's address on Docker's bridge, if any. `sam local invoke` calls from containers."""
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
