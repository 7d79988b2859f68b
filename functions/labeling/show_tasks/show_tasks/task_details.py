"""A task as those who take part in it see it."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from statistics import fmean
from typing import Any

from docent.callers import Caller
from docent.derived_keys import LabelKeys
from docent.report_links import link_to
from labeling.answers import Answer, all_answers
from labeling.export_parts import archive_name
from labeling.items import all_items, items_with
from labeling.task_rows import TaskRow

# Of a large task, failures are not all shown, and its first items and answers stand for all.
SHOWN = 100
MEASURED = 20_000


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
        told |= _quality(table, row) | _export(bucket, row)
    else:
        told["options"] = {name: row.options[name] for name in ("claim_seconds", "answers", "review")}
    return {name: value for name, value in told.items() if value is not None}


def _quality(table: str, row: TaskRow) -> dict[str, Any]:
    people: dict[str, list[Answer]] = defaultdict(list)
    for answer in islice(all_answers(table, row.task_id), MEASURED):
        people[answer.user].append(answer)
    items = islice(all_items(table, row.task_id), MEASURED)
    agreements = [float(each.values["agreement"]) for each in items if "agreement" in each.values]
    failed = islice(items_with(table, row.task_id, "FAILED"), SHOWN)
    failures = [{"line": each.number, "reason": each.values.get("failure", "")} for each in failed]
    return {
        "agreement": round(fmean(agreements), 4) if agreements else None,
        "annotators": [_annotator(user, answers) for user, answers in sorted(people.items())],
        "failures": failures or None,
    }


def _annotator(user: str, answers: list[Answer]) -> dict[str, Any]:
    known = [each.values for each in answers if "known_matched" in each.values]
    matched = sum(int(each["known_matched"]) for each in known)
    found = sum(int(each["known_found"]) for each in known)
    wanted = sum(int(each["known_wanted"]) for each in known)
    return {
        "annotator": user,
        "answers": sum(not each.is_draft for each in answers),
        "accepted": sum(each.status == "ACCEPTED" for each in answers),
        "rejected": sum(int(each.values.get("rejections", 0)) for each in answers),
        "known_items": len(known),
        **({"precision": round(matched / found, 4)} if found else {}),
        **({"recall": round(matched / wanted, 4)} if wanted else {}),
    }


def _export(bucket: str, row: TaskRow) -> dict[str, Any]:
    exported = row.values.get("exported")
    if not exported:
        return {}
    links = {}
    if exported["status"] == "EXPORTED":
        keys = LabelKeys(row.task_id)
        links = {"output.manifest": link_to(bucket, keys.output_manifest, "application/jsonl", "output.manifest")}
        for part in range(1, exported["archives"] + 1):
            name = archive_name(part)
            saved_as = name.replace("labels", row.name, 1)
            links[name] = link_to(bucket, keys.labels(part), "application/zip", saved_as)
    told = {name: value for name, value in exported.items() if name != "archives"}
    return {"export": {**told, "links": links}}


def _address(source: Mapping[str, Any]) -> str:
    return f"s3://{source['bucket']}/{source['key']}"
