"""Numbers that a text states: amounts with their units, dates, and codes such as CAS numbers.

Whether another text states a number is decided mechanically: 1,234.5 and 1.234,5 are the same number, 14.12.2026
and December 14, 2026 the same day, 5 % and 5 percent the same share. 0.1 ppm is not 0.1 %, nor is a number that
only looks alike.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jan jänner",
            "february februar feb",
            "march märz maerz mar mär",
            "april apr",
            "may mai",
            "june juni jun",
            "july juli jul",
            "august aug",
            "september sep sept",
            "october oktober oct okt",
            "november nov",
            "december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(rf"(?<![\w.,/-]){pattern}(?![\w/-]|[.,]\d)", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d)-{_DAY}",
        rf"{_DAY}\.\s?(?P<month>\d\d?)\.\s?{_YEAR}",
        rf"{_DAY}(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\.?,?\s{_YEAR}",
        rf"(?P<month>{_MONTH})\.?\s{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}",
        rf"(?P<month>{_MONTH})\.?,?\s{_YEAR}",
    )
)
# Numbers joined by what may stand inside one: 1.234,5 50-00-0 10:30 3/4 E17 GWh2
_TOKEN = re.compile(r"[^\W_]*\d(?:[^\W_]|[.,:/'-](?=[^\W_]*\d))*")
_NUMBER = re.compile(r"\d+(?:[.,']\d+)*")
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\w])(?:,\d+)?")
_LIST_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}[.)])\s", re.MULTILINE)
_UNITS = {
    "%": "% percent prozent pct v.h.",
    "‰": "‰ promille permille",
    "°c": "°c grad ",
    "°f": "°f",
    "€": "€ eur euro euros",
    "$": "$ usd dollar dollars",
    "t": "t tonne tonnen tonnes",
    "l": "l liter litre liters litres",
    "g": "g gramm gram grams",
    "kg": "kg kilogramm kilogram kilograms",
    "m": "m meter metre meters metres",
    "km": "km kilometer kilometers kilometre kilometres",
    "d": "tag tage tagen day days",
    "h": "h stunde stunden hour hours std",
    "min": "min minute minuten minutes",
    "s": "s sekunde sekunden second seconds",
    "million": "million millionen millions mio",
    "billion": "milliarde milliarden billion billions mrd",
}
_SYMBOLS = """
    mg µg μg ng ml cm mm µm μm nm kwh mwh gwh twh kw mw gw ppm ppb bar mbar pa kpa mpa mg/kg mg/l µg/l μg/l g/l
    mg/m3 µg/m3 μg/m3 ml/m3 v a w hz khz mhz ghz k °
"""
_UNIT = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_UNIT |= {name: name for name in _SYMBOLS.split()}
_AFTER = re.compile(r"\s?(%|‰|°\s?[cCfF]\b|[€$]|percent\b|per cent\b|Grad Celsius\b|[^\W\d_]+(?:/[^\W\d_]+3?)?)", re.I)
_BEFORE = re.compile(r"(€|\$|\bEUR|\bUSD)\s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """`readings` are its possible values: 1.234 is a bit more than one, or more than a thousand. `unit` is empty if
    none is next to it, as in most tables."""

    readings: frozenset[str]
    unit: str = ""

    def is_stated_by(self, others: "list[StatedNumber]") -> bool:
        return any(
            self.readings & other.readings and (self.unit == other.unit or not (self.unit and other.unit))
            for other in others
        )


def missing_numbers(sentence: str, sources: list[str]) -> list[StatedNumber]:
    """The numbers of a sentence that none of the sources states."""
    stated = [number for source in sources for number in numbers_of(source)]
    wanted, rest = _dates_in(_plain(sentence))
    wanted += _numbers_in(_LIST_NUMBER.sub("", rest))
    return [number for number in wanted if not number.is_stated_by(stated)]


def numbers_of(text: str) -> list[StatedNumber]:
    """Every number; those within dates also alone, as an answer may name only the year."""
    text = _plain(text)
    return [*_dates_in(text)[0], *_numbers_in(text), *_spaced_in(text)]


def _plain(text: str) -> str:
    """One way to write each character: m³ as m3, CO₂ as CO2, ﬁ as fi; and one kind of dash."""
    return re.sub(r"[‐‑]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def _dates_in(text: str) -> tuple[list[StatedNumber], str]:
    """Dates as `2026-12-14`, or `2026-12` as well, and the text without them."""
    dates: list[StatedNumber] = []
    months: list[StatedNumber] = []

    def take(found: re.Match[str]) -> str:
        parts = found.groupdict()
        month = parts["month"].lower()
        number = int(month) if month.isdigit() else _MONTHS[month]
        in_month = f"{parts['year']}-{number:02}"
        day = parts.get("day")
        dates.append(StatedNumber(frozenset({f"{in_month}-{int(day):02}"} if day else {in_month})))
        if day:  # who states the day states the month
            months.append(StatedNumber(frozenset({in_month})))
        return " "

    for pattern in _DATES:
        text = pattern.sub(take, text)
    return [*dates, *months], text


def _numbers_in(text: str) -> Iterator[StatedNumber]:
    for found in _TOKEN.finditer(text):
        token = found.group()
        if _NUMBER.fullmatch(token):
            yield StatedNumber(_readings(token), _unit_at(text, found.start(), found.end()))
        elif (parts := re.fullmatch(r"(\d[\d.,]*)-(\d[\d.,]*)", token)) is not None:  # 5-25, from … to
            unit = _unit_at(text, found.start(), found.end())
            yield from (StatedNumber(_readings(part), unit) for part in parts.groups())
        elif (glued := re.fullmatch(r"(\d[\d.,]*)([^\W\d_]+)", token)) and glued[2].lower() in _UNIT:  # 5kg
            yield StatedNumber(_readings(glued[1]), _UNIT[glued[2].lower()])
        else:
            yield StatedNumber(frozenset({token.casefold()}))


def _spaced_in(text: str) -> Iterator[StatedNumber]:
    for found in _SPACED.finditer(text):
        yield StatedNumber(_readings(found.group().replace(" ", "")), _unit_at(text, found.start(), found.end()))


def _readings(number: str) -> frozenset[str]:
    number = number.rstrip(".,").replace("'", "")
    marks = [mark for mark in number if mark in ".,"]
    if not marks:
        return frozenset({_canonical(number)})
    last = marks[-1]
    groups = re.split(r"[.,]", number)
    grouped = all(len(group) == 3 for group in groups[1:]) and 0 < len(groups[0]) <= 3 and groups[0] != "0"
    if len(set(marks)) == 2:
        whole, fraction = number.rsplit(last, 1)
        return frozenset({_canonical(f"{re.sub('[.,]', '', whole)}.{fraction}")})
    if len(marks) > 1:  # 1.234.567; anything else is the number of a version or a paragraph
        return frozenset({_canonical("".join(groups)) if grouped else number})
    readings = {_canonical(".".join(groups))}
    return frozenset(readings | {_canonical("".join(groups))} if grouped else readings)


def _canonical(number: str) -> str:
    return format(Decimal(number).normalize(), "f")


def _unit_at(text: str, start: int, end: int) -> str:
    if (after := _AFTER.match(text, end)) and (unit := _UNIT.get(_unit_name(after[1]))):
        return unit
    before = _BEFORE.search(text, max(0, start - 5), start)
    return _UNIT[before[1].lower()] if before else ""


def _unit_name(text: str) -> str:
    name = text.lower().replace(" ", "")
    return {"percent": "%", "gradcelsius": "°c"}.get(name, name)
