"""Checks the Cedar policies before they can be deployed: `make compile` ends with what it finds, as `file:line: …`.

One policy a file, whose `@id` is the file's name; it parses, fits the schema, and has a test: a case in
`tests/governance/policies/<name>.yaml` that comes out otherwise without it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cedarpy
import yaml

from docent.callers import Caller
from governing.access_policy import Wish, may_change, may_review, may_revoke, may_subscribe
from governing.cedar_policies import Decision, PolicySet, read_policies
from governing.products import Product
from governing.subscriptions import Subscription

_ID = re.compile(r'@id\("((?:[^"\\]|\\.)*)"\)')
_UNFINISHED = "unexpected end of input"
# What cases leave out.
_CASE: Mapping[str, Any] = {
    "user": "mary@example.com",
    "groups": (),
    "owner": "olga@example.com",
    "department": "deposits",
    "classification": "internal",
    "status": "published",
    "purpose": "A campaign",
    "days": 90,
    "approvals": (),
    "requester": "rita@example.com",
    "approvers": {},
    "lowers": False,
    "owner_left": False,
}
STEWARDS = "stewards"


def problems_of(policies: Path, cases: Path) -> list[str]:
    """The problems of the policies in a folder, as `file:line: …`."""
    files = {path: path.read_text("utf-8") for path in sorted(policies.glob("*.cedar"))}
    found = [problem for path, text in files.items() for problem in _of_one(path, text)]
    found += _duplicates(files)
    if found:
        return found
    known = read_policies(policies)
    found = list(_invalid(files, known))
    if found:
        return found
    found = [problem for path in files for problem in _untested(path, known, cases)]
    strangers = {path.stem for path in cases.glob("*.yaml")} - set(known.files)
    return found + [f"{cases.name}/{name}.yaml:1: there is no policy {name}." for name in sorted(strangers)]


def _of_one(path: Path, text: str) -> Iterator[str]:
    """One policy that parses."""
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        yield f"{path.name}:{_line_of_error(text)}: it does not parse: {_last_line(error)}."
        return
    count = len(parsed["staticPolicies"]) + len(parsed["templates"])
    if count != 1 or parsed["templates"]:
        yield f"{path.name}:1: a file has one policy and no template; this one has {count}."
    ids = list(_ID.finditer(text))
    if len(ids) != 1:
        yield f"{path.name}:1: a policy has one @id."
    elif ids[0][1] != path.stem:
        yield f'{path.name}:{_line_at(text, ids[0].start())}: its @id is "{ids[0][1]}", and must be its file\'s name.'


def _duplicates(files: Mapping[Path, str]) -> Iterator[str]:
    first: dict[str, Path] = {}
    for path, text in files.items():
        for found in _ID.finditer(text):
            if (other := first.setdefault(found[1], path)) != path:
                yield f'{path.name}:{_line_at(text, found.start())}: {other.name} has the @id "{found[1]}" already.'


def _invalid(files: Mapping[Path, str], known: PolicySet) -> Iterator[str]:
    """What does not fit the schema, at the line with the word that Cedar complains of."""
    for path, text in files.items():
        result = cedarpy.validate_policies(text, known.schema)
        for error in result.errors:
            told = error.error.removeprefix("for policy `policy0`, ")
            words = re.findall(r"`([^`]+)`", told)
            place = next((text.find(word) for word in words if word in text), text.find("@id"))
            yield f"{path.name}:{_line_at(text, place)}: it does not fit the schema: {told}."


def _untested(path: Path, known: PolicySet, cases: Path) -> Iterator[str]:
    file = cases / f"{path.stem}.yaml"
    if not file.exists():
        yield f"{path.name}:1: it has no test: {cases.name}/{file.name} is not there."
        return
    without, decisive = known.without(path.stem), False
    for number, case in enumerate(yaml.safe_load(file.read_text("utf-8")), 1):
        allowed = decision_of(case, known).is_allowed
        if allowed != case["allowed"]:
            yield f"{file.name}:{number}: {case['when']}: it is {'' if allowed else 'not '}allowed."
        decisive = decisive or decision_of(case, without).is_allowed != allowed
    if not decisive:
        yield f"{path.name}:1: its test would pass without it: no case of {file.name} comes out otherwise."


def decision_of(case: Mapping[str, Any], known: PolicySet) -> Decision:
    """What policies say of a case: `action`, and whatever facts differ from the usual ones."""
    facts = {**_CASE, **case}
    caller = Caller("3f0a1c52", facts["user"], tuple(facts["groups"]), 0)
    product = Product(
        *("deposit-profiles", "Deposit profiles", "", (), facts["classification"]),
        *(facts["owner"], facts["department"], facts["status"], "", ""),
        owner_left=facts["owner_left"],
    )
    match case["action"]:
        case "subscribe":
            principal = f"group:{case['group']}" if "group" in case else f"user:{caller.user}"
            approvals = frozenset(facts["approvals"])
            wish = Wish(product, STEWARDS, principal, caller.groups, facts["purpose"], facts["days"], approvals)
            return may_subscribe(wish, known)
        case "change":
            return may_change(caller, product, STEWARDS, lowers=facts["lowers"], known=known)
        case "revoke":
            return may_revoke(caller, product, STEWARDS, known)
    requested = Subscription(
        *("5f2c", product.product_id, f"user:{facts['requester']}", facts["requester"], "9b1d", ()),
        *("A campaign", 0, "WAITING", "", ""),
        approvals={role: {"user": user} for role, user in facts["approvers"].items()},
    )
    role = {"reviewAsOwner": "owner", "reviewAsSteward": "steward"}[case["action"]]
    return may_review(role, caller, product, STEWARDS, requested, known)


def _line_of_error(text: str) -> int:
    """Cedar names no line. It is the first one with which the beginning is wrong, and not just unfinished."""
    lines = text.splitlines()
    for count in range(1, len(lines) + 1):
        try:
            cedarpy.policies_to_json_str("\n".join(lines[:count]))
        except ValueError as error:
            if _UNFINISHED not in str(error):
                return count
    return len(lines)


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, max(place, 0)) + 1


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1].rstrip(".")
