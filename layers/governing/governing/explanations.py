"""Why access was decided as it was: the policies, the facts they read, and what would have decided otherwise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import cedarpy

from .access_policy import Wish, may_subscribe
from .cedar_policies import PolicySet, policies
from .products import PROTECTION

# An explanation with more simultaneous changes would help nobody.
MOST_CHANGES = 2


def explanation_of(wish: Wish, known: PolicySet | None = None) -> dict[str, Any]:
    """An `Explanation` of openapi.yaml."""
    known = known or policies()
    decision = may_subscribe(wish, known)
    # If no policy applies, those that would permit it have read the facts too.
    named = decision.policies or tuple(name for name in known.names if _permits(known, name))
    read = sorted({fact for name in named for fact in facts_read(known, name)})
    values = _values(wish)
    return {
        "allowed": decision.is_allowed,
        "policies": [{"id": name, "text": known.files[name].strip()} for name in decision.policies],
        "facts": [{"name": fact, "value": values[fact]} for fact in read if fact in values],
        "otherwise": [sorted(changes) for changes in smallest_changes(wish, known)],
        "errors": len(decision.errors),
    }


def smallest_changes(wish: Wish, known: PolicySet | None = None) -> list[tuple[str, ...]]:
    """Each of the smallest sets of facts that would have to differ for the opposite decision."""
    now = may_subscribe(wish, known).is_allowed
    changes = list(_changes(wish))
    for count in range(1, MOST_CHANGES + 1):
        found: list[tuple[str, ...]] = []
        for some in combinations(changes, count):
            facts = {name: value for _, changed in some for name, value in changed.items()}
            if len(facts) == sum(len(changed) for _, changed in some) and _changed(wish, facts, known) != now:
                found.append(tuple(told for told, _ in some))
        if found:
            return found
    return []


def facts_read(known: PolicySet, name: str) -> set[str]:
    """Such as `resource.classification`, by the policy's own syntax tree."""
    tree = json.loads(cedarpy.policies_to_json_str(known.files[name]))
    (policy,) = tree["staticPolicies"].values()
    return {fact for condition in policy["conditions"] for fact in _paths(condition["body"])}


def _permits(known: PolicySet, name: str) -> bool:
    (policy,) = json.loads(cedarpy.policies_to_json_str(known.files[name]))["staticPolicies"].values()
    action = policy["action"]
    return policy["effect"] == "permit" and action.get("entity", {}).get("id") == "subscribe"


def _paths(node: Any) -> Iterator[str]:
    match node:
        case {".": {"left": {"Var": variable}, "attr": attribute}}:
            yield f"{variable}.{attribute}"
        case {"Var": variable}:
            yield variable
        case dict():
            for each in node.values():
                yield from _paths(each)
        case list():
            for each in node:
                yield from _paths(each)


def _values(wish: Wish) -> Mapping[str, str]:
    groups = f" in {', '.join(sorted(wish.groups))}" if wish.groups else ""
    return {
        "principal": f"{wish.principal}{groups}",
        "resource.classification": wish.product.classification,
        "resource.department": wish.product.department,
        "resource.owner": wish.product.owner,
        "resource.status": wish.product.status,
        "resource.stewards": wish.stewards,
        "context.approvals": ", ".join(sorted(wish.approvals)) or "none",
        "context.days": str(wish.days),
        "context.purpose": wish.purpose or "none",
    }


def _changes(wish: Wish) -> Iterator[tuple[str, dict[str, Any]]]:
    """What could be different: in words, and as facts by their names."""
    for role in ("steward", "owner"):
        told = f"the {role} has not approved" if role in wish.approvals else f"the {role} approves"
        yield told, {f"approval_{role}": role not in wish.approvals}
    for classification in PROTECTION:
        if classification != wish.product.classification:
            yield f"the classification is {classification}", {"classification": classification}
    department, name = wish.product.department, wish.principal.partition(":")[2]
    if wish.principal.startswith("user:"):
        is_in = department in wish.groups
        told = f"{name} is not in the group {department}" if is_in else f"{name} is in the group {department}"
        yield told, {"in_department": not is_in}
    elif name == department:
        yield f"the department is not {department}", {"department": "-"}
    else:
        yield f"the department is {name}", {"department": name}
    if wish.product.is_published:
        yield "the product is retired", {"status": "retired"}
    else:
        yield "the product is published", {"status": "published"}
    if not wish.purpose:
        yield "a purpose is stated", {"purpose": "stated"}
    if not 1 <= wish.days <= 366:
        yield "it ends within a year", {"days": 366}


def _changed(wish: Wish, facts: Mapping[str, Any], known: PolicySet | None) -> bool:
    of_product = {name: facts[name] for name in ("classification", "status", "department") if name in facts}
    approvals = {role for role in ("steward", "owner") if facts.get(f"approval_{role}", role in wish.approvals)}
    groups = wish.groups
    if "in_department" in facts:
        department = wish.product.department
        groups = (
            (*groups, department) if facts["in_department"] else tuple(each for each in groups if each != department)
        )
    changed = replace(
        wish,
        product=replace(wish.product, **of_product),
        groups=groups,
        purpose=facts.get("purpose", wish.purpose),
        days=facts.get("days", wish.days),
        approvals=frozenset(approvals),
    )
    return may_subscribe(changed, known).is_allowed
