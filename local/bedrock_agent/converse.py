"""Converse of this machine, called within the process: its faults count, and its errors come with their codes."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.bedrock.runtime import BedrockRuntime

type Json = dict[str, Any]


def converser(runtime: BedrockRuntime) -> Callable[[str, Json], Awaitable[tuple[int, Json]]]:
    """`(model id, quoted for a path; request)` to `(status, reply)`; an error is `{code, message}`."""

    async def converse(model_id: str, request: Json) -> tuple[int, Json]:
        body = json.dumps(request).encode()
        status, headers, sent = await runtime.handle_request("POST", f"/model/{model_id}/converse", {}, body, {})
        assert isinstance(sent, bytes)
        try:
            reply = json.loads(sent)
        except ValueError:
            return 502, {"code": "InternalServerException", "message": "The model's reply is not JSON."}
        if status != 200:
            return status, {"code": headers.get("x-amzn-errortype", ""), "message": reply.get("message", "")}
        return status, reply

    return converse
