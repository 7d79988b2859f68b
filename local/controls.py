"""Endpoints of this machine that AWS does not have.

`/_docent/faults`: GET returns the calls and how often each rule matched; PUT sets the rules (local/faults.py).
`/_docent/model`: GET returns which language model answers, if any, and what is wrong with it.
`/_docent/labeling-jobs/JOB`: GET and PUT are for workers of a labeling job (local/sagemaker/workers.py).
`/_docent/home`: GET returns whose state this is: the home folder and the number of the process.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.callers import AsgiApp, Receive, Scope, Send
from local.faults import Faults

if TYPE_CHECKING:
    from local.bedrock.language_model import LanguageModel

PATH = "/_docent/faults"
MODEL = "/_docent/model"
HOME = "/_docent/home"


def with_controls(app: AsgiApp, faults: Faults) -> AsgiApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        status, told = 200, {"calls": faults.calls, "struck": faults.struck}
        if scope["method"] == "PUT":
            try:
                faults.set((await body_of(receive)).decode())
            except ValueError as error:
                status, told = 400, {"message": str(error)}
        await reply(send, status, told)

    return serve


def naming_model(app: AsgiApp, model: "LanguageModel | None") -> AsgiApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == MODEL:
            await reply(send, 200, {"url": None} if model is None else await model.described())
        else:
            await app(scope, receive, send)

    return serve


def naming_home(app: AsgiApp, home: Path) -> AsgiApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == HOME:
            await reply(send, 200, {"home": str(home), "process": os.getpid()})
        else:
            await app(scope, receive, send)

    return serve


async def reply(send: Send, status: int, told: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


async def body_of(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body
