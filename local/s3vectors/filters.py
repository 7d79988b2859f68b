"""The metadata filters of a query. What the service lacks is refused: a filter that is ignored opens everything.

A filter is evaluated on postings: for each key and value, the slots of the vectors that have it.
"""

import operator
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from local.s3vectors.wire import invalid

MOST_CONSTRAINTS = 100

type Scalar = str | int | float | bool
type Slots = set[int]
# Booleans are no numbers here, as in JSON: in Python, True == 1.
type Value = tuple[str, Scalar]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_OF_KEYS = frozenset({"$eq", "$ne", "$in", "$nin", "$exists", "$startsWith", *_COMPARISONS})


class Postings:
    """The filterable metadata of an index, by key and value."""

    def __init__(self) -> None:
        self._slots: dict[str, dict[Value, Slots]] = defaultdict(lambda: defaultdict(set))
        self._all: Slots = set()

    def add(self, slot: int, metadata: Mapping[str, Any]) -> None:
        self._all.add(slot)
        for key, value in _values(metadata):
            self._slots[key][value].add(slot)

    def remove(self, slot: int, metadata: Mapping[str, Any]) -> None:
        self._all.discard(slot)
        for key, value in _values(metadata):
            found = self._slots[key]
            found[value].discard(slot)
            if not found[value]:
                del found[value]

    def matching(self, given: Mapping[str, Any]) -> Slots:
        """The slots that match a filter, which must have been checked."""
        return _all_of([self._clause(name, wanted) for name, wanted in given.items()])

    def _clause(self, name: str, wanted: Any) -> Slots:
        if name == "$and":
            return _all_of([self.matching(each) for each in wanted])
        if name == "$or":
            return set().union(*(self.matching(each) for each in wanted))
        if not isinstance(wanted, dict):
            wanted = {"$eq": wanted}
        return _all_of([self._found(name, rule, value) for rule, value in wanted.items()])

    def _found(self, key: str, rule: str, wanted: Any) -> Slots:
        values: Mapping[Value, Slots] = self._slots.get(key, {})
        if rule in ("$eq", "$ne"):
            equal = values.get(_value(wanted), set())
            return equal if rule == "$eq" else self._all - equal
        if rule in ("$in", "$nin"):
            among = set().union(*(values.get(_value(each), set()) for each in wanted))
            return among if rule == "$in" else self._all - among
        if rule == "$exists":
            there = set().union(*values.values())
            return there if wanted else self._all - there
        if rule == "$startsWith":
            chosen = [
                found for (kind, value), found in values.items() if kind == "str" and str(value).startswith(wanted)
            ]
        else:
            compare = _COMPARISONS[rule]
            chosen = [found for (kind, value), found in values.items() if kind == "number" and compare(value, wanted)]
        return set().union(*chosen)


def check(given: Any, non_filterable: Collection[str]) -> None:
    """Raises S3VectorsError for a filter that the service would not take."""
    if _constraints(given, non_filterable) > MOST_CONSTRAINTS:
        raise invalid(f"Invalid query filter: A filter must have at most {MOST_CONSTRAINTS} constraints.")


def _constraints(given: Any, non_filterable: Collection[str]) -> int:
    """How many constraints a filter has: each value of a list is one."""
    if not isinstance(given, dict) or not given:
        raise invalid("Invalid query filter: A filter must be an object with at least one member.")
    count = 0
    for name, wanted in given.items():
        if name in ("$and", "$or"):
            if not isinstance(wanted, list) or not wanted:
                raise invalid(f"Invalid query filter: {name} must be a list of filters that is not empty.")
            count += sum(_constraints(each, non_filterable) for each in wanted)
        elif name.startswith("$"):
            raise invalid(f"Invalid query filter: The operator {name} is not supported.")
        elif name in non_filterable:
            raise invalid(f"Invalid query filter: The metadata key {name} is not filterable.")
        else:
            rules = wanted if isinstance(wanted, dict) else {"$eq": wanted}
            if not rules:
                raise invalid(f"Invalid query filter: The metadata key {name} has no operator.")
            count += sum(_checked(name, rule, value) for rule, value in rules.items())
    return count


def _checked(key: str, rule: str, wanted: Any) -> int:
    if rule not in _OF_KEYS:
        raise invalid(f"Invalid query filter: The operator {rule} is not supported.")
    fits, what = True, ""
    if rule in ("$in", "$nin"):
        fits, what = isinstance(wanted, list) and bool(wanted) and all(map(is_scalar, wanted)), "a list of values"
    elif rule == "$exists":
        fits, what = isinstance(wanted, bool), "a Boolean"
    elif rule == "$startsWith":
        fits, what = isinstance(wanted, str) and bool(wanted), "a string"
    elif rule in _COMPARISONS:
        fits, what = isinstance(wanted, int | float) and not isinstance(wanted, bool), "a number"
    else:
        fits, what = is_scalar(wanted), "a string, a number or a Boolean"
    if not fits:
        raise invalid(f"Invalid query filter: {rule} of the metadata key {key} must have {what}.")
    return len(wanted) if isinstance(wanted, list) else 1


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _values(metadata: Mapping[str, Any]) -> Iterable[tuple[str, Value]]:
    for key, value in metadata.items():
        for each in value if isinstance(value, list) else [value]:
            yield key, _value(each)


def _value(value: Scalar) -> Value:
    if isinstance(value, bool):
        return "bool", value
    return ("str", value) if isinstance(value, str) else ("number", value)


def _all_of(parts: list[Slots]) -> Slots:
    return set.intersection(*sorted(parts, key=len))
