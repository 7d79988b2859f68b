"""The numbers that a text states, and those that a sentence needs to have stated."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from .characters import plain
from .moments import TAKEN, moments_in
from .powers import MONEY_BEFORE, Power, power_behind, power_named, powers_of_tables
from .signs import EITHER, MINUS, PLUS, Declines, sign_at, with_signs
from .spaces import readings_of_spaces
from .units import CURRENCIES, CURRENCY, TEMPERATURES, unit_at, unit_named
from .values import PLACE, StatedNumber, fraction, negative, placed, scaled, values_of
from .words import in_digits, ordinals, single_things

# Numbers and words joined by what can stand inside one: 1.234,5 50-00-0 3/4 E17 1'000 10^6
_TOKEN = re.compile(r"[^\W_]+(?:[.,:/'^-][^\W_]+)*+")
_HAS_DIGIT = re.compile(r"\d")
_NUMBER = r"\d+(?:[.,']\d+)*+"
_PLAIN = re.compile(_NUMBER)
_GLUED = re.compile(rf"(?P<number>{_NUMBER})(?P<word>[^\W\d_]+[23]?)")  # 5kg
_COMPOUND = re.compile(rf"(?P<number>{_NUMBER})-[^\W\d_]\D*")  # 30-day
_PAIR = re.compile(rf"(?P<one>{_NUMBER})(?P<mark>[-/:])(?P<other>{_NUMBER})(?P<word>[^\W\d_]*[23]?)")
_POWER_OF = re.compile(r"(?P<base>\d+)\^(?P<exponent>-?\d{1,2})")
_TIMES_BEFORE = re.compile(r"\d\s?[x×·*]\s?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SEASON = re.compile(r"(?P<one>(?:19|20)\d\d)[/-](?P<other>(?:19|20)?\d\d)")
_FISCAL_YEAR = re.compile(r"(?:FY|GJ)'?(?:20)?(\d\d)")
_ONLY_UNITS = re.compile(r"([^\W\d_]+[23]?)(?:/([^\W\d_]+[23]?))?")
_MARK = re.compile(r"([-./:,])")
_WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]+")
_ROMAN = re.compile(r"[IVX]{2,8}")
_NUMERALS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
_ROMANS = {numeral: str(value) for value, numeral in enumerate(_NUMERALS.split(), start=1)}
_MIXED = re.compile(r"(?<![\w.,/])(\d{1,4}) ([1-9])/(\d{1,2})(?![\w/])")
_LIST_NUMBER = re.compile(
    r"^[ \t>*#•-]{0,8}+(?:\(?(?P<number>\d{1,2})[.)]\*{0,2}(?=\s)"
    r"|(?:Step|Schritt)\s(?P<step>\d{1,2})\*{0,2}(?=\s?[:.–-]))",
    re.MULTILINE | re.IGNORECASE,
)
_PLACE_WORD = re.compile(
    r"(?:[§#]|\b(?:version|release|ver|rev|v|sec|section|chapter|ch|kapitel|kap|abschnitt|abs|absatz|art|article|artikel|nr"
    r"|nummer|table|tab|tabelle|fig|figure|abbildung|abb|bild|page|pages|seite|seiten|pp|step|schritt|punkt|ziffer"
    r"|appendix|annex|anhang|anlage|exhibit|clause|klausel|phase|stufe|zeile|raum|room|zimmer)\.?|\bnos?\.)\s?$",
    re.IGNORECASE,
)
_JOINER = re.compile(
    rf"\s?(?:[-–—−/x×,&]|\.\.\.|\b(?:to|bis|through|and|und|or|oder|by|mal)\b)\s?[+±−–-]?(?:{CURRENCY}\s?)?(?:[TkM]?(?:€|EUR)\s?)?"
)


# A single letter on the next line is rather the next row's.
_BEFORE_UNIT = re.compile(r"[ -]|\n(?=[^\W\d_]{2}|[%°])")


@dataclass(slots=True)
class _Written:
    """A number while it is read."""

    start: int
    end: int
    readings: frozenset[str]
    units: frozenset[str] = frozenset()
    per: str = ""
    power: Power | None = None
    is_read: bool = False  # no unit is looked for
    shares: bool = False  # a number before it can share its unit
    before: frozenset[str] = frozenset()  # the currency before it
    parts: tuple[StatedNumber, ...] = ()
    also: tuple[StatedNumber, ...] = ()

    def stated(self) -> StatedNumber:
        return StatedNumber(self.readings, self.units, self.per, self.parts, self.also, self.start)


def wanted_in(sentence: str) -> Iterator[tuple[list[StatedNumber], str]]:
    """What a sentence needs to have stated, and the text where that stands, once for each way to read the spaces
    between its digits."""
    for text in readings_of_spaces(with_signs(in_digits(plain(sentence)))):
        moments, rest = moments_in(text)
        rest = _LIST_NUMBER.sub(_take, rest)
        # The first three are everywhere: first of all, a second, third parties.
        places = [replace(placed(f"{nth}"), start=start) for start, nth in ordinals(rest) if nth > 3]
        yield [*(moment for moment in moments if moment.readings), *places, *_numbers_in(rest)], text


def stated_in(source: str) -> Iterator[StatedNumber]:
    """What a source states; numbers of a table in millions also as millions."""
    words = plain(source)
    moments, text = moments_in(next(readings_of_spaces(with_signs(in_digits(words)))))
    yield from moments
    yield from (placed(found["number"] or found["step"]) for found in _LIST_NUMBER.finditer(text))
    text = _LIST_NUMBER.sub(_take, text)
    yield from (placed(f"{nth}") for _, nth in ordinals(text))
    for end, has_unit in single_things(words):
        one = _Written(end, end, frozenset({"1"}))
        if has_unit:
            _measure(one, words)
            one.readings = scaled(one.readings, one.power.exponent) if one.power else one.readings
        yield one.stated() if one.units or one.power else placed("1")
    numbers = _numbers_in(text)
    yield from numbers
    yield from _of_tables(text, numbers)


def _take(found: re.Match[str]) -> str:
    return TAKEN * len(found[0])


def _of_tables(text: str, numbers: Iterable[StatedNumber]) -> Iterator[StatedNumber]:
    """Numbers under "dollars in millions" stated as such."""
    tables = set(powers_of_tables(text))
    for number in numbers if tables else ():
        if number.units <= CURRENCIES:
            for power, currency in tables:
                if not number.units or not currency or number.units & currency:
                    yield StatedNumber(
                        scaled(number.readings, power.exponent, power.thousands), number.units or currency
                    )


def _numbers_in(text: str) -> list[StatedNumber]:
    text = _MIXED.sub(_mixed, text)
    written: list[_Written] = []
    for found in _TOKEN.finditer(text):
        if _HAS_DIGIT.search(found[0]):
            written.extend(_read(found))
        elif _ROMAN.fullmatch(found[0]):
            value = _ROMANS.get(found[0])
            written.append(_code(found, {found[0], value or found[0]}))
    for number in written:
        if not number.is_read:
            _measure(number, text)
    for number, following in reversed(list(pairwise(written))):
        _share_unit(number, following, text)
    declines = Declines(text)
    for number in written:
        _scale_and_sign(number, text, declines)
    return [number.stated() for number in written]


def _read(found: re.Match[str]) -> Iterator[_Written]:
    token, start, end = found[0], found.start(), found.end()
    if _PLAIN.fullmatch(token):
        yield _Written(start, end, values_of(token))
    elif (glued := _GLUED.fullmatch(token)) and (number := _glued(found, glued)):
        yield number
    elif compound := _COMPOUND.fullmatch(token):
        yield _Written(start, start + compound.end("number"), values_of(compound["number"]))
    elif pair := _PAIR.fullmatch(token):
        yield from _pair(found, pair)
    elif power := _POWER_OF.fullmatch(token):
        if _TIMES_BEFORE.search(found.string[max(0, start - 4) : start]):
            return  # 3 × 10^6 has been read as a whole
        values = scaled({"1"}, int(power["exponent"])) if power["base"] == "10" else values_of(power["base"])
        yield _Written(start, end, values | {token})
    elif not ((unit := _ONLY_UNITS.fullmatch(token)) and all(unit_named(name) for name in unit.groups() if name)):
        yield _code(found, _codes(token))


def _code(found: re.Match[str], readings: Iterable[str]) -> _Written:
    return _Written(found.start(), found.end(), frozenset(readings), frozenset({PLACE}), is_read=True)


def _codes(token: str) -> set[str]:
    """A code, also without the words around it: E17 in E17-Fehler, 2026 in mid-2026."""
    codes = {token.casefold()}
    if fiscal := _FISCAL_YEAR.fullmatch(token):
        codes.add(f"20{fiscal[1]}")
    parts = _MARK.split(token)
    inner = [index for index in range(0, len(parts), 2) if not _WORD.fullmatch(parts[index])]
    core = "".join(parts[inner[0] : inner[-1] + 1])
    if core != token:
        codes |= values_of(core) if _PLAIN.fullmatch(core) else {core.casefold()}
    return codes


def _glued(found: re.Match[str], glued: re.Match[str]) -> _Written | None:
    """5kg, 2nd, 5k, 2x, 1990s; nothing if it is a code."""
    text, word, values = found.string, glued["word"], values_of(glued["number"])
    number = _Written(found.start(), found.start() + glued.end("number"), values)
    if word in ("st", "nd", "rd", "th"):
        return _code(found, values)
    if word in ("s", "er") and len(glued["number"]) == 4:
        return _code(found, {f"{glued['number']}s"})
    if word.lower() == "x":
        number.units, number.is_read = frozenset({"times"}), True
        return number
    if word in ("k", "K", "M") and not MONEY_BEFORE.search(text[max(0, found.start() - 12) : found.start()]):
        if not power_behind(text, number.end, money=False)[0]:
            number.power, number.is_read = power_named(word), True
        return number
    return number if unit_named(word) or power_named(word) else None


def _pair(found: re.Match[str], pair: re.Match[str]) -> Iterator[_Written]:
    """5-25, from … to; 3/4; 1:10; 2025/26."""
    one, other = pair["one"], pair["other"]
    first = _Written(found.start(), found.start() + pair.end("one"), values_of(one))
    second = _Written(found.start() + pair.start("other"), found.start() + pair.end("other"), values_of(other))
    both = tuple(StatedNumber(number.readings, start=number.start) for number in (first, second))
    if (season := _SEASON.fullmatch(pair[0])) and int(season["other"][-2:]) == (int(season["one"]) + 1) % 100:
        yield replace(_code(found, {f"{season['one']}/{season['other'][-2:]}"}), parts=both, also=_years(season))
    elif pair["mark"] == "-" and not any(len(part) > 1 and part.isdigit() and part[0] == "0" for part in (one, other)):
        yield from (first, second)
    elif pair["mark"] == "/" and not pair["word"]:
        readings = {f"{one}/{other}"}
        if max(len(one), len(other)) <= 4 and one.isdigit() and other.isdigit() and 0 < int(one) < int(other):
            readings.add(fraction(int(one), int(other)))
            both = ()
        second.readings = frozenset(readings)
        second.start, second.parts, second.also = found.start(), both, both
        yield second
    else:
        yield replace(_code(found, {pair[0].casefold()}), also=both if pair["mark"] == ":" else ())


def _years(season: re.Match[str]) -> tuple[StatedNumber, ...]:
    return placed(season["one"]), placed(str(int(season["one"]) + 1))


def _mixed(found: re.Match[str]) -> str:
    """1 1/2 as 1.5, as long as it was."""
    part = fraction(int(found[2]), int(found[3])) if int(found[2]) < int(found[3]) else ""
    return f"{found[1]}{part[1:]}".ljust(len(found[0])) if part.startswith("0.") and len(part) < 6 else found[0]


def _measure(number: _Written, text: str) -> None:
    before = text[max(0, number.start - 16) : number.start]
    money = MONEY_BEFORE.search(before)
    if money and (money["short"] or money["word"]) and _YEAR.fullmatch(text, number.start, number.end):
        money = None  # the heading of a table: TEUR 2026 2025
    number.before = unit_named(money["money"]) if money else frozenset()
    number.power, position = power_behind(text, number.end, money=bool(money))
    if money and not number.power:
        number.power = power_named(money["short"] or money["word"])
    number.units, number.per = _unit_behind(text, position)
    if not number.power and not number.units:
        power, position = power_behind(text, number.end, money=True)
        units, per = _unit_behind(text, position)
        if power and units & CURRENCIES:  # 5 m €
            number.power, number.units, number.per = power, units, per
    number.shares = bool(number.units or number.power) and not number.units <= number.before
    if number.before and not number.units <= number.before | CURRENCIES:
        number.units, number.shares = number.before, False
    number.units |= number.before
    if not number.units and _PLACE_WORD.search(before):
        exact = frozenset(reading for reading in number.readings if reading.startswith("="))
        number.readings, number.units = exact or number.readings, frozenset({PLACE})


def _unit_behind(text: str, position: int) -> tuple[frozenset[str], str]:
    if _BEFORE_UNIT.match(text, position):
        position += 1
    units, per, _ = unit_at(text, position)
    return units, per


def _share_unit(number: _Written, following: _Written, text: str) -> None:
    """5 to 25 °C: both have the unit."""
    if number.is_read or number.power or following.start - number.end > 16:
        return
    if not _JOINER.fullmatch(text, number.end, following.start):
        return
    if not number.units and following.shares:
        number.units, number.per, number.shares = following.units, following.per, True
    if following.shares and following.power and number.units <= following.units:
        number.readings |= scaled(number.readings, following.power.exponent, following.power.thousands)
    if number.before and not following.units and not following.is_read:
        following.units = number.before


def _scale_and_sign(number: _Written, text: str, declines: Declines) -> None:
    if number.power:
        values = scaled(number.readings, number.power.exponent, number.power.thousands)
        # What is quoted by the line loses the "billion" on the next one.
        number.readings = (
            values | number.readings if text[number.end : number.end + 1] == "\n" else values or number.readings
        )
    if PLACE in number.units:
        return
    before = text[max(0, number.start - 20) : number.start]
    if money := MONEY_BEFORE.search(before):
        before = before[: money.start()]
        if not before.endswith(("-", "−", "–")) and text[number.start - 1] in "-−–":
            before = text[number.start - 1]
    amount = bool(number.units) or any(len(reading.lstrip("=-")) > 2 for reading in number.readings)
    sign = sign_at(before, text[number.end : number.end + 6], amount=amount)
    if sign == PLUS and not number.units & TEMPERATURES and declines.is_near(number.start, number.end):
        sign = EITHER
    if sign == MINUS:
        number.readings = negative(number.readings) or number.readings
    elif sign == EITHER:
        number.readings |= negative(number.readings)
