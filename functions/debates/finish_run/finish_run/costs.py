"""What models cost, by the list of prices."""

from collections.abc import Iterable, Mapping
from typing import Any

from debating.model_replies import Tokens
from docent.prices import price_of


def sum_of(tokens: Iterable[Mapping[str, Tokens]]) -> dict[str, Tokens]:
    """By the id of the model."""
    spent: dict[str, Tokens] = {}
    for each in tokens:
        for model, more in each.items():
            spent[model] = spent.get(model, Tokens()) + more
    return spent


def cost_of(spent: Mapping[str, Tokens]) -> dict[str, Any]:
    """Dollars by model; the total is None if the price of one of them is not known."""
    prices = {model: price_of(model, tokens.input, tokens.output) for model, tokens in sorted(spent.items())}
    known = [price for price in prices.values() if price is not None]
    return {"by_model": prices, "total": round(sum(known), 6) if len(known) == len(prices) else None}
