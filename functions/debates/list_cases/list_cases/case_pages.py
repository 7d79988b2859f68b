"""One page of a run's cases, with how far each unit is: what is kept of it tells."""

import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docent.api import decode_next, encode_next
from docent.clients import s3
from docent.derived_keys import DebateKeys
from docent.documents import ObjectPointer
from docent.errors import InvalidRequestError
from docent.objects import list_keys, list_some_keys, read_json

AT_ONCE = 16
_KEPT = re.compile(r"(?P<unit>[^/]+)/(?:round-(?P<round>\d+)-[AB]|(?P<vote>vote)-.+|(?P<judged>judgement))\.json")


def page(bucket: str, keys: DebateKeys, limit: int, place: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """`RunCase` of openapi.yaml each, and where the following page begins."""
    after = _number(decode_next(place)) if place else 0
    found, more = list_some_keys(bucket, keys.cases, limit, keys.case(after) if after else "")
    numbers = [int(key.removeprefix(keys.cases).removesuffix(".json")) for key in found]
    s3()  # before threads ask for it
    with ThreadPoolExecutor(AT_ONCE) as threads:
        cases = list(threads.map(lambda number: _case(bucket, keys, number), numbers))
    return cases, encode_next(numbers[-1]) if more else None


def _case(bucket: str, keys: DebateKeys, number: int) -> dict[str, Any]:
    case = read_json(ObjectPointer(bucket, keys.case(number)))
    shown = ("id", "question", "answer_a", "answer_b", "label", "error_types")
    told = {name: case[name] for name in shown if case[name] is not None}
    return {"number": number, **told, "units": _units(bucket, keys.units_of_case(number))}


def _units(bucket: str, prefix: str) -> list[dict[str, Any]]:
    units: defaultdict[str, dict[str, Any]] = defaultdict(lambda: {"rounds": 0, "votes": 0, "judged": False})
    for key in list_keys(bucket, prefix):
        if (kept := _KEPT.fullmatch(key.removeprefix(prefix))) is None:
            continue
        unit = units[kept["unit"]]
        unit["rounds"] = max(unit["rounds"], int(kept["round"] or 0))
        unit["votes"] += kept["vote"] is not None
        unit["judged"] = unit["judged"] or kept["judged"] is not None
    return [{"name": name, **unit} for name, unit in units.items()]


def _number(place: Any) -> int:
    if isinstance(place, int) and place > 0:
        return place
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))
