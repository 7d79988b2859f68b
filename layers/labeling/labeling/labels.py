"""Labels: the segments that somebody marked in a clip, and what they said of the whole clip.

A label is JSON as openapi.yaml's `Label` has it. Times are integers, microseconds of the original, so that nothing is
lost by adding and nothing is rounded before it is written for people.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import fastjsonschema
from fastjsonschema import JsonSchemaValueException

from labeling.task_schemas import TaskSchema, categories_of, clip_of, fields_of, tracks_of

type Label = Mapping[str, Any]
type Problem = Mapping[str, str]
# A segment may end this much after its clip: a player rounds the duration that it shows.
SLACK_US = 1_000


def normal(label: Label) -> dict[str, Any]:
    """The same label, its segments by start, end and id."""
    by_time = sorted(label["segments"], key=lambda segment: (segment["start_us"], segment["end_us"], segment["id"]))
    return {**label, "segments": by_time}


def problems_of(label: Label, schema: TaskSchema, duration_us: int | None) -> list[Problem]:
    """What the schema or the clip does not allow, as `field` (a JSON pointer) and `detail`."""
    tracks = tracks_of(schema)
    seen: set[str] = set()
    found: list[Problem] = []
    for place, segment in enumerate(label["segments"]):
        where = f"/segments/{place}"
        found.extend({"field": f"{where}{at}", "detail": why} for at, why in _of_segment(segment, tracks, duration_us))
        if segment["id"] in seen:
            found.append({"field": f"{where}/id", "detail": "is the id of another segment too"})
        seen.add(segment["id"])
    found.extend({"field": f"/clip{at}", "detail": why} for at, why in _of_form(label["clip"], clip_of(schema)))
    return found


def _of_segment(
    segment: Mapping[str, Any], tracks: Mapping[str, Mapping[str, Any]], duration_us: int | None
) -> Iterator[tuple[str, str]]:
    if segment["end_us"] <= segment["start_us"]:
        yield "/end_us", "must be after the start"
    if duration_us is not None and segment["end_us"] > duration_us + SLACK_US:
        yield "/end_us", "must not be after the end of the clip"
    if segment["origin"] != "person" and "suggestion" not in segment:
        yield "/suggestion", "must name the suggestion that was accepted or changed"
    track = tracks.get(segment["track"])
    if track is None:
        yield "/track", "is no track of the task"
        return
    if segment["category"] not in categories_of(track):
        yield "/category", "is no category of its track"
    for at, why in _of_form(segment["fields"], fields_of(track)):
        yield f"/fields{at}", why


def _of_form(values: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in form.get("required", ()):
        if name not in values:
            yield f"/{name}", "must be given"
    for name, value in values.items():
        field = form["properties"].get(name)
        if field is None:
            yield f"/{name}", "is no field of the task"
            continue
        try:
            fastjsonschema.validate(field, value)
        except JsonSchemaValueException as error:
            yield f"/{name}", error.message.removeprefix("data").strip()
