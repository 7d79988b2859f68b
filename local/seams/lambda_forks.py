"""Lambda: workers that are forked from a process that has already imported what they need."""

import contextlib
import json
import math
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any, Self

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.seams import fork_server

# The name of the handler's variable is AWS's. The others differ from worker to worker.
HANDLER = "_HANDLER"
LAYERS = "_LAMBDA_LAYERS_DIRS"
OF_THE_SCRIPT = "botocore.handlers"  # MiniStack's script imports it too
# Powertools imports it when a handler makes its Tracer: most of the time of importing a handler.
OF_A_TRACER = "aws_xray_sdk.core"
IDLE_SECONDS = 45.0  # of a worker
IDLE_SERVER_SECONDS = 180.0  # of a function's fork server, which takes half a second to start
OF_ONE_WORKER = frozenset({LAYERS, "AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_TASK_ROOT", "NODE_PATH"})


def fork_workers() -> None:
    """Fork each Python worker from a process that has imported the function's layers and its handler.

    MiniStack starts a Python process for each worker, which imports the SDK and Powertools again. This takes more
    processor time than most invocations, and a burst of documents needs it a hundred times.
    """
    functions = _Functions()

    class NamedHandler(lambda_runtime.Worker):
        def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
            variables = config.get("Environment", {}).get("Variables", {}) | {HANDLER: config.get("Handler", "")}
            super().__init__(func_name, config | {"Environment": {"Variables": variables}}, code_zip)

    def start(command: Sequence[str], **options: Any) -> Any:
        if command[0] == sys.executable and HANDLER in options["env"]:
            with contextlib.suppress(OSError, EOFError):
                return functions.fork(command[1], options["cwd"], options["env"])
        return subprocess.Popen(command, **options)

    lambda_runtime.Worker = NamedHandler
    lambda_runtime.subprocess = SimpleNamespace(**vars(subprocess) | {"Popen": start})


def end_idle_workers() -> None:
    """End every worker that nobody has used for a while, also the last one of its function.

    A worker holds 30 MB, and another one is forked in less than a tenth of a second.
    """

    def end(ttl: float = IDLE_SECONDS) -> int:
        now = time.time()
        with lambda_runtime._lock:
            idle = {
                id(worker): worker
                for workers in lambda_runtime._workers.values()
                for worker in workers
                # Calls over a WebSocket lease no worker, and hold its lock.
                if not (worker.in_use or worker._lock.locked()) and now - worker.last_used >= ttl
            }
            for workers in lambda_runtime._workers.values():
                workers[:] = [worker for worker in workers if id(worker) not in idle]
        lambda_runtime.kill_workers(list(idle.values()))
        return len(idle)

    lambda_svc.reap_idle_workers = end


class _Functions:
    """The fork servers of all functions. Each is a fork of one that has imported its layers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_layers = weakref.WeakValueDictionary[tuple[str, ...], ForkServer]()
        self._of_function: dict[str, tuple[Any, ForkServer]] = {}
        self._used: dict[str, float] = {}

    def fork(self, script: str, folder: str, environment: dict[str, str]) -> "Fork":
        """Raises OSError or EOFError if the function's fork server has ended; the next call starts another."""
        function = environment["_LAMBDA_FUNCTION_ARN"], environment["AWS_LAMBDA_FUNCTION_VERSION"]
        try:
            return self._server(str(function), folder, environment).fork(script, folder, environment)
        except (OSError, EOFError):
            with self._lock:
                self._of_function.clear()
                self._used.clear()
                self._of_layers.clear()
            raise

    def _server(self, function: str, folder: str, environment: dict[str, str]) -> "ForkServer":
        code = str(Path(folder).resolve())
        layers = tuple(str(Path(layer).resolve()) for layer in environment.get(LAYERS, "").split(os.pathsep) if layer)
        shared = {name: value for name, value in environment.items() if name not in OF_ONE_WORKER}
        with self._lock:
            now = (code, layers, shared)
            before, server = self._of_function.get(function, (None, None))
            if server is None or before != now:
                handler = environment[HANDLER].rpartition(".")[0].replace("/", ".")
                with_layers = self._with_layers(layers, environment)
                server = with_layers.importing(environment, [*_path(layers), code], [OF_THE_SCRIPT, handler])
                self._of_function[function] = now, server
            self._used[function] = time.monotonic()
            self._end_idle_but(function)
            return server

    def _end_idle_but(self, function: str) -> None:
        """Each fork server holds 14 MB, and there are as many as functions."""
        now = time.monotonic()
        for other in [each for each, used in self._used.items() if now - used >= IDLE_SERVER_SECONDS]:
            if other != function:
                del self._used[other], self._of_function[other]

    def _with_layers(self, layers: tuple[str, ...], environment: dict[str, str]) -> "ForkServer":
        server = self._of_layers.get(layers)
        if server is None:
            if layers:
                packages = [module.name for module in pkgutil.iter_modules([f"{layers[-1]}/python"])]
                below = self._with_layers(layers[:-1], environment)
                server = below.importing(environment, _path(layers), [*packages, OF_A_TRACER])
            else:
                server = ForkServer.started()
            self._of_layers[layers] = server
        return server


