"""A process that has imported what Lambda workers need, and forks a worker in milliseconds.

`python fork_server.py FD` runs apart from the server. It takes requests from a socket and ends when the server closes
that socket. For each request it forks. The fork either imports more modules and is a fork server itself, with a socket
of its own, or it is a worker and runs MiniStack's script.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from pathlib import Path
from typing import Any

LONGEST = 1 << 18  # bytes of a request: an environment and a few paths
FILES = 4
# What nearly every function calls. To read its models from the SDK's files takes longer than to fork a worker.
OFTEN_CALLED = ("s3", "dynamodb")
FORKED = b"forked"  # a worker's reply, which comes with a file that stands for its process
PATH = tuple(sys.path)


def fork_for_each_request(requests: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return the request and the files that came with it, in the fork that does what it asks for."""
    gc.freeze()  # so that the garbage collector of a fork copies no memory
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks that end leave no zombies
    while True:
        message, files, _, _ = socket.recv_fds(requests, LONGEST, FILES, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            requests.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return json.loads(message), files
        for file in files:
            os.close(file)


def import_more(environment: dict[str, str], path: list[str], modules: list[str]) -> None:
    sys.stdout = sys.stderr  # as in MiniStack's script
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = [*path, *PATH]
    for module in modules:
        with contextlib.suppress(Exception):  # the worker imports it again, and reports the error
            importlib.import_module(module)
    if "boto3" in modules:
        with contextlib.suppress(Exception):
            read_service_models()


def read_service_models() -> None:
    """Into the SDK's default session, which has neither credentials nor a region of its own yet."""
    sdk = importlib.import_module("boto3")
    for service in OFTEN_CALLED:
        sdk.client(service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")  # noqa: S106 (none)


def become_worker(script: str, folder: str, environment: dict[str, str], files: list[int]) -> None:
    *standard, told = files
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    Path("/proc/self/comm").write_text(
        environment["AWS_LAMBDA_FUNCTION_NAME"]
    )  # what `top` shows of it, cut to 15 letters
    sys.path[:] = PATH
    sys.argv[:] = [script]
    sys.stdout = sys.__stdout__
    process = os.pidfd_open(os.getpid())
    with socket.socket(fileno=told) as server:
        socket.send_fds(server, [FORKED], [process])
    os.close(process)
    runpy.run_path(script, run_name="__main__")


def main(requests: socket.socket) -> None:
    while True:
        request, files = fork_for_each_request(requests)
        if "script" in request:
            return become_worker(**request, files=files)
        import_more(**request)
        requests = socket.socket(fileno=files[0])


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
