"""Who can call this machine.

It listens on loopback, where every page that a browser shows can send requests, and everybody knows its credentials.
So a request must name this machine as its host, because a page can give its own host name this machine's address (DNS
rebinding). A page reaches only what it reaches on AWS too. The addresses that AWS does not have are for programs here.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection
from email.message import Message
from ipaddress import ip_address
from typing import Any

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# What MiniStack and Docent have besides AWS: reset, faults, and what was sent.
CONTROLS = ("/_ministack/", "/_localstack/", "/_docent/")
# The name of this machine in containers.
DOCKER_HOST = "host.docker.internal"
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]+)?")


def for_own_callers(app: AsgiApp, bridges: Collection[str], page_reaches: Callable[[Scope], bool]) -> AsgiApp:
    """Refuse the requests of anybody else. `bridges` are this machine's addresses for containers; `page_reaches` tells
    whether a request is one that pages can send."""

    def refusal(scope: Scope) -> str | None:
        names = [_name(value) for value in _values(scope, b"host")]
        if len(names) != 1 or not (is_loopback(names[0]) or _is_for_containers(names[0], bridges)):
            return "The host of a request must be localhost."
        from_page = is_from_page(scope)
        if scope["path"].startswith(CONTROLS) and (
            from_page or not is_loopback(names[0]) or not is_loopback((scope.get("client") or ("",))[0])
        ):
            return "This address is for programs on this machine only."
        if from_page and not page_reaches(scope):
            return "Web pages cannot call this."
        return None

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        reason = refusal(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": json.dumps({"message": reason}).encode()})

    return serve


def is_for_loopback(headers: Message) -> bool:
    """Whether a request to another server on loopback names this machine as its host, and no other page sent it."""
    host, origin = headers.get("Host", ""), headers.get("Origin")
    return is_loopback(_name(host)) and origin in (None, f"http://{host}")


def is_loopback(name: str) -> bool:
    name = name.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_from_page(scope: Scope) -> bool:
    """Whether a page made a browser send this. An address that a person types or opens from a program is none."""
    if _values(scope, b"origin") or _values(scope, b"referer"):
        return True
    return any(value != "none" for value in _values(scope, b"sec-fetch-site"))


def _is_for_containers(name: str, bridges: Collection[str]) -> bool:
    return name in bridges or name == DOCKER_HOST or name.endswith(f".{DOCKER_HOST}")


def _name(host: str) -> str:
    """A Host header without its port; empty if it is not one."""
    found = _HOST.fullmatch(host.lower())
    return found[1].strip("[]") if found else ""


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for header, value in scope["headers"] if header.lower() == name]
