"""The trace of one document: its execution with its states, and a page of the child executions of its images."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docent.api import decode_next, encode_next
from docent.document_rows import DocumentRow
from docent.errors import InvalidRequestError
from docent.executions import can_be_redriven, describe, times_of
from docent.failure_reasons import Failure, error_of

from .execution_histories import THREADS, read_children, read_history
from .traced_states import states_of

WORKFLOWS = ("ingest-document", "remove-document")


def trace_of(row: DocumentRow, place: str | None, limit: int) -> dict[str, Any]:
    """`Trace` of openapi.yaml; without an execution when Step Functions has none of it any more."""
    arn = row.values.get("execution_arn", "")
    start = _read_place(place, arn)
    execution = describe(arn) if arn else None
    if execution is None:
        return {"document_id": row.document_id, "images": []}
    events, is_whole = read_history(arn)
    children, has_more = read_children(arn, start, limit)
    with ThreadPoolExecutor(THREADS) as pool:
        images = list(pool.map(lambda child: _image(child, row.file_name), children))
    shown = _execution(execution, row) | {"states": states_of(events, row.file_name), "is_whole": is_whole}
    trace = {"document_id": row.document_id, "execution": shown, "images": images}
    return trace | ({"next": encode_next([arn, start + limit])} if has_more else {})


def _execution(execution: dict[str, Any], row: DocumentRow) -> dict[str, Any]:
    name = execution["executionArn"].split(":")[6]
    told: dict[str, Any] = {
        "workflow": next((each for each in WORKFLOWS if name.endswith(each)), name).replace("-", "_"),
        "execution_arn": execution["executionArn"],
        "status": execution["status"],
        "redrives": execution.get("redriveCount", 0),
        "can_be_redriven": can_be_redriven(execution),
    } | times_of(execution)
    recorded = row.values.get("error")
    if can_be_redriven(execution) and recorded:
        told["error"] = {name: value["S"] for name, value in recorded.items()}
    return told


def _image(child: dict[str, Any], document_name: str) -> dict[str, Any]:
    given = json.loads(child.get("input") or "{}").get("picture", {})
    events, _ = read_history(child["executionArn"])
    told: dict[str, Any] = {
        "picture_id": given.get("picture_id", ""),
        "pages": [place["page"] for place in given.get("places", [])],
        "status": child["status"],
        "states": states_of(events, document_name),
    } | times_of(child)
    if child["status"] not in ("RUNNING", "SUCCEEDED", "PENDING_REDRIVE"):
        told["error"] = error_of(Failure.of_execution(child), None, document_name)
    return told


def _read_place(text: str | None, execution_arn: str) -> int:
    match decode_next(text) if text else [execution_arn, 0]:
        case [str(same), int(start)] if same == execution_arn and start >= 0:
            return start
        case _:
            detail = {"field": "/query/next", "detail": "is none that a page of this execution gave"}
            raise InvalidRequestError("`next` is not usable.", (detail,))
