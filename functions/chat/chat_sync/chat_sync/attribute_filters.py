"""Filters that a caller may narrow an answer by: an AttributeFilter of Q Business, checked before it is sent.

A filter can only narrow, as long as it does not name the attributes by which an index is told who asks.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docent.errors import InvalidRequestError

MOST_DEPTH, MOST_PARTS = 4, 50
# Kendra, which a Q Business application may search, takes these for the user's own identity.
WHO_ASKS = frozenset({"_user_id", "_group_ids"})
COMPARISONS = frozenset(
    {"equalsTo", "containsAll", "containsAny", "greaterThan", "greaterThanOrEquals", "lessThan", "lessThanOrEquals"}
)
KINDS = {"stringValue": str, "stringListValue": list, "longValue": int, "dateValue": str}


def read_filter(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filter as ChatSync takes it: dates, which are texts here, become times. Raises InvalidRequestError."""
    parts = [0]
    return _filter(given, "/attribute_filter", 1, parts)


def _filter(given: Any, where: str, depth: int, parts: list[int]) -> dict[str, Any]:
    parts[0] += 1
    if depth > MOST_DEPTH or parts[0] > MOST_PARTS:
        raise _wrong(where, f"must be at most {MOST_DEPTH} deep and have at most {MOST_PARTS} parts")
    if not isinstance(given, dict) or not given:
        raise _wrong(where, "must be an AttributeFilter")
    read: dict[str, Any] = {}
    for name, value in given.items():
        place = f"{where}/{name}"
        if name in ("andAllFilters", "orAllFilters") and isinstance(value, list):
            read[name] = [_filter(each, f"{place}/{number}", depth + 1, parts) for number, each in enumerate(value)]
        elif name == "notFilter":
            read[name] = _filter(value, place, depth + 1, parts)
        elif name in COMPARISONS:
            read[name] = _attribute(value, place)
        else:
            raise _wrong(where, "has a part that no AttributeFilter has")
    return read


def _attribute(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) != {"name", "value"}:
        raise _wrong(where, "must have a name and a value")
    name, value = given["name"], given["value"]
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or name in WHO_ASKS:
        raise _wrong(f"{where}/name", "must name an attribute that may be filtered by")
    if not isinstance(value, dict) or len(value) != 1:
        raise _wrong(f"{where}/value", f"must have one of {', '.join(KINDS)}")
    ((kind, content),) = value.items()
    if kind not in KINDS or not isinstance(content, KINDS[kind]) or isinstance(content, bool):
        raise _wrong(f"{where}/value", f"must have one of {', '.join(KINDS)}")
    if kind == "stringListValue" and not all(isinstance(each, str) for each in content):
        raise _wrong(f"{where}/value", "must list texts")
    if kind == "dateValue":
        try:
            content = datetime.fromisoformat(content)
        except ValueError:
            raise _wrong(f"{where}/value", "must be a date and time as ISO 8601 has them") from None
    return {"name": name, "value": {kind: content}}


def _wrong(field: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field} {detail}.", ({"field": field, "detail": detail},))
