"""Ports for servers that start a moment later."""

import contextlib
import secrets
import socket

# Below what the kernel gives to outgoing connections: one of those cannot take a port between our look and the start,
# nor while its server restarts.
FIRST, LAST = 20_000, 32_000


def free_ports(count: int = 1) -> int:
    """The first of so many in a row."""
    while True:
        first = FIRST + secrets.randbelow(LAST - FIRST - count)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + count):
                probes.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
