"""What a guardrail did to one call of a node: nothing, masked, or blocked, and what."""

from collections.abc import Iterator, Mapping
from typing import Any

_ORDER = ("none", "masked", "blocked")
# The policies of an assessment whose findings block when they act, with the words by which they are shown.
_POLICIES = {
    "topicPolicy": "TOPIC",
    "contentPolicy": "CONTENT",
    "wordPolicy": "WORD",
    "sensitiveInformationPolicy": "SENSITIVE_INFORMATION",
    "contextualGroundingPolicy": "CONTEXTUAL_GROUNDING",
}


def guardrail_part(response: Mapping[str, Any]) -> dict[str, Any]:
    """`{outcome, kinds}` from the response of Converse or of a knowledge base. `kinds` are the types that were masked
    (EMAIL), or the policies that blocked. Values that were found are in neither."""
    masked: set[str] = set()
    blocked: set[str] = set()
    for policy, finding in _findings(response):
        match finding.get("action"):
            case "ANONYMIZED":
                masked.add(str(finding.get("type") or finding.get("name") or "REGEX"))
            case "BLOCKED":
                blocked.add(_POLICIES[policy])
            case _:
                pass
    if blocked or (response.get("stopReason") == "guardrail_intervened" and not masked):
        return {"outcome": "blocked", "kinds": sorted(blocked)}
    return {"outcome": "masked" if masked else "none", "kinds": sorted(masked)}


def merged_parts(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Of several calls of a node: the stronger outcome, with the kinds of both if it is the same."""
    first, second = _ORDER.index(one["outcome"]), _ORDER.index(other["outcome"])
    if first != second:
        return dict(one if first > second else other)
    return {"outcome": one["outcome"], "kinds": sorted({*one["kinds"], *other["kinds"]})}


def _findings(value: Any, policy: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if policy and isinstance(value.get("action"), str):
            yield policy, value
        for name, each in value.items():
            yield from _findings(each, name if name in _POLICIES else policy)
    elif isinstance(value, list):
        for each in value:
            yield from _findings(each, policy)
