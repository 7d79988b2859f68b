"""A task as those who take part in it see it."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from docent.callers import Caller
from docent.derived_keys import LabelKeys
from docent.report_links import link_to
from labeling.export_parts import archive_name
from labeling.exports import find_export
from labeling.items import items_with
from labeling.tallies import KNOWN, tallies_of
from labeling.task_rows import TaskRow

# Of failures.
SHOWN = 100
# Of an export, by its status. While another one is written, what the one before told counts no more.
_TOLD = {"EXPORTING": (), "EXPORTED": ("exported_at", "counts", "missing"), "FAILED": ("error",)}


def progress_of(row: TaskRow, counts: Mapping[str, int]) -> dict[str, Any]:
    """The numbers of items, and whether all are done."""
    progress = {"items": sum(counts.values())} | {name.lower(): count for name, count in counts.items()}
    is_done = row.status == "OPEN" and not counts["OPEN"] and not counts["REVIEW"] and counts["DONE"] > 0
    return {"progress": progress} | ({"status": "DONE"} if is_done else {})


def details_of(bucket: str, table: str, row: TaskRow, caller: Caller) -> dict[str, Any]:
    """What `LabelTaskDetails` of openapi.yaml adds. How good people's answers are is for reviewers alone."""
    told = {name: row.values.get(name) for name in ("problems", "error")}
    told |= {name: int(row.values[name]) for name in ("problem_count", "lines") if name in row.values}
    told |= {"schema": row.schema, "options": row.options, "source": _address(row.values["source"])}
    if row.is_reviewed_by(caller):
        told |= _quality(table, row) | _export(bucket, table, row)
    else:
        told["options"] = {name: row.options[name] for name in ("claim_seconds", "answers", "review")}
    return {name: value for name, value in told.items() if value is not None}


def _quality(table: str, row: TaskRow) -> dict[str, Any]:
    tallies = tallies_of(table, row.task_id)
    count = sum(_count(each, "agreement_items") for each in tallies)
    agreement = sum(float(each.get("agreement_sum", 0)) for each in tallies)
    failed = islice(items_with(table, row.task_id, "FAILED"), SHOWN)
    failures = [{"line": each.number, "reason": each.values.get("failure", "")} for each in failed]
    annotators = [_annotator(each) for each in tallies]
    return {
        "agreement": round(agreement / count, 4) if count else None,
        "annotators": sorted(annotators, key=lambda each: each["annotator"]),
        "failures": failures or None,
    }


def _annotator(tally: Mapping[str, Any]) -> dict[str, Any]:
    matched, found, wanted = (_count(tally, name) for name in KNOWN)
    return {
        "annotator": tally["annotator"],
        "answers": _count(tally, "answers"),
        "accepted": _count(tally, "accepted"),
        "rejected": _count(tally, "rejections"),
        "known_items": _count(tally, "known_items"),
        **({"precision": round(matched / found, 4)} if found else {}),
        **({"recall": round(matched / wanted, 4)} if wanted else {}),
    }


def _count(tally: Mapping[str, Any], name: str) -> int:
    return int(tally.get(name, 0))


def _export(bucket: str, table: str, row: TaskRow) -> dict[str, Any]:
    exported = find_export(table, row.task_id)
    if not exported:
        return {}
    links = {}
    if exported["status"] == "EXPORTED":
        keys = LabelKeys(row.task_id)
        links = {"output.manifest": link_to(bucket, keys.output_manifest, "application/jsonl", "output.manifest")}
        for part in range(1, int(exported["archives"]) + 1):
            name = archive_name(part)
            saved_as = name.replace("labels", row.name, 1)
            links[name] = link_to(bucket, keys.labels(part), "application/zip", saved_as)
    shown = ("status", *_TOLD[exported["status"]])
    return {"export": {**{name: exported[name] for name in shown if name in exported}, "links": links}}


def _address(source: Mapping[str, Any]) -> str:
    return f"s3://{source['bucket']}/{source['key']}"
