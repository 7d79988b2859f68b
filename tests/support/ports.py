"""Ports for servers that start a moment later."""

import contextlib
import os
import secrets
import socket

# Below what the kernel gives to outgoing connections: one of those cannot take a port between our look and the start,
# nor while its server restarts.
FIRST, LAST = 20_000, 32_000

given: set[int] = set()


def free_ports(count: int = 1) -> int:
    """The first of so many in a row, which are given to nobody else: each process of a test run has ports of its own,
    since another one could take a port between our look and the start."""
    share = (LAST - FIRST) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    lowest = FIRST + share * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        first = lowest + secrets.randbelow(share - count)
        ports = range(first, first + count)
        if given.intersection(ports):
            continue
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in ports:
                probes.enter_context(socket.create_server(("127.0.0.1", port)))
            given.update(ports)
            return first
