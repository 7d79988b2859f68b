"""A file of cases: JSON lines, one case in each. The first line may be `{"run": {…}}`, which tells what to do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from docent.errors.debates import InvalidCaseError

from .cases import Case, read_case
from .plans import Plan


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no case. `id` is the one it names, if it can be read that far."""

    reason: str
    id: str = ""

    def to_json(self) -> dict[str, str]:
        return {"id": self.id, "reason": self.reason}


def read_run(lines: Iterator[bytes]) -> tuple[Plan, Iterator[tuple[int, bytes]]]:
    """The plan, and the remaining lines by their numbers, from 1. Raises InvalidRunError."""
    numbered = iter(enumerate(lines, start=1))
    first = next(numbered, None)
    if first is None:
        return Plan(), iter(())
    value = _json(first[1])
    if isinstance(value, dict) and value.keys() == {"run"}:
        return Plan.from_json(value["run"]), numbered
    return Plan(), chain([first], numbered)


def read_cases(lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, Case | Refused]]:
    """Each line's case, or why it is none. Of two cases with one id the first counts."""
    seen: dict[str, int] = {}
    for number, line in lines:
        if not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            case = read_case(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield number, Refused("It is not UTF-8.")
            continue
        except InvalidCaseError as error:
            yield number, Refused(error.happened, _id_of(line))
            continue
        if (first := seen.setdefault(case.id, number)) != number:
            yield number, Refused(f"Its id is that of line {first}.", case.id)
        else:
            yield number, case


def _id_of(line: bytes) -> str:
    value = _json(line)
    given = value.get("id") if isinstance(value, dict) else None
    return str(given)[:100].encode(errors="replace").decode() if isinstance(given, str | int) else ""


def _json(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
