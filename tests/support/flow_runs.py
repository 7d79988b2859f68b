"""Runs of flows in the table, as invoke_flow leaves them."""

import json
import zlib
from typing import Any

from docent.callers import Caller
from docent.owned_rows import owner_json
from flows.flow_files import Definition, definition_hash
from flows.run_events import Event
from tests.support.api_calls import MARY
from tests.support.aws import FLOW_RUNS_TABLE, World
from tests.support.fake_flows import CUSTOMER_SERVICE

RUN_ID = "7c1f0e9d3a4b5c8e6f7a2d4c0b1e9a5d"


def put_run(
    aws: World,
    run_id: str = RUN_ID,
    owner: Caller = MARY,
    events: tuple[Event, ...] = (),
    definition: Definition = CUSTOMER_SERVICE,
    **changes: Any,
) -> None:
    kept = definition_hash(definition)
    values: dict[str, Any] = {
        "run_id": run_id,
        "item": "run",
        "flow": "customer-service",
        "version": "1",
        "status": "SUCCEEDED",
        "owner": json.dumps(owner_json(owner)),
        "owner_flow": f"{owner.subject}#customer-service",
        "created_at": "2026-11-29T10:00:00.000Z",
        "definition_hash": kept,
        **changes,
    }
    aws.put_item(FLOW_RUNS_TABLE, **values)
    code = zlib.compress(json.dumps(definition).encode())
    aws.put_item(FLOW_RUNS_TABLE, run_id="definition", item=kept, code=code)
    for number, event in enumerate(events, 1):
        aws.put_item(FLOW_RUNS_TABLE, run_id=run_id, item=f"event#{number:06}", event=json.dumps(event))


def kept(*events: tuple[str, dict[str, Any]]) -> tuple[Event, ...]:
    """Events of a fake run as they are kept."""
    return tuple({name: content} for name, content in events)
