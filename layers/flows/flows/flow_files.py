"""The file of a flow: its definition as Amazon Bedrock's API has it, in camelCase, with fields we do not know.

CloudFormation takes the same definition in PascalCase. Texts such as `${ModelId}` are filled in at deployment.
"""

import hashlib
import json
import re
from typing import Any

type Definition = dict[str, Any]

# Below these members is a document in a model's own format, so its keys keep their spelling.
_FREE = frozenset({"additionalModelRequestFields", "json"})
PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_INDENT = re.compile(r"^\s*\{\r?\n(?P<indent>[ \t]+)")


def parse(text: str) -> Definition:
    """Raises ValueError for a text that is no JSON object."""
    definition = json.loads(text)
    if not isinstance(definition, dict):
        raise ValueError("A flow is a JSON object with nodes and connections.")
    return definition


def text_of(definition: Definition, like: str = "") -> str:
    """The file's text. Where nothing was changed it is `like`, byte for byte; else it is indented alike."""
    if like and parse(like) == definition:
        return like
    found = _INDENT.match(like)
    indent = found["indent"] if found else "  "
    text = json.dumps(definition, indent=indent, ensure_ascii=False)
    return text + "\n" if not like or like.endswith("\n") else text


def to_pascal(value: Any) -> Any:
    """A definition of the API as CloudFormation takes it."""
    return _renamed(value, str.upper)


def to_camel(value: Any) -> Any:
    """A definition of CloudFormation as the API has it."""
    return _renamed(value, str.lower)


def definition_hash(definition: Definition) -> str:
    """Equal for two files that differ only in layout and in the order of members."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()


def placeholders(value: Any) -> set[str]:
    """The names in all `${…}` of a definition."""
    match value:
        case str():
            return set(PLACEHOLDER.findall(value))
        case list():
            return set[str]().union(*map(placeholders, value))
        case dict():
            return set[str]().union(*map(placeholders, value.values()))
    return set()


def _renamed(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        change(name[:1]) + name[1:]: each if _is_free(name) else _renamed(each, change) for name, each in value.items()
    }


def _is_free(name: str) -> bool:
    return name[:1].lower() + name[1:] in _FREE
