"""Labels as SageMaker Ground Truth has them, both ways: answers of workers, and lines of an output manifest.

An answer (`answerContent`) has the segments of each track under `annotations.streams`, each with its category as `id`
and its times in seconds, and the values of the whole clip beside it. What can be chosen is a map of all choices to
whether it was chosen; texts are texts.

Metadata has two spellings: real manifests write `job-name` and `groundtruth/custom`, AWS's documentation `job_name` and
`groundTruth/custom`. The first one is written, and both are read.
https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from labeling.labels import Label, normal
from labeling.task_schemas import TaskSchema, categories_of, clip_of, fields_of, tracks_of, values_of

SECOND = 1_000_000
# The key by which a line of a labeling job names the item that Docent prepared of its clip: `<task_id>/<number>`.
ITEM_KEY = "docent-item"
# Members of a segment in a stream that are none of its fields.
_OWN = frozenset({"id", "start", "end", "origin", "suggestion", "segmentId", "startFrame", "endFrame"})


def content_of(label: Label, schema: TaskSchema) -> dict[str, Any]:
    """The `answerContent` of a label."""
    streams: dict[str, list[dict[str, Any]]] = {}
    for segment in normal(label)["segments"]:
        streams.setdefault(segment["track"], []).append(_stream_segment(segment, tracks_of(schema)[segment["track"]]))
    annotations: dict[str, Any] = {
        "categories": {name: categories_of(track) for name, track in tracks_of(schema).items()},
        "streams": streams,
    }
    began, ended = _moment(label.get("began_at")), _moment(label.get("ended_at"))
    if began and ended:
        annotations |= {
            "startTimestamp": _milliseconds(began),
            "startUTCTime": format_datetime(began, usegmt=True),
            "endTimestamp": _milliseconds(ended),
            "endUTCTime": format_datetime(ended, usegmt=True),
            "elapsedTime": max(_milliseconds(ended) - _milliseconds(began), 0),  # clocks are set
        }
    form = clip_of(schema)["properties"]
    clip = {name: _written(label["clip"][name], field) for name, field in form.items() if name in label["clip"]}
    return {"annotations": annotations, **clip}


def label_of(content: Mapping[str, Any], schema: TaskSchema) -> dict[str, Any]:
    """The label of an `answerContent`. What the schema has no name for is left out.

    Raises ValueError if it is none.
    """
    content = unwrapped(content)
    annotations = content.get("annotations") or {}
    if not isinstance(annotations, Mapping):
        raise ValueError("`annotations` is no object")
    tracks, segments = tracks_of(schema), list[dict[str, Any]]()
    for track, stream in (annotations.get("streams") or {}).items():
        if track in tracks:
            for each in stream:
                segments.append(_label_segment(each, track, tracks[track], len(segments)))
    form = clip_of(schema)["properties"]
    clip = {
        name: value
        for name, field in form.items()
        if name in content and (value := _read(content[name], field)) is not None
    }
    times = {
        name: datetime.fromtimestamp(annotations[stamp] / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        for name, stamp in (("began_at", "startTimestamp"), ("ended_at", "endTimestamp"))
        if isinstance(annotations.get(stamp), int)
    }
    return normal({"segments": segments, "clip": clip, **times})


def unwrapped(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """With `annotations` as an object: a hidden field of a form sends them as a text of JSON. Raises ValueError."""
    annotations = content.get("annotations")
    return {**content, "annotations": json.loads(annotations)} if isinstance(annotations, str) else content


def worker_response(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """A file below `annotations/worker-response/`."""
    return {"answers": answers}


def worker_answer(content: Mapping[str, Any], worker_id: str, began_at: str, submitted_at: str) -> dict[str, Any]:
    began, submitted = _moment(began_at), _moment(submitted_at)
    spent = (submitted - began).total_seconds() if began and submitted else 0.0
    return {
        "acceptanceTime": began_at,
        "answerContent": content,
        "submissionTime": submitted_at,
        "timeSpentInSeconds": max(spent, 0.0),
        "workerId": worker_id,
    }


def output_line(
    line: Mapping[str, Any], attribute: str, content: Mapping[str, Any], job_name: str, created_at: str
) -> dict[str, Any]:
    """A line of output.manifest: the line of the input with the label and its metadata."""
    moment = created_at.removesuffix("Z")
    metadata = {
        "type": "groundtruth/custom",
        "job-name": job_name,
        "human-annotated": "yes",
        "creation-date": f"{moment}000" if "." in moment else f"{moment}.000000",
    }
    return {**line, attribute: content, f"{attribute}-metadata": metadata}


def metadata_in(line: Mapping[str, Any], attribute: str) -> dict[str, Any]:
    """The metadata of a label with the keys as they are written here, whichever way they were spelled."""
    return {name.replace("_", "-"): value for name, value in (line.get(f"{attribute}-metadata") or {}).items()}


def workers_in(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The answers in a consolidated label: the id of each worker and what they sent. Raises ValueError."""
    for each in content.get("annotationsFromAllWorkers") or ():
        sent = each["annotationData"]["content"]
        yield each["workerId"], json.loads(sent) if isinstance(sent, str) else sent


