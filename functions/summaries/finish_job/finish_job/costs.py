"""What a job cost, and what it would have cost the other way."""

from collections.abc import Mapping
from typing import Any

from docent.prices import TEXT_UNIT, TokenPrices, price_of

type Usage = Mapping[str, Mapping[str, int]]


def cost_of(usage: Usage, text_units: int, model_id: str, own: TokenPrices | None) -> dict[str, Any]:
    """Dollars: `batch`, `on_demand` and `masking` are what was spent, `all_on_demand` what the same tokens cost on
    demand. All are None if the price of the model is not known.
    """
    batch, on_demand = (_tokens(usage.get(way, {})) for way in ("batch", "on_demand"))
    by_batch = price_of(model_id, *batch, batch=True, own=own)
    asked = price_of(model_id, *on_demand, own=own)
    all_on_demand = price_of(model_id, batch[0] + on_demand[0], batch[1] + on_demand[1], own=own)
    masking = text_units * TEXT_UNIT
    if by_batch is None or asked is None or all_on_demand is None:
        return dict.fromkeys(("batch", "on_demand", "all_on_demand", "total")) | {"masking": round(masking, 6)}
    spent = {"batch": by_batch, "on_demand": asked, "all_on_demand": all_on_demand, "masking": masking}
    spent["total"] = by_batch + asked + masking
    return {name: round(dollars, 6) for name, dollars in spent.items()}


def _tokens(used: Mapping[str, int]) -> tuple[int, int]:
    return used.get("inputTokens", 0), used.get("outputTokens", 0)
