"""Faults on demand: what AWS does on a bad day, for tests and for trying the system out.

Rules, comma-separated: `service.Operation=action`, optionally `*times` or `@probability`.

    bedrock-runtime.Converse=ThrottlingException*3       the next three calls are throttled
    kendra.BatchPutDocument=InternalServerException@0.2  one call in five, by chance
    bedrock-runtime.Converse=delay:2.5                  every call takes 2.5 s longer
    bedrock-runtime.Converse=malformed*1                status 200, and the body cut in half
    bedrock-runtime.Converse=reply:no tags here*1       the model says exactly this

Service and operation may be wildcards (`bedrock-runtime.*`). The first rule that fits is taken. The
request header `x-docent-fault` holds one action, for that request alone.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

HEADER = "x-docent-fault"
VARIABLE = "DOCENT_FAULTS"

_RULE = re.compile(r"^(?P<call>[^=]+)=(?P<action>.+?)(?:\*(?P<times>\d+)|@(?P<probability>[\d.]+))?$")
_ERROR_NAME = re.compile(r"^[A-Z][A-Za-z]+$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do to one call: wait `delay` seconds, refuse, cut the body, or let the model say `reply`."""

    error: str | None = None
    delay: float = 0.0
    malformed: bool = False
    reply: str | None = None


@dataclass(slots=True)
class _Rule:
    call: str
    fault: Fault
    times: int | None
    probability: float


class Faults:
    """The rules in force, and how often each operation was called (`calls["kendra.Query"]`)."""

    def __init__(self, rules: str | None = None, chance: random.Random | None = None) -> None:
        """`rules` default to the environment's `DOCENT_FAULTS`."""
        self.calls: Counter[str] = Counter()
        self._chance = chance or random.Random()  # noqa: S311 (a test may seed it)
        self._rules: list[_Rule] = []
        self.set(os.environ.get(VARIABLE, "") if rules is None else rules)

    def set(self, rules: str) -> None:
        """Replace all rules; an empty text removes them. A bad rule raises ValueError and changes nothing."""
        self._rules = [_rule(part) for part in rules.split(",") if part.strip()]

    def take(self, service: str, operation: str, headers: Mapping[str, str]) -> Fault | None:
        """Count one call and use up one turn of the rule that fits it. Header names are in lower case."""
        call = f"{service}.{operation}"
        self.calls[call] += 1
        if action := headers.get(HEADER):
            return _fault(action)
        for rule in self._rules:
            if rule.times == 0 or not fnmatchcase(call, rule.call):
                continue
            if rule.probability < 1 and self._chance.random() >= rule.probability:
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule.fault
        return None


def _rule(text: str) -> _Rule:
    match = _RULE.match(text.strip())
    if not match:
        raise ValueError(f"{text.strip()!r} is not of the form service.Operation=action.")
    times, probability = match["times"], float(match["probability"] or 1)
    return _Rule(match["call"].strip(), _fault(match["action"]), int(times) if times else None, probability)


def _fault(action: str) -> Fault:
    kind, _, value = action.strip().partition(":")
    if kind == "delay":
        return Fault(delay=float(value))
    if kind == "reply":
        return Fault(reply=value)
    if kind == "malformed":
        return Fault(malformed=True)
    if _ERROR_NAME.match(kind) and not value:
        return Fault(error=kind)
    raise ValueError(f"{action!r} is no fault: use an AWS error's name, delay:SECONDS, malformed or reply:TEXT.")