def seconds(microseconds: int) -> int | float:
    """Six decimals at most, and a whole number where it is one."""
    whole, rest = divmod(microseconds, SECOND)
    return whole if not rest else microseconds / SECOND


def microseconds(value: float | str) -> int:
    return round(float(value) * SECOND)


def _stream_segment(segment: Mapping[str, Any], track: Mapping[str, Any]) -> dict[str, Any]:
    fields = fields_of(track)["properties"]
    told = {name: segment["fields"][name] for name in fields if name in segment["fields"]}
    frames = {
        theirs: segment[ours]
        for theirs, ours in (("startFrame", "start_frame"), ("endFrame", "end_frame"))
        if ours in segment
    }
    return {
        "id": segment["category"],
        "start": seconds(segment["start_us"]),
        "end": seconds(segment["end_us"]),
        **told,
        **frames,
        "origin": segment["origin"],
        "segmentId": segment["id"],
        **({"suggestion": segment["suggestion"]} if "suggestion" in segment else {}),
    }


def _label_segment(each: Mapping[str, Any], track: str, described: Mapping[str, Any], place: int) -> dict[str, Any]:
    known = fields_of(described)["properties"]
    fields = {
        name: value
        for name, told in each.items()
        if name not in _OWN and name in known and (value := _read(told, known[name])) is not None
    }
    frames = {
        ours: each[theirs]
        for theirs, ours in (("startFrame", "start_frame"), ("endFrame", "end_frame"))
        if isinstance(each.get(theirs), int)
    }
    return {
        "id": str(each.get("segmentId", f"s{place + 1}")),
        "track": track,
        "category": str(each["id"]),
        "start_us": microseconds(each["start"]),
        "end_us": microseconds(each["end"]),
        "fields": fields,
        "origin": each.get("origin", "person"),
        **({"suggestion": each["suggestion"]} if "suggestion" in each else {}),
        **frames,
    }


def _written(value: Any, field: Mapping[str, Any]) -> Any:
    """As a form of Ground Truth sends it."""
    if field.get("control") == "stars":
        return {str(each): each == value for each in range(field["minimum"], field["maximum"] + 1)}
    if field.get("type") == "array":
        return {each: each in value for each in values_of(field)}
    if "enum" in field:
        return {each: each == value for each in values_of(field)}
    return value


def _read(value: Any, field: Mapping[str, Any]) -> Any:
    """The value of a field however it was sent; None if nothing was chosen."""
    if isinstance(value, Mapping):
        value = [name for name, is_chosen in value.items() if is_chosen]
        if field.get("type") != "array":
            value = value[0] if value else None
    elif field.get("type") == "array" and isinstance(value, str):
        value = [value] if value else []
    if field.get("type") == "integer" and isinstance(value, str):
        return int(value) if value.strip().lstrip("-").isdigit() else None
    if field.get("type") == "boolean" and isinstance(value, str):
        return value in ("true", "on")
    if isinstance(value, str) and (field.get("enum") or ()):
        spelled = {each.casefold(): each for each in values_of(field)}
        return spelled.get(value.casefold(), value)
    return value


def _moment(text: Any) -> datetime | None:
    """None for what is no time: the clocks of people's devices write it."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
