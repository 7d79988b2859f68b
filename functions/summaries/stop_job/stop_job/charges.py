"""What Bedrock charges for a job that was stopped: each request that was answered, by the estimate of the job."""

from collections.abc import Mapping
from typing import Any


def charged(estimate: Mapping[str, Any] | None, batch: Mapping[str, Any], on_demand: int) -> dict[str, Any]:
    """`batch` has Bedrock's counts; `on_demand` is how many requests were answered without a batch job."""
    by_batch = batch.get("processedRecordCount", 0)
    if not estimate:
        return {"requests": by_batch + on_demand, "of": by_batch + on_demand, "usd": None}
    requests, cost = estimate["requests"], estimate["cost"]
    told = {"requests": by_batch + on_demand, "of": max(requests, by_batch + on_demand), "usd": None}
    if cost is None:
        return told
    each = {way: cost[way] / requests if requests else 0.0 for way in ("batch", "on_demand")}
    return told | {"usd": round(by_batch * each["batch"] + on_demand * each["on_demand"], 6)}
