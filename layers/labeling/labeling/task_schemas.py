"""The schema of a task: its tracks, their categories, and the fields of a segment and of the whole clip. Texts have no
times, so their schema has no tracks, and its `clip` has the fields of the whole text.

task_schema.json beside this module says what a schema may hold, so that a new task needs no code. `fields` and `clip`
are JSON Schema themselves; `title`, `titles`, `control` and `from` are for the page and mean nothing to a validator.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
from fastjsonschema import JsonSchemaValueException

from docent.errors import InvalidRequestError

type TaskSchema = Mapping[str, Any]
_HERE = Path(__file__).parent
_NO_FORM: Mapping[str, Any] = {"type": "object", "properties": {}}


def shipped_schemas() -> list[str]:
    return sorted(path.stem for path in (_HERE / "schemas").glob("*.json"))


def schema_of(given: str | Mapping[str, Any]) -> TaskSchema:
    """A schema that comes with Docent, by its name, or one that was sent. Raises InvalidRequestError."""
    if isinstance(given, str):
        if given not in shipped_schemas():
            raise InvalidRequestError(f"There is no schema of this name; there are {', '.join(shipped_schemas())}.")
        return check_schema(json.loads((_HERE / "schemas" / f"{given}.json").read_text("utf-8")))
    return check_schema(given)


def check_schema(schema: Mapping[str, Any]) -> TaskSchema:
    """With its tracks, even if there are none. Raises InvalidRequestError that names the place."""
    try:
        _meta_schema()(schema)
    except JsonSchemaValueException as error:
        raise _wrong("/".join(["", *error.path[1:]]), error.message.removeprefix(error.name or "").strip()) from None
    schema = {**schema, "tracks": schema.get("tracks", [])}
    if is_of_texts(schema):
        if schema["tracks"]:
            raise _wrong("/tracks", "must be left out, as texts have no times")
        if not clip_of(schema)["properties"]:
            raise _wrong("/clip", "must have a property")
    elif not schema["tracks"]:
        raise _wrong("/tracks", "must hold a track")
    _must_differ([track["name"] for track in schema["tracks"]], "/tracks")
    for place, track in enumerate(schema["tracks"]):
        where = f"/tracks/{place}"
        _must_differ([category["name"] for category in track["categories"]], f"{where}/categories")
        _must_differ([category["key"] for category in track["categories"] if "key" in category], f"{where}/categories")
        _check_form(fields_of(track), f"{where}/fields")
    _check_form(clip_of(schema), "/clip")
    return schema


def is_of_texts(schema: TaskSchema) -> bool:
    return schema["media"] == "text"


def tracks_of(schema: TaskSchema) -> dict[str, Mapping[str, Any]]:
    return {track["name"]: track for track in schema["tracks"]}


def categories_of(track: Mapping[str, Any]) -> list[str]:
    return [category["name"] for category in track["categories"]]


def fields_of(track: Mapping[str, Any]) -> Mapping[str, Any]:
    return track.get("fields", _NO_FORM)


def clip_of(schema: TaskSchema) -> Mapping[str, Any]:
    return schema.get("clip", _NO_FORM)


def values_of(field: Mapping[str, Any]) -> list[str]:
    """The values that can be chosen in a field; none where it is a text, a number or yes and no."""
    return list(field.get("enum") or field.get("items", {}).get("enum", ()))


def _check_form(form: Mapping[str, Any], where: str) -> None:
    for name, field in form["properties"].items():
        if field.get("type") == "integer" and field["minimum"] > field["maximum"]:
            raise _wrong(f"{where}/properties/{name}", "has a minimum above its maximum")
    for name in form.get("required", ()):
        if name not in form["properties"]:
            raise _wrong(f"{where}/required", f"names {name}, which is no property")


def _must_differ(names: list[str], where: str) -> None:
    if len(set(names)) < len(names):
        raise _wrong(where, "holds the same name or key twice")


def _wrong(where: str, why: str) -> InvalidRequestError:
    detail = {"field": f"/schema{where}", "detail": why}
    return InvalidRequestError(f"The schema is not usable: {where or 'it'} {why}.", (detail,))


@cache
def _meta_schema() -> Any:
    return fastjsonschema.compile(json.loads((_HERE / "task_schema.json").read_text("utf-8")))
