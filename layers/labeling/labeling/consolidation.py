"""One label of several people's: what most of them marked, at the median of its times.

Segments of different people are the same if they have the track and the category in common and overlap enough. A
segment stays if more than half of the people marked it.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Any

from labeling.ground_truth import content_of
from labeling.labels import Label, normal
from labeling.segment_matches import match
from labeling.task_schemas import TaskSchema, clip_of

type Segment = Mapping[str, Any]


def consolidated(labels: Sequence[Label], schema: TaskSchema, overlap: float) -> dict[str, Any]:
    """Of one label or more."""
    if len(labels) == 1:
        return normal(labels[0])
    groups: list[list[Segment]] = []
    for label in labels:
        seen, found = [_middle(group) for group in groups], label["segments"]
        pairs = {there: here for here, there in match(seen, found, overlap)}
        for place, segment in enumerate(found):
            if place in pairs:
                groups[pairs[place]].append(segment)
            else:
                groups.append([segment])
    kept = (group for group in groups if len(group) > len(labels) / 2)
    segments = [{**_middle(group), "id": f"c{number}"} for number, group in enumerate(kept, 1)]
    return normal({"segments": segments, "clip": _clip([label["clip"] for label in labels], schema)})


def consolidated_content(
    answers: Sequence[tuple[str, Label]], schema: TaskSchema, overlap: float, agreement: float | None
) -> dict[str, Any]:
    """What the output manifest has as the label: that of all together, and each worker's own."""
    content = content_of(consolidated([label for _, label in answers], schema, overlap), schema)
    workers = [
        {
            "workerId": worker_id,
            "annotationData": {"content": json.dumps(content_of(label, schema), ensure_ascii=False)},
        }
        for worker_id, label in answers
    ]
    told = {} if agreement is None else {"agreement": agreement}
    return {**content, **told, "annotationsFromAllWorkers": workers}


def _middle(group: Sequence[Segment]) -> dict[str, Any]:
    """The segment that stands for all of a group. Where people disagree on its origin, a person made it."""
    first = group[0]
    origins = {(each["origin"], each.get("suggestion", "")) for each in group}
    origin, suggestion = origins.pop() if len(origins) == 1 else ("person", "")
    return {
        "id": first["id"],
        "track": first["track"],
        "category": first["category"],
        "start_us": median_low([each["start_us"] for each in group]),
        "end_us": median_low([each["end_us"] for each in group]),
        "fields": _most_common([each["fields"] for each in group]),
        "origin": origin,
        **({"suggestion": suggestion} if suggestion else {}),
    }


def _clip(clips: Sequence[Mapping[str, Any]], schema: TaskSchema) -> dict[str, Any]:
    """The usual value of each field; of a number the median, and of a list what more than half have chosen."""
    values: dict[str, Any] = {}
    for name, field in clip_of(schema)["properties"].items():
        given = [clip[name] for clip in clips if name in clip]
        if not given:
            continue
        if field.get("type") == "array":
            values[name] = [each for each in field["items"]["enum"] if _most(each, given, len(clips))]
        elif field.get("type") == "integer":
            values[name] = median_low(given)
        else:
            values[name] = _most_common([{name: value} for value in given])[name]
    return values


def _most(choice: str, given: Sequence[Sequence[str]], people: int) -> bool:
    return sum(choice in chosen for chosen in given) > people / 2


def _most_common(forms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The most frequent value of each name; of equally frequent ones the first."""
    counts: dict[str, Counter[str]] = {}
    for form in forms:
        for name, value in form.items():
            counts.setdefault(name, Counter())[json.dumps(value, sort_keys=True)] += 1
    return {name: json.loads(count.most_common(1)[0][0]) for name, count in counts.items()}
