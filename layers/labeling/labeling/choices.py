"""What people chose about a text: how well they agree, and how well one of them meets the known answer."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from labeling.labels import Label
from labeling.task_schemas import TaskSchema, clip_of


def choices_of(label: Label, schema: TaskSchema) -> dict[str, Any]:
    """The values of the fields in which something is chosen. What people write of their own is never the same."""
    fields = clip_of(schema)["properties"]
    return {name: label["clip"].get(name) for name, field in fields.items() if "enum" in field or _is_chosen(field)}


def choice_agreement(labels: Sequence[Label], schema: TaskSchema) -> float:
    """The share of pairs of labels that are the same in a field, over all fields. Of two labels or more."""
    pairs = [
        one[name] == other[name]
        for one, other in combinations([choices_of(label, schema) for label in labels], 2)
        for name in one
    ]
    return round(sum(pairs) / len(pairs), 4) if pairs else 1.0


def met(known: Label, found: Label, schema: TaskSchema) -> dict[str, int]:
    """How many choices are the same in both, and how many each has."""
    wanted, given = (
        {name: value for name, value in choices_of(label, schema).items() if value is not None}
        for label in (known, found)
    )
    same = sum(given.get(name) == value for name, value in wanted.items())
    return {"known_matched": same, "known_found": len(given), "known_wanted": len(wanted)}


def _is_chosen(field: Mapping[str, Any]) -> bool:
    return field.get("type") in ("array", "boolean", "integer")
