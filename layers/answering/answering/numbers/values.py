"""What a written number can mean: its values, its units, and when one number states another."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

# The unit of what counts places and names, not amounts: Section 5, 2nd, E17. It states no 5 %.
PLACE = "place"
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """`readings` are its possible values: 1.234 is a bit more than one, or more than a thousand. `units` are the
    possible units, none in most tables; `per` is a period, in 28 euros a day.

    `parts` state the same if all of them do: 184 206 can be one number, or two cells of a table. `also` is what is
    stated along with it: a day states its month and its year. `start` is where it stands.
    """

    readings: frozenset[str]
    units: frozenset[str] = frozenset()
    per: str = ""
    parts: "tuple[StatedNumber, ...]" = ()
    also: "tuple[StatedNumber, ...]" = ()
    start: int = 0

    def agrees(self, units: frozenset[str], per: str) -> bool:
        """Whether its unit can be another's; a missing one can be any."""
        one_unit = not self.units or not units or bool(self.units & units)
        return one_unit and (not self.per or not per or self.per == per)


def placed(*readings: str) -> StatedNumber:
    return StatedNumber(frozenset(readings), frozenset({PLACE}))


def values_of(number: str) -> frozenset[str]:
    """The values of digits with marks in between, and with `=` the way they are written if that can count."""
    written, number = f"={number}", number.replace("'", "")
    marks = {mark for mark in number if mark in ".,"}
    if not marks:
        # 007 is a code, 05 may be a number
        return frozenset({written} if len(number) > 2 and number[0] == "0" else {canonical(number)})
    last = max(number.rfind(mark) for mark in marks)
    if len(marks) == 2:
        whole, fraction = number[:last], number[last + 1 :]
        return frozenset({canonical(f"{re.sub('[.,]', '', whole)}.{fraction}")})
    grouped = {canonical(re.sub("[.,]", "", number))} if _GROUPED.fullmatch(number) else set()
    if number.find(min(marks)) != last:  # 1.234.567; anything else is a version or a paragraph
        return frozenset(grouped | {written})
    decimal = number.replace(",", ".")
    # Nobody writes the zeros of 1,500 behind a decimal mark where others write 1.5.
    return frozenset(grouped | {decimal if grouped else canonical(decimal), written})


def canonical(number: str) -> str:
    whole, _, fraction = number.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def scaled(values: Iterable[str], exponent: int, thousands: str = "") -> frozenset[str]:
    """Times ten to a power; codes and fractions stay out. `thousands` is the mark between thousands, if it is known."""
    values = frozenset(values)
    if thousands and len(values) == 3 and (written := next((value for value in values if value[0] == "="), "")):
        values = frozenset({canonical(written[1:].replace(thousands, "").replace(",", "."))})
    return frozenset(_shifted(value, exponent) for value in values if _DECIMAL.fullmatch(value))


def fraction(one: int, other: int) -> str:
    """A fraction as a decimal number where that ends."""
    one, other = one // gcd(one, other), other // gcd(one, other)
    places = next((places for places in range(5) if 10**places % other == 0), None)
    return f"{one}/{other}" if places is None else next(iter(scaled({str(one * 10**places // other)}, -places)))


def negative(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value if value in ("0", "-0") else f"-{value}" for value in values if _DECIMAL.fullmatch(value))


def _shifted(value: str, power: int) -> str:
    sign, value = ("-", value[1:]) if value.startswith("-") else ("", value)
    whole, _, fraction = value.partition(".")
    if power >= 0:
        fraction = fraction.ljust(power, "0")
        return sign + canonical(f"{whole}{fraction[:power]}.{fraction[power:]}")
    whole = whole.rjust(1 - power, "0")
    return sign + canonical(f"{whole[:power]}.{whole[power:]}{fraction}")
