"""The differences in meaning between two definitions.

The order of nodes and members, the names of connections and the layout have no meaning. Prompts and code are compared
line by line. A placeholder such as `${ModelId}` equals any value that it may have been filled in with. For what looks
like a secret, only the fact that it changed is shown.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flows.flow_files import PLACEHOLDER, Definition

type Change = Literal["added", "removed", "changed"]

# Names of members whose values are secrets, and values that look like one.
_SECRET_NAME = re.compile(r"(?i)secret|password|passwd|api_?key|access_?key|token(?!s)|credential|authorization")
_SECRET_VALUE = re.compile(
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{20,}"
    r"|(?i:(?:secret|password|passwd|api_?key|access_?key|token|authorization)\s*[:=]\s*['\"]?[^\s'\"]{6,})"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\."
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_SECRET = "[a secret]"  # noqa: S105 - what stands in its place


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is node, input, output, condition, text, setting or connection; `where` the node, or both ends of a
    connection; `name` which of them. `lines` are those of a text, with `-` and `+` before them."""

    change: Change
    what: str
    where: str
    name: str = ""
    before: Any = None
    after: Any = None
    lines: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        told = {"change": self.change, "what": self.what, "where": self.where, "name": self.name}
        values = {"before": self.before, "after": self.after, "lines": list(self.lines)}
        return told | {name: each for name, each in values.items() if each not in (None, [])}

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}{f' {self.name}' if self.name else ''} {self.change}"
        if self.lines:
            return "\n".join([head, *(f"  {line}" for line in self.lines)])
        values = [str(each) for each in (self.before, self.after) if each is not None]
        return f"{head}: {' → '.join(values)}" if values else head


def differences(before: Definition, after: Definition) -> list[Difference]:
    return [*_nodes(before, after), *_connections(before, after)]


def _nodes(before: Definition, after: Definition) -> Iterator[Difference]:
    for name, change, old, new in _paired(_named(before.get("nodes", [])), _named(after.get("nodes", []))):
        if change:
            yield Difference(change, "node", name, "", _kind(old), _kind(new))
            continue
        if old["type"] != new["type"]:
            yield Difference("changed", "node", name, "type", old["type"], new["type"])
        for what in ("inputs", "outputs"):
            yield from _ports(name, what, old.get(what, []), new.get(what, []))
        rest = ("name", "type", "inputs", "outputs")
        yield from _settings(
            name,
            {key: value for key, value in old.items() if key not in rest},
            {key: value for key, value in new.items() if key not in rest},
        )


def _kind(node: Mapping[str, Any] | None) -> str | None:
    return node["type"] if node else None


def _ports(
    node: str, what: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    for name, change, one, other in _paired(_named(old), _named(new)):
        kind = what.removesuffix("s")
        if change:
            yield Difference(change, kind, node, name)
        elif not same(one, other):
            yield Difference("changed", kind, node, name, _shown(_port(one)), _shown(_port(other)))


def _port(port: Mapping[str, Any]) -> str:
    return " ".join(str(value) for key, value in port.items() if key != "name")


def _settings(node: str, old: Any, new: Any, path: str = "") -> Iterator[Difference]:
    """Differences of two values below `path`, such as `inferenceConfiguration.text.temperature`."""
    if same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if "conditions" in old and "conditions" in new:
            yield from _conditions(node, old["conditions"], new["conditions"])
            old, new = ({key: value for key, value in each.items() if key != "conditions"} for each in (old, new))
        for name, change, one, other in _paired(old, new):
            inner = f"{path}.{name}" if path else name
            if not change:
                yield from _settings(node, one, other, inner)
            elif _is_secret(inner, one, other):
                yield Difference(change, "setting", node, _last(inner))
            else:
                yield Difference(change, "setting", node, _last(inner), _shown(one), _shown(other))
        return
    if _is_secret(path, old, new):
        yield Difference("changed", "setting", node, _last(path))
    elif isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        yield Difference("changed", "text", node, _last(path), lines=tuple(_lines(old, new)))
    else:
        yield Difference("changed", "setting", node, _last(path), _shown(old), _shown(new))


def _conditions(node: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    for name, change, one, other in _paired(_named(old), _named(new)):
        expressions = [each.get("expression") if each else None for each in (one, other)]
        if change or expressions[0] != expressions[1]:
            yield Difference(change or "changed", "condition", node, name, expressions[0], expressions[1])
    kept = [
        [each["name"] for each in side if each["name"] in _named(old) and each["name"] in _named(new)]
        for side in (old, new)
    ]
    if kept[0] != kept[1]:  # the first that holds wins
        yield Difference("changed", "condition", node, "order", ", ".join(kept[0]), ", ".join(kept[1]))


def _connections(before: Definition, after: Definition) -> Iterator[Difference]:
    old, new = ({_ends(each): each for each in definition.get("connections", [])} for definition in (before, after))
    for (source, target, by), change, _, _ in _paired(old, new):
        if change:
            yield Difference(change, "connection", f"{source} → {target}", by)


def _ends(connection: Mapping[str, Any]) -> tuple[str, str, str]:
    configuration = connection.get("configuration", {})
    data = configuration.get("data", {})
    by = f"{data.get('sourceOutput')} → {data.get('targetInput')}"
    if "conditional" in configuration:
        by = f"if {configuration['conditional'].get('condition')}"
    return connection["source"], connection["target"], by


def same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _fills(one, other) or _fills(other, one)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _fills(pattern: str, text: str) -> bool:
    """Whether a text is another one with its `${…}` filled in."""
    if not PLACEHOLDER.search(pattern):
        return False
    fixed = (re.escape(each) for each in PLACEHOLDER.split(pattern)[::2])
    return bool(re.fullmatch(".*?".join(fixed), text, re.DOTALL))


def _paired[K, V](old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[tuple[K, Change | None, Any, Any]]:
    for key in (*old, *(key for key in new if key not in old)):
        change: Change | None = "added" if key not in old else "removed" if key not in new else None
        yield key, change, old.get(key), new.get(key)


def _named(items: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {each["name"]: each for each in items}


def _last(path: str) -> str:
    """The part of a path that tells it apart: `text` of a prompt stands deep in unions."""
    return path.removeprefix("configuration.")


def _lines(old: str, new: str) -> Iterator[str]:
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        if line[:2] in ("- ", "+ "):
            yield line[:2] + (_SECRET if _SECRET_VALUE.search(line) else _masked(line[2:]))


def _is_secret(path: str, *values: Any) -> bool:
    if _SECRET_NAME.search(path.rpartition(".")[2]):
        return True
    texts = [each for each in values if isinstance(each, str) and "\n" not in each]
    return any(_SECRET_VALUE.search(each) for each in texts)


def _shown(value: Any) -> Any:
    return _mapped(value, lambda text: _SECRET if _SECRET_VALUE.search(text) else _masked(text))


def _masked(text: str) -> str:
    return _EMAIL.sub("{EMAIL}", text)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_mapped(each, change) for each in value]
        case Mapping():
            return {
                name: _SECRET if _SECRET_NAME.search(name) else _mapped(each, change) for name, each in value.items()
            }
    return value
