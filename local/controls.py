"""An endpoint of this machine that AWS does not have: `/_docent/faults`.

GET returns the calls and how often each rule matched; PUT sets the rules (local/faults.py).
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.faults import Faults

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]
type AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = "/_docent/faults"


def with_controls(app: AsgiApp, faults: Faults) -> AsgiApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        status, reply = 200, {"calls": faults.calls, "struck": faults.struck}
        if scope["method"] == "PUT":
            try:
                faults.set((await _body(receive)).decode())
            except ValueError as error:
                status, reply = 400, {"message": str(error)}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(reply).encode()})

    return serve


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
