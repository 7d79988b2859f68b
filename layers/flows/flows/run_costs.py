"""What a run cost: its model calls by their tokens, and its transitions."""

from collections.abc import Iterable, Mapping
from typing import Any

from docent.prices import TokenPrices, price_of
from docent.usage import Use, count_dollars

# $0.035 for 1,000 node transitions: https://aws.amazon.com/bedrock/pricing/
TRANSITION = 0.035 / 1000


def models_in(definition: Mapping[str, Any]) -> dict[str, str]:
    """`{node: the model that it names}`, in loops too."""
    found: dict[str, str] = {}
    for node in definition.get("nodes", []):
        configuration = node.get("configuration", {})
        inline = configuration.get("prompt", {}).get("sourceConfiguration", {}).get("inline", {})
        if model := inline.get("modelId") or configuration.get("knowledgeBase", {}).get("modelId"):
            found[node["name"]] = model
        found |= models_in(configuration.get("loop", {}).get("definition", {}))
    return found


def with_costs(
    nodes: Iterable[dict[str, Any]], models: Mapping[str, str], own: TokenPrices | None
) -> list[dict[str, Any]]:
    """Each node's row with `cost`, where the price of its model is known."""
    priced: list[dict[str, Any]] = []
    for node in nodes:
        tokens = node.get("input_tokens", 0), node.get("output_tokens", 0)
        cost = price_of(models.get(node["node"], ""), *tokens, own=own) if any(tokens) else None
        priced.append(node if cost is None else {**node, "cost": cost})
    return priced


def cost_of(nodes: Iterable[Mapping[str, Any]], transitions: int) -> float:
    return sum(node.get("cost", 0.0) for node in nodes) + transitions * TRANSITION


def count_costs(use: Use, nodes: Iterable[Mapping[str, Any]], transitions: int, now: float) -> None:
    rows = list(nodes)
    tokens = [sum(row.get(name, 0) for row in rows) for name in ("input_tokens", "output_tokens")]
    if any(tokens) or transitions:
        count_dollars(use, tokens[0], tokens[1], cost_of(rows, transitions), now)
