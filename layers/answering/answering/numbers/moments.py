"""Dates, times and quarters of a text, each in one way to write: 2026-12-14, 16:30, q3.

14.12.2026 and December 14, 2026 are the same day. 03/04/2026 is one of two days, unless another date of the text
tells which of its numbers is the month. 4:30 alone can be in the morning or in the afternoon; 4:30 PM is 16:30.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from .units import unit_at
from .values import StatedNumber, placed

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
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SHORT_YEAR = r"(?P<year>(?:19|20)\d\d|\d\d)"
_ORDINAL = r"(?:\.|st|nd|rd|th)?"
_TO = r"\s?(?:[-–—,/&]|\b(?:to|until|through|and|or|bis|und|oder)\b)\s?(?:the\s|zum\s)?"
_CAPITAL = r"(?-i:(?=[A-ZÄ]))"
_BEGIN, _END = r"(?<![\w.,/-])", r"(?![\w/-]|[.,]\d)"
_DATES = tuple(
    re.compile(_BEGIN + pattern + end, re.IGNORECASE)
    for pattern, end in (
        (
            rf"{_YEAR}(?P<mark>[-/])(?P<month>\d\d)(?P=mark)(?P<day>{_DAY})(?:T\d\d:[\d:.]{{2,20}}(?:Z|[+-]\d\d:?\d\d)?)?",
            _END,
        ),
        (rf"(?P<day>{_DAY})\.\s?(?P<month>1[0-2]|0?[1-9])\.\s?{_SHORT_YEAR}", _END),
        (rf"(?P<one>\d\d?)(?P<mark>[/-])(?P<other>\d\d?)(?P=mark){_YEAR}", _END),
        (r"(?P<one>\d\d?)/(?P<other>\d\d?)/(?P<year>\d\d)", _END),
        (
            rf"(?:(?P<day0>{_DAY}){_ORDINAL}(?:\s(?:of\s)?(?P<month0>{_MONTH})\b\.?)?{_TO})?"
            rf"(?P<day>{_DAY}){_ORDINAL}[\s-](?:of\s)?(?P<month>{_MONTH})\.?,?[\s-]{_YEAR}",
            _END,
        ),
        (
            rf"(?:(?P<month0>{_MONTH})\.?\s(?P<day0>{_DAY}){_ORDINAL}{_TO})(?:(?P<month>{_MONTH})\.?\s)?"
            rf"(?P<day>{_DAY}){_ORDINAL},?\s{_YEAR}",
            _END,
        ),
        (rf"(?P<month>{_MONTH})\.?\s(?P<day>{_DAY}){_ORDINAL},?\s{_YEAR}", _END),
        (rf"(?:(?P<month0>{_MONTH})\.?{_TO})?(?P<month>{_MONTH})\.?,?\s(?:of\s)?{_YEAR}", _END),
        (rf"(?P<month>1[0-2]|0?[1-9])/{_YEAR}", _END),
        (rf"(?P<day>{_DAY}){_ORDINAL}\s(?:of\s)?{_CAPITAL}(?P<month>{_MONTH})", _END),
        (rf"{_CAPITAL}(?P<month>{_MONTH})\.?\s(?P<day>{_DAY})(?:st|nd|rd|th)?", _END),
        (rf"(?<=(?:am|om|em|um|ab|en|is)\s)(?P<day>{_DAY})\.\s?(?P<month>1[0-2]|0?[1-9])\.", r"(?!\w)"),
    )
)
_DAY_FIRST = re.compile(r"(?<![\w/])(?:1[3-9]|2\d|3[01])/(?:1[0-2]|0?[1-9])/\d\d")
_MONTH_FIRST = re.compile(r"(?<![\w/])(?:1[0-2]|0?[1-9])/(?:1[3-9]|2\d|3[01])/\d\d")

_HOUR = r"(?:2[0-4]|1\d|0?\d)"
_TAIL = r"\s?(?P<tail>Uhr|[ap]\.?m\b\.?|o'clock)(?!\w)"
_TIMES = tuple(
    re.compile(r"(?<![\w.,:/+-])" + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<hour0>{_HOUR})(?:[:.](?P<minute0>[0-5]\d))?\s?(?:[-–—]|\b(?:to|until|till|and|or|bis|und|oder)\b)\s?"
        rf"(?P<hour>{_HOUR})(?:[:.](?P<minute>[0-5]\d))?{_TAIL}",
        rf"(?P<hour>{_HOUR})(?:[:.](?P<minute>[0-5]\d))?{_TAIL}(?:\s(?P<minute1>[0-5]\d)(?![\w:%]|[.,]\d|\s[^\Wa-z]))?",
        rf"(?P<hour>{_HOUR})\s?h\s?(?P<minute>[0-5]\d)(?![\w:]|[.,]\d)",
        rf"(?P<hour>{_HOUR}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\w|[.,:/-]\d)",
    )
)
_ALWAYS = re.compile(r"\b24\s?[/x×]\s?7\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:(?:a?round|all around) the clock|rund um die Uhr|24 (?:hours a day|Stunden (?:am|pro) Tag))\b", re.IGNORECASE
)
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4}
_QUARTER = re.compile(
    rf"\b(?:Q(?P<a>[1-4])|(?P<b>[1-4])Q|(?P<c>[1-4])(?:st|nd|rd|th|\.)\s(?:fiscal\s)?(?:quarter|Quartal)s?"
    rf"|(?P<word>{'|'.join(_NTH)})[rnms]?[\s-](?:fiscal\s)?(?:quarter|Quartal)s?)\b",
    re.IGNORECASE,
)
# Stands in for what has been read.
TAKEN = "\x1f"


def moments_in(text: str) -> tuple[list[StatedNumber], str]:
    """Every date, time and quarter, and the text without them, as long as it was."""
    moments: list[StatedNumber] = []

    def taking(read: Callable[[re.Match[str]], Iterable[StatedNumber]]) -> Callable[[re.Match[str]], str]:
        def take(found: re.Match[str]) -> str:
            taken = [replace(moment, start=found.start()) for moment in read(found)]
            moments.extend(taken)
            return TAKEN * len(found[0]) if taken else found[0]

        return take

    moments += [StatedNumber(frozenset(), also=(placed("24/7"),)) for _ in _CLOCK.finditer(text)]
    days = _days_of(text)
    for pattern in _DATES:
        text = pattern.sub(taking(days), text)
    for pattern, read in ((_QUARTER, _quarter), (_ALWAYS, _always), *((pattern, _times) for pattern in _TIMES)):
        text = pattern.sub(taking(read), text)
    return moments, text


def _days_of(text: str) -> Callable[[re.Match[str]], Iterator[StatedNumber]]:
    day_first, month_first = bool(_DAY_FIRST.search(text)), bool(_MONTH_FIRST.search(text))

    def days(found: re.Match[str]) -> Iterator[StatedNumber]:
        parts = found.groupdict()
        if parts.get("one"):
            yield from _slashed(parts, day_first, month_first)
            return
        year, month = parts.get("year"), _month(parts["month"] or parts.get("month0"))
        if not year and any(unit_at(found.string, found.end() + space)[0] for space in (0, 1)):
            return  # in March 12 % …
        if parts.get("day0") or parts.get("month0"):
            yield _date(year, _month(parts.get("month0") or parts["month"]), parts.get("day0"))
        yield _date(year, month, parts.get("day"))

    return days


def _slashed(parts: dict[str, str | None], day_first: bool, month_first: bool) -> Iterator[StatedNumber]:
    one, other = int(parts["one"] or 0), int(parts["other"] or 0)
    orders = [(day, month) for day, month in ((one, other), (other, one)) if 0 < month <= 12 and 0 < day <= 31]
    if len(orders) == 2 and one != other and day_first != month_first:
        orders = orders[:1] if day_first else orders[1:]
    if len(orders) == 2 and one != other:
        # The unit keeps two dates apart that each have both readings: 03/04 is not 04/03.
        dates = [_date(parts["year"], month, str(day)) for day, month in orders]
        also = tuple(stated for date in dates for stated in date.also)
        yield StatedNumber(
            frozenset().union(*(date.readings for date in dates)), frozenset({f"{one}/{other}"}), also=also
        )
    elif orders:
        yield _date(parts["year"], orders[0][1], str(orders[0][0]))


def _month(name: str | None) -> int:
    return int(name) if name and name.isdigit() else _MONTHS[(name or "").lower()]


def _full(year: str | None) -> str:
    if not year or len(year) == 4:
        return year or ""
    return f"20{year}" if year < "70" else f"19{year}"


def _date(year: str | None, month: int, day: str | None) -> StatedNumber:
    in_month = f"{_full(year) or '-'}-{month:02}"
    whole = f"{in_month}-{int(day):02}" if day else in_month
    also = {in_month, f"--{month:02}-{int(day):02}" if day else whole} - {whole}
    places = [number for number in (_full(year), day and str(int(day))) if number]
    return StatedNumber(frozenset({whole}), also=tuple(placed(reading) for reading in (*sorted(also), *places)))


def _quarter(found: re.Match[str]) -> Iterator[StatedNumber]:
    number = found["a"] or found["b"] or found["c"] or _NTH[found["word"].lower()]
    yield placed(f"q{number}")


def _always(_: re.Match[str]) -> Iterator[StatedNumber]:
    hours, days = (StatedNumber(frozenset({number}), frozenset({unit})) for number, unit in (("24", "h"), ("7", "d")))
    yield StatedNumber(frozenset({"24/7"}), also=(hours, days))


def _times(found: re.Match[str]) -> Iterator[StatedNumber]:
    parts = found.groupdict()
    tail = (parts.get("tail") or "").lower()
    if parts.get("hour0"):
        yield _time(
            parts["hour0"], parts["minute0"], tail if tail == "uhr" or int(parts["hour0"]) <= int(parts["hour"]) else ""
        )
    yield _time(parts["hour"], parts.get("minute1") or parts.get("minute"), tail, parts.get("second"))


def _time(hour_written: str, minute: str | None, tail: str, second: str | None = None) -> StatedNumber:
    hour, rest = int(hour_written), f":{minute or '00'}" + (f":{second}" if second else "")
    readings = {f"{hour}{rest}"}
    if not minute:
        readings.add(f"{hour}")
    half = tail[:1] if tail[:1] in ("a", "p") else ""
    if half == "p" and hour < 12:
        readings.add(f"{hour + 12}{rest}")
    if half == "a" and hour == 12:
        readings.add(f"0{rest}")
    if not half and (tail == "uhr" or hour > 12 or hour_written.startswith("0")):
        half = "p" if hour >= 12 else "a"
    return StatedNumber(frozenset(readings), frozenset({f"{half}m"}) if half else frozenset())
