"""The time the chat proxy adds to Q Business, and how often it calls STS.

A warm message by `POST /chat` with a token is compared with the same message by boto3 with the same user's
credentials: once after an exchange at STS, which a client without the proxy needs for each user, and once without.
The three run in turn, with two users.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

ROUNDS = 40
QUESTION = "How do I get onboarded?"


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    from cli import identity_providers, machine
    from cli.chat_setup import connect_chat
    from cli.target import Target
    from local.settings import LocalSettings

    with tempfile.TemporaryDirectory() as home:
        settings = LocalSettings(Path(home), port=4582, faults="", llm_url=None, wait_scale="1")
        os.environ["DOCENT_PORT"] = str(settings.port)
        try:
            target = Target(local=settings)
            machine.start(settings, lambda _: None)
            provider = identity_providers.start(settings, "oidc", lambda _: None)
            machine.keep_parameters(settings, connect_chat(target, provider))
            machine.deploy(settings, lambda _: None)
            identity_providers.send_people_to(settings, "oidc", target.outputs["ApiUrl"])
            return _measured(target, 8 if quick else ROUNDS)
        finally:
            identity_providers.stop(settings, lambda _: None)
            machine.stop(settings, lambda _: None)
            del os.environ["DOCENT_PORT"]


def _measured(target: Any, rounds: int) -> dict[str, Any]:
    tokens = {person: _id_token(target, person) for person in ("mary", "mateo")}
    client = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
    direct = {person: _Direct(target, token) for person, token in tokens.items()}
    ways: dict[str, Callable[[str], None]] = {
        "proxy": lambda person: _proxied(client, target, tokens[person]),
        "sts_and_chat": lambda person: direct[person].exchanged_and_said(),
        "chat": lambda person: direct[person].said(),
    }
    started = int(time.time() * 1000)
    for person in tokens:
        for way in ways.values():
            way(person)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        person = ("mary", "mateo")[number % 2]
        for name, way in ways.items():
            before = time.perf_counter()
            way(person)
            seconds[name].append(time.perf_counter() - before)
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    return {
        "rounds": rounds,
        "milliseconds": {name: 1000 * each for name, each in medians.items()},
        "to_both": medians["proxy"] / medians["sts_and_chat"],
        "to_chat": medians["proxy"] / medians["chat"],
        "messages": rounds + len(tokens),
        "exchanges": _exchanges(target, started),
    }


class _Direct:
    """A client of one user without the proxy."""

    def __init__(self, target: Any, token: str) -> None:
        self._target, self._token = target, token
        self._application = target.outputs["QBusinessApplicationId"]
        self._sts = target.client("sts")
        self._client = self._exchanged()

    def _exchanged(self) -> Any:
        import boto3

        reply = self._sts.assume_role_with_web_identity(
            RoleArn=self._target.outputs["QBusinessRoleArn"], RoleSessionName="bench", WebIdentityToken=self._token
        )["Credentials"]
        return boto3.client(
            "qbusiness",
            endpoint_url=self._target.local.url,
            region_name="us-east-1",
            aws_access_key_id=reply["AccessKeyId"],
            aws_secret_access_key=reply["SecretAccessKey"],
            aws_session_token=reply["SessionToken"],
        )

    def exchanged_and_said(self) -> None:
        self._say(self._exchanged())

    def said(self) -> None:
        self._say(self._client)

    def _say(self, client: Any) -> None:
        for last in (False, True):
            try:
                answer = client.chat_sync(applicationId=self._application, userMessage=QUESTION)
                assert answer["sourceAttributions"]
                return
            except client.exceptions.AccessDeniedException:  # the call that subscribes the user
                if last:
                    raise


def _proxied(client: httpx.Client, target: Any, token: str) -> None:
    address, headers = f"{target.outputs['ApiUrl']}/chat", {"Authorization": f"Bearer {token}"}
    reply = client.post(address, json={"message": QUESTION}, headers=headers)
    assert reply.raise_for_status().json()["citations"]


def _id_token(target: Any, person: str) -> str:
    from cli.local_sign_in import Browser, ended_session, session_cookie

    api_url = target.outputs["ApiUrl"]
    return ended_session(api_url, Browser(cookies=session_cookie(api_url, "oidc", person, "http://localhost:5173")))


def _exchanges(target: Any, started: int) -> int:
    logs = target.client("logs")
    group = next(
        each["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for each in page["logGroups"]
        if "FunctionsLogGroup" in each["logGroupName"]
    )
    events = [
        event["message"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=started)
        for event in page["events"]
    ]
    return sum('"exchanged":true' in message.replace(" ", "") for message in events)


def table(results: dict[str, Any]) -> str:
    medians = results["milliseconds"]
    return "\n".join(
        [
            "| one message, warm, median | ms | proxy beside it |",
            "|---|--:|--:|",
            f"| `POST /chat` | {medians['proxy']:.0f} | |",
            f"| STS and ChatSync by boto3 | {medians['sts_and_chat']:.0f} | {results['to_both']:.2f}× |",
            f"| ChatSync by boto3, credentials at hand | {medians['chat']:.0f} | {results['to_chat']:.2f}× |",
            "",
            f"{results['messages']} messages of two users: {results['exchanges']} exchanges at STS.",
        ]
    )
