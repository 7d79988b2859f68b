"""Powers of ten: thousand, Mio., k€, ×10^6, and tables whose every number is in millions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .units import CURRENCY, unit_named


@dataclass(frozen=True, slots=True)
class Power:
    """`thousands` is the mark between thousands in the language of its word: 1,234 billion is 1.234 Milliarden."""

    exponent: int
    thousands: str = ""


_ENGLISH = {"hundred": 2, "thousand": 3, "thousands": 3, "million": 6, "millions": 6, "billion": 9, "billions": 9}
_ENGLISH |= {"bn": 9, "trillion": 12, "trillions": 12}
_GERMAN = {"hundert": 2, "tausend": 3, "tsd": 3, "millionen": 6, "mio": 6, "milliarde": 9, "milliarden": 9, "mrd": 9}
_GERMAN |= {"billionen": 12}
_EITHER = {"t": 3, "k": 3, "000": 3, "mln": 6, "mn": 6, "m": 6, "b": 9}
_POWERS = {
    word: Power(exponent, mark)
    for words, mark in ((_ENGLISH, ","), (_GERMAN, "."), (_EITHER, ""))
    for word, exponent in words.items()
}
_POWERS["Million"] = Power(6)  # German as well, and there in capitals
_WORD = "(?:" + "|".join(sorted((word for word in _POWERS if word.isalpha() and len(word) > 1), key=len)[::-1]) + ")"
_MONEY_WORD = rf"(?:{CURRENCY}|(?:U\.?S\.?\s)?dollars?|euros?|Franken)"
_BEHIND = re.compile(
    rf"[\s-]?(?P<word>{_WORD})\b\.?|\s?(?P<short>[TKM])\s?(?={CURRENCY})|\s?[x×·*]\s?10\^(?P<ten>-?\d{{1,2}})(?!\d)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\s?(?P<short>[kmb])(?![^\W_])", re.IGNORECASE)
MONEY_BEFORE = re.compile(
    rf"(?:(?<![^\W_])(?P<short>[TkM])\s?|(?P<word>\b(?:Mio|Tsd|Mrd)\.?\s))?(?P<money>{CURRENCY})\s?$"
)
_TABLE = re.compile(
    rf"""
      (?:(?P<money>{_MONEY_WORD})\s)?\bin\s(?:(?P<money1>{_MONEY_WORD})\s)?(?P<word>{_WORD})\b\.?
          (?:\s(?:of\s)?(?P<money2>{_MONEY_WORD}))?
    | \((?:(?P<money3>{CURRENCY})\s?)?(?P<word1>{_WORD})\b\.?(?:\s(?:of\s)?(?P<money4>{_MONEY_WORD}))?\)
    | (?<!\d)(?<!\d\s)(?<![^\W_])(?P<word2>(?:Mio|Tsd|Mrd)\.?|[TkM])\s?(?P<money5>{CURRENCY})
          (?!\s?\d{{1,3}}\b|\s?\d+[.,])   # its own number; but a year may follow
    | (?P<money6>{CURRENCY})\s?(?P<word3>(?:'?000)(?=s?\b)|{_WORD}\b|[mk]\b)
    | \(\s?'?(?P<word4>000)'?s?\s?\)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def power_behind(text: str, position: int, *, money: bool) -> tuple[Power | None, int]:
    """The power of ten that stands behind a number, and where it ends. After a currency, m is a million."""
    found = _BEHIND.match(text, position) or (_SHORT.match(text, position) if money else None)
    if not found:
        return None, position
    parts = found.groupdict()
    power = Power(int(parts["ten"])) if parts.get("ten") else power_named(parts.get("word") or parts["short"])
    return power, found.end()


def power_named(word: str | None) -> Power | None:
    name = (word or "").strip(" .'")
    return _POWERS.get(name) or _POWERS.get(name.lower())


def powers_of_tables(text: str) -> Iterator[tuple[Power, frozenset[str]]]:
    """(dollars in millions), in Tsd. EUR, TEUR, $000: the power, and the currency if it is named."""
    for found in _TABLE.finditer(text):
        parts = {name: part for name, part in found.groupdict().items() if part}
        power = next(power_named(part) for name, part in parts.items() if name.startswith("word"))
        money = next((part for name, part in parts.items() if name.startswith("money")), "")
        if power:
            yield power, unit_named(re.sub(r"^U\.?S\.?\s", "", money))
