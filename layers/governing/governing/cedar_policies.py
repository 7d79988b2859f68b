"""The policies, one Cedar file each, and what they decide: https://docs.cedarpolicy.com/

Cedar skips a policy that fails during evaluation, and a skipped `forbid` would let a `permit` win. So any error
denies here, and so does a missing decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cedarpy

FOLDER = Path(__file__).parent / "policies"
SUFFIX = ".cedar"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """`files` are the texts of policies by their names. A policy's `@id` is its name, which a check ensures."""

    files: Mapping[str, str]
    schema: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    @property
    def text(self) -> str:
        """All policies. Cedar numbers them in this order: policy0, policy1, …"""
        return "\n".join(self.files[name] for name in self.names)

    def without(self, name: str) -> "PolicySet":
        return PolicySet({each: text for each, text in self.files.items() if each != name}, self.schema)


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the policies. `principal` and `resource` are `(type, id)`; `context` and `entities` are as
    Cedar's JSON has them."""

    principal: tuple[str, str]
    action: str
    resource: tuple[str, str]
    context: Mapping[str, Any]
    entities: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Decision:
    """`policies` are the ids of those that decided: the permits if it is allowed, the forbids if one of them applies.
    If none applies, no permit does. `errors` are Cedar's; with one, nothing is allowed."""

    is_allowed: bool
    policies: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@cache
def policies() -> PolicySet:
    """The deployed policies."""
    return read_policies(FOLDER)


def read_policies(folder: Path) -> PolicySet:
    files = {path.name.removesuffix(SUFFIX): path.read_text("utf-8") for path in folder.glob(f"*{SUFFIX}")}
    return PolicySet(files, (folder / "schema.cedarschema").read_text("utf-8"))


def decide(question: Question, known: PolicySet | None = None) -> Decision:
    """Never raises: what cannot be decided is denied."""
    known = known or policies()
    request = {
        "principal": _uid(question.principal),
        "action": _uid(("Action", question.action)),
        "resource": _uid(question.resource),
        "context": dict(question.context),
    }
    answer = cedarpy.is_authorized(request, known.text, [dict(entity) for entity in question.entities], known.schema)
    errors = tuple(answer.diagnostics.errors)
    reasons = tuple(sorted(known.names[int(each.removeprefix("policy"))] for each in answer.diagnostics.reasons))
    return Decision(answer.decision == cedarpy.Decision.Allow and not errors, reasons, errors)


def _uid(entity: tuple[str, str]) -> dict[str, str]:
    """As JSON: Cedar's text form does not take every name, such as o'brien@example.com."""
    return {"type": entity[0], "id": entity[1]}
