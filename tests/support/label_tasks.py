"""Labeling tasks in the table, with items and answers as their functions leave them."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.derived_keys import LabelKeys
from docent.owned_rows import owner_json
from labeling.answers import answer_id_of
from labeling.task_rows import manifest_key
from labeling.task_schemas import schema_of
from tests.support.api_calls import MARY
from tests.support.aws import LABELING_TABLE, SOURCE_BUCKET, World

TASK_ID = "5b1d0e7c9a3f4c2e8d6b7a1f0c4e9d2b"
PREPARING = "arn:aws:states:eu-central-1:111122223333:execution:docent-prepare-task:5b1d"
EXPORTING = "arn:aws:states:eu-central-1:111122223333:execution:docent-export-labels:5b1d"
CREATED = "2026-11-29T16:00:00.000Z"
SUBMITTED = "2026-11-29T16:10:00.000Z"
SECOND = 1_000_000
MEDIA = {
    "kind": "audio",
    "duration_us": 10 * SECOND,
    "offset_us": 0,
    "channels": 1,
    "sample_rate": 16_000,
    "copy": {"type": "audio/wav", "bytes": 320_044},
    "peaks": [{"per_second": 10, "points": 100}],
    "suggestions": 0,
    "known_answer": False,
}


def put_task(aws: World, status: str = "OPEN", schema: str = "customer-call", **changes: Any) -> None:
    """`options` of a task, and other attributes. It is listed for its owner and for its groups."""
    options = {"annotators": "energy", "reviewers": "Lesegruppe Süd"} | changes.pop("options", {})
    values: dict[str, Any] = {
        "status": status,
        "owner": owner_json(MARY),
        "owner_subject": MARY.subject,
        "source": {"bucket": SOURCE_BUCKET, "key": manifest_key(MARY.subject, "november-calls")},
        "task_name": "november-calls",
        "task_schema": schema_of(schema),
        "task_options": options,
        "created_at": CREATED,
        "updated_at": CREATED,
        "execution_arn": PREPARING,
        **changes,
    }
    _put(aws, TASK_ID, "task", values)
    for principal in (f"user#{MARY.subject}", f"group#{options['annotators']}", f"group#{options['reviewers']}"):
        _put(aws, f"listed#{principal}", f"{CREATED}#{TASK_ID}", {"listed": TASK_ID})


def put_label_item(aws: World, number: int = 1, status: str = "OPEN", needed: int = 1, **changes: Any) -> None:
    key = f"labeling/energy/call-{number}.wav"
    values: dict[str, Any] = {
        "line_number": number,
        "status": status,
        "task_state": f"{TASK_ID}#{status}",
        "needed": needed,
        "holders": {},
        "revision": 0,
        "source": {"bucket": SOURCE_BUCKET, "key": key},
        "line": {"source-ref": f"s3://{SOURCE_BUCKET}/{key}", "call-id": f"call-{number}"},
        "media": MEDIA,
        **changes,
    }
    _put(aws, TASK_ID, f"item#{number:07d}", values)


DOCUMENT = "The company lost $10.6 billion in 2005. That is its largest loss since 1992."
QUESTION = "Which summary is true?"
TEXT = {
    "source": DOCUMENT,
    "id": "gm",
    "question": QUESTION,
    "answers": ["It lost $10.6 billion.", "It lost $10 billion."],
}


def put_text_item(aws: World, number: int = 1, status: str = "OPEN", needed: int = 1, **changes: Any) -> None:
    """As prepare_clip leaves the item of `TEXT`."""
    aws.put(LabelKeys(TASK_ID).text(number), DOCUMENT.encode())
    line = {name: value for name, value in TEXT.items() if name != "source"}
    media = {"kind": "text", "known_answer": False}
    of_text = {"source": {"text": DOCUMENT}, "line": line, "media": media}
    put_label_item(aws, number, status, needed, **of_text | changes)


def put_export(aws: World, status: str, **values: Any) -> None:
    if "missing" in values:
        values["missing_lines"] = values.pop("missing")
    _put(aws, TASK_ID, "export", {"status": status, "execution_arn": EXPORTING, **values})


def put_answer(
    aws: World, caller: Caller, label: Mapping[str, Any], number: int = 1, status: str = "SUBMITTED", version: int = 1
) -> str:
    """The answer, its save, and its place in the item. Returns its id."""
    answer_id, save_id = answer_id_of(TASK_ID, number, caller.subject), str(uuid.uuid5(uuid.NAMESPACE_OID, caller.user))
    key = LabelKeys(TASK_ID).answer(number, answer_id, version, save_id)
    aws.put(key, {"save_id": save_id, "base": 0, "version": version, "saved_at": SUBMITTED, "label": label})
    values: dict[str, Any] = {
        "line_number": number,
        "subject": caller.subject,
        "annotator": caller.user,
        "answer_id": answer_id,
        "status": status,
        "answer_version": version,
        "label_key": key,
        "saved_at": SUBMITTED,
        "begun_at": CREATED,
        **({} if status == "DRAFT" else {"submitted_at": SUBMITTED}),
    }
    _put(aws, TASK_ID, f"answer#{caller.subject}#{number:07d}", values)
    item = row_of(aws, f"item#{number:07d}")
    holder = {"status": "CLAIMED" if status == "DRAFT" else status, "answer_id": answer_id, "user": caller.user}
    holders = json.loads(item["holders"]) | {caller.subject: holder | {"until": 4_000_000_000}}
    changed = {name: json.loads(item[name]) for name in ("source", "line", "media")}
    put_label_item(aws, number, item["status"], int(item["needed"]), holders=holders, **changed)
    return answer_id


def row_of(aws: World, item: str) -> dict[str, Any]:
    rows = aws.items(LABELING_TABLE)
    return next(row for row in rows if (row["task_id"], row["item"]) == (TASK_ID, item))


def segment(start: float, end: float, own_id: str = "a", category: str = "Customer", **changes: Any) -> dict[str, Any]:
    """Times in seconds."""
    return {
        "id": own_id,
        "track": "speaker",
        "category": category,
        "start_us": round(start * SECOND),
        "end_us": round(end * SECOND),
        "fields": {},
        "origin": "person",
        **changes,
    }


def choice(consistent: str, **clip: Any) -> dict[str, Any]:
    """A label of `TEXT`."""
    return {"segments": [], "clip": {"consistent": consistent} | clip}


def label(*segments: dict[str, Any], **clip: Any) -> dict[str, Any]:
    return {"segments": list(segments), "clip": {"rate": 4} | clip}


def _put(aws: World, task_id: str, item: str, values: Mapping[str, Any]) -> None:
    told = {
        name: json.dumps(value) if isinstance(value, dict | list) and name != "error" else value
        for name, value in values.items()
    }
    aws.put_item(LABELING_TABLE, task_id=task_id, item=item, **told)
