"""docs/api-reference.md: openapi.yaml as a page to read."""

from collections.abc import Iterator
from typing import Any

from compiler.operations import functions_of
from compiler.project import NOTICE, function_folders


def page(contract: dict[str, Any]) -> str:
    info = contract["info"]
    lines = [
        f"<!-- {NOTICE.format('openapi.yaml')} -->",
        "# API reference",
        "",
        f"{info['summary']} The contract is [openapi.yaml](../openapi.yaml); [api.md](api.md) shows how to call it.",
    ]
    for path, item in contract["paths"].items():
        for method in ("post", "get", "put", "delete"):
            if method in item:
                lines += ["", *_operation(contract, method, path, item)]
    lines += ["", "## What is sent and answered"]
    for name, schema in contract["components"]["schemas"].items():
        rows = list(_fields(contract, schema))
        if rows:
            lines += ["", f"### {name}", ""]
            lines += [*([schema["description"], ""] if "description" in schema else [])]
            lines += ["| field | | |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def _operation(contract: dict[str, Any], method: str, path: str, item: dict[str, Any]) -> Iterator[str]:
    operation = item[method]
    yield f"## {method.upper()} {path}"
    yield ""
    *condition, function = functions_of(operation)
    answering = f"`{_folder_of(function)}`"
    if condition:
        answering = f"`{_folder_of(condition[1])}` where the template's {condition[0]} holds, else by {answering}"
    yield f"{operation['summary']}. Answered by {answering}."
    if "description" in operation:
        yield ""
        yield " ".join(operation["description"].split())
    parameters = [_target(contract, each) for each in (*item.get("parameters", []), *operation.get("parameters", []))]
    if parameters:
        yield ""
        yield "| parameter | in | |"
        yield "|---|---|---|"
        for each in parameters:
            yield f"| `{each['name']}` | {each['in']} | {_described(contract, each['schema'], each)} |"
    if "requestBody" in operation:
        yield ""
        ((media_type, content),) = operation["requestBody"]["content"].items()
        kind = "" if media_type == "application/json" else f", as `{media_type}`"
        yield f"Send: {_kind(contract, content['schema'])}{kind}."
    yield ""
    yield "| status | | body |"
    yield "|---|---|---|"
    for status, named in operation["responses"].items():
        response = _target(contract, named)
        bodies = [_kind(contract, content["schema"]) for content in response.get("content", {}).values()]
        yield f"| {status} | {response['description']} | {', '.join(bodies)} |"


def _folder_of(function: str) -> str:
    folder = function_folders()[function]
    return f"functions/{folder.parent.name}/{folder.name}"


def _fields(contract: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    for part in schema.get("allOf", [schema]):
        part = _target(contract, part)
        for name, field in part.get("properties", {}).items():
            need = "required" if name in part.get("required", []) else "optional"
            yield f"| `{name}` | {need} | {_described(contract, field, field)} |"


def _described(contract: dict[str, Any], schema: dict[str, Any], described: dict[str, Any]) -> str:
    """Its type, its bounds and its description, in words."""
    target = _target(contract, schema)
    words = [_kind(contract, schema)]
    for key, text in (
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("minimum", "at least {}"),
        ("maximum", "at most {}"),
        ("maxItems", "at most {}"),
        ("default", "by default {}"),
    ):
        if key in target:
            words.append(text.format(target[key]))
    if "enum" in target:
        words.append(" or ".join(f"`{value}`" for value in target["enum"]))
    if "x-must" in target:
        words.append(f"must {target['x-must']}")
    told = described.get("description", "")
    return "; ".join([", ".join(words), *([told] if told else [])]).replace("|", "\\|")


def _kind(contract: dict[str, Any], schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    if name and any(True for _ in _fields(contract, _target(contract, schema))):
        return f"[{name}](#{name.lower()})"
    target = _target(contract, schema)
    if target.get("type") == "array":
        return f"list of {_kind(contract, target['items'])}"
    kind = target.get("type", "object")
    return kind if isinstance(kind, str) else " or ".join(kind)


def _target(contract: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` names; anything else is itself."""
    if "$ref" not in value:
        return value
    target: Any = contract
    for step in value["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return target
