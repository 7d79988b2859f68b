"""`/_docent/faults` and the faults of an engine with the JSON protocol."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from local.controls import PATH, Receive, Scope, Send, with_controls
from local.faults import Faults, with_faults


async def aws(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def ask(faults: Faults, method: str, path: str, content: str = "") -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=with_controls(aws, faults))  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, content=content)

    return asyncio.run(asked())


async def kendra(*_: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, b'{"ok": true}'


def query(faults: Faults) -> tuple[int, dict[str, str], bytes]:
    headers = {"x-amz-target": "AWSKendraFrontendService.Query"}
    return asyncio.run(with_faults("kendra", kendra, faults)("POST", "/", headers, b"{}", {}))


def test_faults_are_set_and_counted() -> None:
    faults = Faults("")
    assert ask(faults, "PUT", PATH, "kendra.Query=ThrottlingException*1").status_code == 200

    status, _, body = query(faults)
    assert (status, json.loads(body)["__type"]) == (400, "ThrottlingException")
    assert query(faults)[0] == 200

    told = ask(faults, "GET", PATH).json()
    assert told == {"calls": {"kendra.Query": 2}, "struck": {"kendra.Query=ThrottlingException*1": 1}}


def test_an_empty_body_ends_all_faults() -> None:
    faults = Faults("kendra.Query=malformed")
    assert query(faults)[2] == b'{"ok":'
    ask(faults, "PUT", PATH)
    assert query(faults)[2] == b'{"ok": true}'


@pytest.mark.parametrize("rules", ["nonsense", "kendra.Query=no such thing"])
def test_rules_that_cannot_be_read_are_refused_and_change_nothing(rules: str) -> None:
    faults = Faults("kendra.Query=ThrottlingException")
    reply = ask(faults, "PUT", PATH, rules)
    assert reply.status_code == 400
    assert reply.json()["message"]
    assert query(faults)[0] == 400


def test_everything_else_is_left_to_aws() -> None:
    reply = ask(Faults(""), "GET", "/other")
    assert (reply.status_code, reply.text) == (418, "/other")
