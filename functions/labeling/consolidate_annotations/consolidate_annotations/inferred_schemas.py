"""A schema of what workers sent: what they may send is decided by the job's template, and nothing of it is lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from labeling.task_schemas import TaskSchema

_OWN = frozenset({"id", "start", "end", "origin", "suggestion", "segmentId", "startFrame", "endFrame"})


def schema_of_answers(contents: Iterable[Mapping[str, Any]]) -> TaskSchema:
    """Tracks, categories and fields that occur. Maps of choices are choices of several."""
    categories: dict[str, dict[str, None]] = {}
    fields: dict[str, dict[str, Any]] = {}
    clip: dict[str, dict[str, Any]] = {}
    for content in contents:
        annotations = content.get("annotations") or {}
        for track, names in (annotations.get("categories") or {}).items():
            categories.setdefault(track, {}).update(dict.fromkeys(names))
        for track, stream in (annotations.get("streams") or {}).items():
            categories.setdefault(track, {}).update(dict.fromkeys(str(each["id"]) for each in stream))
            for each in stream:
                named = {name: _field(value) for name, value in each.items() if name not in _OWN}
                fields.setdefault(track, {}).update(named)
        for name, value in content.items():
            if name != "annotations":
                clip[name] = _field(value, clip.get(name))
    tracks = [
        {
            "name": track,
            "categories": [{"name": name} for name in names],
            "fields": {"type": "object", "properties": fields.get(track, {})},
        }
        for track, names in categories.items()
    ]
    return {
        "name": "sent",
        "version": "1",
        "media": "audio",
        "tracks": tracks,
        "clip": {"type": "object", "properties": clip},
    }


def _field(value: Any, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    if isinstance(value, Mapping) and all(isinstance(each, bool) for each in value.values()):
        known = (before or {}).get("items", {}).get("enum", [])
        return {"type": "array", "items": {"enum": list(dict.fromkeys([*known, *value]))}}
    return {"type": "boolean"} if isinstance(value, bool) else {"type": "string"}
