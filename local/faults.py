"""Injects the faults that AWS can have, for tests and for trying the system out.

Rules, comma-separated: `call=action`, optionally `*times` or `@probability`. A call is an operation of an
engine (`service.Operation`) or a task of a workflow (`state-machine.State`):

    bedrock-runtime.Converse=ThrottlingException*3       the next three calls are throttled
    kendra.BatchPutDocument=InternalServerException@0.2  one call in five, by chance
    bedrock-runtime.Converse=delay:2.5                   every call takes 2.5 s longer; a task's reply is delayed
    kendra.Deletion[a1b2]=delay:30                       the index deletes entries with this in their id 30 s later
    s3vectors.Indexing[a1b2]=delay:30                    queries find vectors with this in their key 30 s after a put
    s3vectors.Deletion[a1b2]=delay:30                    queries find them for 30 s after they are deleted
    bedrock-agent.Preparing[A1B2C3]=delay:30             the preparation of the flow with this in its id takes 30 s
    bedrock-runtime.Converse=malformed*1                 status 200 with half of the body; a task returns `{}`
    bedrock-runtime.Converse=reply:no tags here*1        the model says exactly this

    bedrock.CreateModelInvocationJob=lost:InternalServerException*1  the job is made but the reply is lost
    bedrock-batch.InProgress=PartiallyCompleted          local/bedrock/batch/runs.py lists those of batch inference

    docent-ingest-document.ClaimDocument=DynamoDB.ThrottlingException*2  an error name of Step Functions
    docent-ingest-document.SyncIndex=lost:States.Timeout*1               the work is done but its reply is lost
    docent-ingest-document.ExtractImages=kill:0.1*1                      the function's process is killed after 0.1 s
    docent-ingest-document.SyncIndex[a.pdf]=States.Timeout               only executions whose input contains `a.pdf`

Wildcards are allowed (`bedrock-runtime.*`). The first rule that matches is applied. The request header
`x-docent-fault` holds one action for that request only.
"""

import asyncio
import json
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

HEADER = "x-docent-fault"
VARIABLE = "DOCENT_FAULTS"

_RULE = re.compile(
    r"^(?P<call>[^=\[]+)(?:\[(?P<about>[^\]]+)\])?=(?P<action>.+?)(?:\*(?P<times>\d+)|@(?P<probability>[\d.]+))?$"
)
_ERROR_NAME = re.compile(r"^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do to one call: wait `delay` seconds, refuse it, lose or cut its reply, kill the process that serves it
    after `kill` seconds, or make the model answer `reply`."""

    error: str | None = None
    delay: float = 0.0
    malformed: bool = False
    reply: str | None = None
    lost: str | None = None
    kill: float | None = None


@dataclass(slots=True)
class _Rule:
    text: str
    call: str
    about: str
    fault: Fault
    times: int | None
    probability: float


class Faults:
    """The current rules, and counts of calls by operation (`calls["kendra.Query"]`) and of matches by rule."""

    def __init__(self, rules: str | None = None, chance: random.Random | None = None) -> None:
        """`rules` defaults to `DOCENT_FAULTS` in the environment."""
        self.calls: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self._turns = threading.Lock()  # workflows run in threads
        self._chance = chance or random.Random()  # noqa: S311 (a test may seed it)
        self._rules: list[_Rule] = []
        self.set(os.environ.get(VARIABLE, "") if rules is None else rules)

    def set(self, rules: str) -> None:
        """Replace all rules and reset the counts. An empty text removes all; an invalid rule is a ValueError."""
        self._rules = [_rule(part) for part in rules.split(",") if part.strip()]
        self.calls.clear()
        self.struck.clear()

    def take(self, service: str, operation: str, headers: Mapping[str, str], about: str = "") -> Fault | None:
        """Count one call and use one turn of the rule that matches it.

        Header names are in lower case. A rule's `[text]` is searched for in `about`.
        """
        call = f"{service}.{operation}"
        self.calls[call] += 1
        if action := headers.get(HEADER):
            return _fault(action)
        with self._turns:
            for rule in self._rules:
                if rule.times == 0 or not fnmatchcase(call, rule.call) or rule.about not in about:
                    continue
                if rule.probability < 1 and self._chance.random() >= rule.probability:
                    continue
                if rule.times is not None:
                    rule.times -= 1
                self.struck[rule.text] += 1
                return rule.fault
        return None


def with_faults(
    service: str, handler: Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]], faults: Faults
) -> Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]:
    """A handler of the JSON protocol to which the rules are applied."""

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> tuple[int, dict[str, str], bytes]:
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        fault = faults.take(service, operation, headers) or Fault()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.error:
            error = {"__type": fault.error, "Message": "A fault that was asked for."}
            return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(error).encode()
        status, told, answer = await handler(method, path, headers, body, query)
        return status, told, answer[: len(answer) // 2] if fault.malformed else answer

    return handle


def _rule(text: str) -> _Rule:
    text = text.strip()
    match = _RULE.match(text)
    if not match:
        raise ValueError(f"{text!r} is not of the form service.Operation=action.")
    times, probability = match["times"], float(match["probability"] or 1)
    turns = int(times) if times else None
    return _Rule(text, match["call"], match["about"] or "", _fault(match["action"]), turns, probability)


def _fault(action: str) -> Fault:
    kind, _, value = action.strip().partition(":")
    if kind == "delay":
        return Fault(delay=float(value))
    if kind == "kill":
        return Fault(kill=float(value))
    if kind == "lost" and _ERROR_NAME.match(value):
        return Fault(lost=value)
    if kind == "reply":
        return Fault(reply=value)
    if kind == "malformed":
        return Fault(malformed=True)
    if _ERROR_NAME.match(kind) and not value:
        return Fault(error=kind)
    raise ValueError(
        f"{action!r} is no fault: use an AWS error's name, delay:SECONDS, malformed, reply:TEXT, "
        "lost:ERROR or kill:SECONDS."
    )
