"""The definition of a flow in a template: as an object, as text with substitutions, or in S3."""

import json
import re
from typing import Any

from local.seams.resources import lower_camel, s3_text

type Json = dict[str, Any]


def definition_of(props: Json) -> Json:
    given = [name for name in ("Definition", "DefinitionString", "DefinitionS3Location") if props.get(name) is not None]
    if len(given) > 1:
        raise ValueError("you can only specify one of Definition, DefinitionString or DefinitionS3Location")
    if not given:
        return {"nodes": [], "connections": []}
    if given == ["Definition"]:
        return _in_api_spelling(props["Definition"])
    if given == ["DefinitionS3Location"]:
        place = props["DefinitionS3Location"]
        text = s3_text(place["Bucket"], place["Key"])
    else:
        text = props["DefinitionString"]
    text = json.dumps(text) if isinstance(text, dict) else text
    for key, value in (props.get("DefinitionSubstitutions") or {}).items():
        # A value stands within a JSON string.
        text = text.replace(f"${{{key}}}", json.dumps(str(value))[1:-1])
    try:
        return _in_api_spelling(json.loads(text))
    except ValueError as error:
        raise ValueError("Could not parse DefinitionString to valid flow resource definition.") from error


def _in_api_spelling(definition: Json) -> Json:
    """Template values arrive as text where a template quotes them, so numbers become numbers again."""
    return _numbered(lower_camel(definition))


_NUMBERS = {"maxTokens": int, "temperature": float, "topP": float, "numberOfResults": int, "maxIterations": int}


def _numbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _NUMBERS[name](inner)
            if name in _NUMBERS and isinstance(inner, str) and re.fullmatch(r"[\d.]+", inner)
            else _numbered(inner)
            for name, inner in value.items()
        }
    return [_numbered(inner) for inner in value] if isinstance(value, list) else value
