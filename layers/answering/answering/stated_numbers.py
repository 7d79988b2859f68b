"""Whether the numbers in a sentence are stated by its sources, decided mechanically.

1,234.5 and 1.234,5 are the same number, 14.12.2026 and December 14, 2026 the same day, 5 % and five percent the same
share, and "$ 40,665" in a table of "dollars in millions" is $40,665 million. 0.1 ppm is not 0.1 %, 5 °C is not
−5 °C, MW are not mW. A number without a unit, as in most tables, states it with any.

A number that only the question brings is no evidence: "Is the limit 5 %?" must not make "Yes, the limit is 5 %" right.
It counts as stated only

- beside another number of the sentence that a source states: "Amazon had 614 employees at the end of 1997"; and
- if no source states another number of its kind (the same unit, another date, another year, a code of the same
  form), as then the sentence may put one in place of the other; or if the sentence denies it: "not 5 % but 0.1 %".
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .numbers.reading import stated_in, wanted_in
from .numbers.values import PLACE, StatedNumber

_CACHED_SOURCES = 64
_DATE = re.compile(r"[\d-]+-\d\d-\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DENIED = re.compile(
    r"\b(?:not|nicht|kein\w{0,2}|statt|anstatt|instead of|rather than|anstelle von)"
    r"(?:\s(?:the|at|on|by|is|an?|auf|bei|am|um|der|die|das|den))?[\s€$£-]{1,3}$",
    re.IGNORECASE,
)


class _Statements:
    """The numbers of a source, found by their readings."""

    def __init__(self, numbers: Iterable[StatedNumber]) -> None:
        self._units: dict[str, set[tuple[frozenset[str], str]]] = {}
        for number in numbers:
            for one in (number, *number.also):
                for reading in one.readings:
                    self._units.setdefault(reading, set()).add((one.units, one.per))
        self.kinds: dict[str, set[str]] = {}
        for reading, measures in self._units.items():
            for units, _ in measures:
                for kind in _kinds(reading, units):
                    self.kinds.setdefault(kind, set()).add(reading)

    def state(self, number: StatedNumber) -> bool:
        return any(
            number.agrees(units, per) for reading in number.readings for units, per in self._units.get(reading, ())
        )


def missing_numbers(sentence: str, sources: Sequence[str], question: str = "") -> list[StatedNumber]:
    """The numbers of a sentence that none of the sources states, nor the question where that is enough."""
    statements = [_statements(source) for source in sources]
    shortest: list[StatedNumber] | None = None
    for wanted, text in wanted_in(sentence):
        missing = [number for number in wanted if not _is_stated(number, statements)]
        if missing and question and len(missing) < len(wanted):
            asked = _statements(question)
            missing = [
                number
                for number in missing
                if not _is_stated(number, [asked]) or not (_is_alone(number, statements) or _is_denied(number, text))
            ]
        if shortest is None or len(missing) < len(shortest):
            shortest = missing
    return shortest or []


def has_numbers(text: str) -> bool:
    return any(numbers for numbers, _ in wanted_in(text))


@lru_cache(maxsize=_CACHED_SOURCES)
def _statements(source: str) -> _Statements:
    """One passage is held against many sentences."""
    return _Statements(stated_in(source))


def _is_stated(number: StatedNumber, statements: Sequence[_Statements]) -> bool:
    if any(source.state(number) for source in statements):
        return True
    return bool(number.parts) and all(_is_stated(part, statements) for part in number.parts)


def _is_alone(number: StatedNumber, statements: Sequence[_Statements]) -> bool:
    """Whether no source states another number of its kind."""
    kinds = {kind for reading in number.readings for kind in _kinds(reading, number.units)}
    return not any(source.kinds.get(kind, set()) - number.readings for source in statements for kind in kinds)


def _kinds(reading: str, units: frozenset[str]) -> set[str]:
    if _DATE.fullmatch(reading):
        return {"date"}
    if _YEAR.fullmatch(reading) and units <= {PLACE}:
        return {"year"}
    if units and units != {PLACE}:
        return set(units)
    # E17 and E18 have the same form.
    return {re.sub(r"\d", "9", reading)} if re.search(r"[^\W\d]|-", reading) and not reading.startswith("-") else set()


def _is_denied(number: StatedNumber, text: str) -> bool:
    return bool(_DENIED.search(text[max(0, number.start - 40) : number.start]))
