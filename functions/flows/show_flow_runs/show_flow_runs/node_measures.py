"""How long each node takes, day by day, and what its transitions cost: `FlowMeasures` of openapi.yaml."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from flows.kept_runs import KeptRun
from flows.run_costs import TRANSITION


def measures_of(runs: Iterable[KeptRun]) -> dict[str, Any]:
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    count = transitions = 0
    for run in runs:
        count += 1
        transitions += int(run.values.get("transitions", 0))
        for row in run.values.get("nodes", []):
            if "milliseconds" in row:
                times[row["node"]][run.values["created_at"][:10]].append(row["milliseconds"])
    nodes = [
        {"node": node, "days": [_day(day, found) for day, found in sorted(days.items())]}
        for node, days in times.items()
    ]
    return {"runs": count, "transitions": transitions, "transitions_cost": transitions * TRANSITION, "nodes": nodes}


def _day(day: str, times: Sequence[float]) -> dict[str, Any]:
    return {"day": day, "runs": len(times), "p50": percentile(times, 50), "p95": percentile(times, 95)}


def percentile(times: Sequence[float], percent: int) -> float:
    """The smallest time that so many percent of all times do not exceed."""
    return sorted(times)[max(0, math.ceil(len(times) * percent / 100) - 1)]
