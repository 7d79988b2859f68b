"""YAML files merged as text, section by section, so that comments and layout stay as people wrote them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from compiler.reading import Loader

BANNER = 100  # columns


class MergeError(Exception):
    """Parts that do not fit together. The message names the parts and what they both have."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file to merge. `name` is its path, as messages show it; its first line may be a comment, its title."""

    name: str
    text: str

    @property
    def title(self) -> str:
        first = self.text.split("\n", 1)[0]
        return first.removeprefix("# ") if first.startswith("# ") else ""

    def slice(self, start: int, end: int) -> list[str]:
        """Lines `start` to `end`, without the blank ones at the end and the comment of what follows."""
        lines = self.text.splitlines()[start:end]
        while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
            lines.pop()
        return lines


def merged(
    parts: Sequence[Part],
    order: Sequence[str],
    nested: Mapping[str, Sequence[str]] | None = None,
    banners: Sequence[str] = (),
) -> str:
    """The sections (top-level keys) of all parts, each once and in this order, with the members of every part in it.

    `nested` names sections whose members are sections themselves, with the order of those; `banners` sections in which
    each part begins with its title. Raises MergeError for a section that is not in the order, a member or an anchor
    that stands twice, and a part that is no YAML by itself.
    """
    documents = [(part, _composed(part)) for part in parts]
    _refuse_anchors_of_two(parts)
    for part, document in documents:
        for key, _ in document:
            if key.value not in order:
                raise MergeError(f"{part.name} has the section {key.value}; there are {', '.join(order)}.")
    lines: list[str] = []
    for section in order:
        found = [(part, value) for part, document in documents for key, value in document if key.value == section]
        if found and _is_block(found[0][1]):
            inner = (nested or {}).get(section)
            members = _nested(found, inner, section) if inner else _members(found, section, section in banners)
            lines += ["", f"{section}:", *members]
        elif found:
            if len(found) > 1:
                raise MergeError(f"{section} stands in {' and in '.join(part.name for part, _ in found)}.")
            lines += slices(found[0][0])[section]
    return "\n".join(lines) + "\n"


def slices(part: Part) -> dict[str, list[str]]:
    """The lines of each top-level key, its own first, without the comment above it."""
    keys = [key for key, _ in _composed(part)]
    ends = [*(key.start_mark.line for key in keys[1:]), None]
    return {key.value: part.slice(key.start_mark.line, end) for key, end in zip(keys, ends, strict=True)}


def _is_block(value: yaml.Node) -> bool:
    return isinstance(value, yaml.MappingNode) and not value.flow_style


def _nested(found: Sequence[tuple[Part, Any]], order: Sequence[str], section: str) -> Iterator[str]:
    for name in order:
        inner = [(part, value) for part, node in found for key, value in node.value if key.value == name]
        if inner:
            yield f"  {name}:"
            yield from _members(inner, f"{section}.{name}", banner=False)
            yield ""


def _members(found: Sequence[tuple[Part, Any]], section: str, banner: bool) -> Iterator[str]:
    """Every member with everything below it and the comment above it."""
    owners: dict[str, str] = {}
    for number, (part, mapping) in enumerate(found):
        for key, _ in mapping.value:
            if key.value in owners:
                raise MergeError(f"{section}: {key.value} stands in {owners[key.value]} and in {part.name}.")
            owners[key.value] = part.name
        first = _first_comment(part, mapping.value[0][0].start_mark.line)
        lines = part.slice(first, mapping.end_mark.line)
        if number and "" in lines:
            yield ""
        if banner and part.title:
            indent = " " * mapping.value[0][0].start_mark.column
            yield f"{indent}# ─── {part.title} ".ljust(BANNER, "─")
        yield from lines


def _composed(part: Part) -> list[tuple[Any, Any]]:
    try:
        return yaml.compose(part.text, Loader=Loader).value
    except yaml.YAMLError as error:
        raise MergeError(f"{part.name} is no YAML by itself: {error}") from error


def _first_comment(part: Part, line: int) -> int:
    """Where a key begins, with the comment right above it."""
    lines = part.text.splitlines()
    while line > 0 and lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _refuse_anchors_of_two(parts: Sequence[Part]) -> None:
    owners: dict[str, str] = {}
    for part in parts:
        for token in yaml.scan(part.text, Loader=Loader):
            if isinstance(token, yaml.AnchorToken) and owners.setdefault(token.value, part.name) != part.name:
                raise MergeError(f"The anchor &{token.value} stands in {owners[token.value]} and in {part.name}.")
