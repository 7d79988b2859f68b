"""A run with its events and nodes, as `FlowRunDetails` of openapi.yaml."""

import json
from typing import Any

from docent.prices import own_prices
from flows.invocations import types_in
from flows.kept_runs import KeptRun, Runs
from flows.run_costs import models_in, with_costs
from flows.run_events import nodes_of, outputs_of, shortened

# A reply of Lambda has 6 MB at most.
MAX_BYTES = 4_000_000


def details_of(run: KeptRun, runs: Runs, layout: str, prices: tuple[float, float], for_editor: bool) -> dict[str, Any]:
    events = runs.events(run.run_id)
    definition = runs.definition(run.values["definition_hash"])
    nodes = with_costs(nodes_of(events, types_in(definition)), models_in(definition), own_prices(*prices))
    first = next((each["flowInputEvent"] for each in events if "flowInputEvent" in each), None)
    question = run.values.get("question") if run.status == "INPUT_REQUIRED" else None
    told = run.to_json(for_editor) | {
        "outputs": outputs_of(events),
        "events": events,
        "nodes": nodes,
        "definition": definition,
        **({"input": first["content"]["document"]} if first else {}),
        **({"question": question} if question else {}),
        **({"layout": json.loads(layout)} if layout else {}),
    }
    return shortened(told, MAX_BYTES)
