"""What Bedrock charges for a job: what it cost if it has ended, or else each request that was answered, by the estimate
of the job."""

from collections.abc import Mapping
from typing import Any

from docent.summary_jobs import JobRow


def charged(row: JobRow, batch: Mapping[str, Any], on_demand: int) -> dict[str, Any]:
    """`batch` has Bedrock's counts; `on_demand` is how many requests were answered without a batch job."""
    estimate, by_batch = row.values.get("estimate"), batch.get("processedRecordCount", 0)
    if not estimate:
        return {"requests": by_batch + on_demand, "of": by_batch + on_demand, "usd": None}
    requests, cost = estimate["requests"], estimate["cost"]
    told = {"requests": by_batch + on_demand, "of": max(requests, by_batch + on_demand), "usd": None}
    if "cost" in row.values:
        return told | {"usd": row.values["cost"]["total"]}
    if cost is None:
        return told
    each = {way: cost[way] / requests if requests else 0.0 for way in ("batch", "on_demand")}
    return told | {"usd": round(by_batch * each["batch"] + on_demand * each["on_demand"], 6)}