def _path(layers: tuple[str, ...]) -> list[str]:
    """Where modules are looked for, in the order of MiniStack's script."""
    return [path for layer in reversed(layers) for path in (layer, f"{layer}/python")]


class ForkServer:
    """The server's end of a process of fork_server.py. The process ends when nothing refers to this object.

    It refers to the fork server that it is a fork of, so that later forks share its memory too.
    """

    def __init__(
        self, requests: socket.socket, parent: Self | None, process: subprocess.Popen[bytes] | None = None
    ) -> None:
        self._requests, self._parent = requests, parent
        weakref.finalize(self, _end, requests, process)

    @classmethod
    def started(cls) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # With -P, the modules in this folder cannot be taken for those of a function.
            command = (sys.executable, "-P", fork_server.__file__, str(theirs.fileno()))
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        return cls(ours, None, process)

    def importing(self, environment: dict[str, str], path: list[str], modules: list[str]) -> "ForkServer":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._ask({"environment": environment, "path": path, "modules": modules}, theirs.fileno())
        return ForkServer(ours, self)

    def fork(self, script: str, folder: str, environment: dict[str, str]) -> "Fork":
        """Raises OSError or EOFError if the process has ended."""
        told, tells = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        (stdin, to_it), (from_it, stdout), (errors, stderr) = os.pipe(), os.pipe(), os.pipe()
        with contextlib.ExitStack() as failed:
            pipes = [
                failed.enter_context(os.fdopen(to_it, "w", buffering=1)),
                failed.enter_context(os.fdopen(from_it)),
                failed.enter_context(os.fdopen(errors)),
            ]
            with told:
                try:
                    request = {"script": script, "folder": folder, "environment": environment}
                    self._ask(request, stdin, stdout, stderr, tells.fileno())
                finally:
                    tells.close()
                    for file in (stdin, stdout, stderr):
                        os.close(file)
                _, processes, _, _ = socket.recv_fds(told, len(fork_server.FORKED), 1, socket.MSG_CMSG_CLOEXEC)
            if not processes:
                raise EOFError
            failed.pop_all()
        return Fork(processes[0], *pipes)

    def _ask(self, request: dict[str, Any], *files: int) -> None:
        socket.send_fds(self._requests, [json.dumps(request).encode()], files)


def _end(requests: socket.socket, process: subprocess.Popen[bytes] | None) -> None:
    requests.close()
    if process:
        process.wait()


class Fork:
    """A forked worker, with what MiniStack uses of `subprocess.Popen`."""

    def __init__(self, process: int, stdin: IO[str], stdout: IO[str], stderr: IO[str]) -> None:
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self._process = process
        self._end = select.poll()
        self._end.register(process, select.POLLIN)
        weakref.finalize(self, os.close, process)

    def poll(self) -> int | None:
        """None while it runs. How it ended, only its parent knows."""
        return 0 if self._end.poll(0) else None

    def wait(self, timeout: float | None = None) -> int:
        if not self._end.poll(None if timeout is None else math.ceil(timeout * 1000)):
            raise subprocess.TimeoutExpired("fork", timeout or 0)
        return 0

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, what: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, what)
