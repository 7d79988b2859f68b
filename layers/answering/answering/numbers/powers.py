"""Powers of ten: thousand, Mio., k€, ×10^6, and tables whose every number is in millions."""

import re
from collections.abc import Iterator

from .units import CURRENCY, unit_named

_POWERS = dict.fromkeys(("hundred", "hundert"), 2)
_POWERS |= dict.fromkeys(("thousand", "thousands", "tausend", "tsd", "t", "k", "000"), 3)
_POWERS |= dict.fromkeys(("million", "millions", "millionen", "mio", "mln", "mn", "m"), 6)
_POWERS |= dict.fromkeys(("billion", "billions", "milliarde", "milliarden", "mrd", "bn", "b"), 9)
_POWERS |= dict.fromkeys(("trillion", "trillions", "billionen"), 12)
_WORD = "(?:" + "|".join(sorted((word for word in _POWERS if word.isalpha() and len(word) > 1), key=len)[::-1]) + ")"
_MONEY_WORD = rf"(?:{CURRENCY}|(?:U\.?S\.?\s)?dollars?|euros?|Franken)"
_BEHIND = re.compile(
    rf"[\s-]?(?P<word>{_WORD})\b\.?|\s?(?P<short>[TKM])\s?(?={CURRENCY})|\s?[x×·*]\s?10\^(?P<ten>-?\d{{1,2}})(?!\d)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\s?(?P<short>[kmb])(?![^\W_])", re.IGNORECASE)
MONEY_BEFORE = re.compile(
    rf"(?:(?:(?<![^\W_])(?P<short>[TkM])|(?P<word>\b(?:Mio|Tsd|Mrd)\.?\s))?(?P<money>{CURRENCY}|€|EUR|CHF|USD)\s?)$"
)
_TABLE = re.compile(
    rf"""
      (?:(?P<money>{_MONEY_WORD})\s)?\bin\s(?:(?P<money1>{_MONEY_WORD})\s)?(?P<word>{_WORD})\b\.?
          (?:\s(?:of\s)?(?P<money2>{_MONEY_WORD}))?
    | \((?:(?P<money3>{CURRENCY})\s?)?(?P<word1>{_WORD})\b\.?(?:\s(?:of\s)?(?P<money4>{_MONEY_WORD}))?\)
    | (?<!\d)(?<!\d\s)(?<![^\W_])(?P<word2>(?:Mio|Tsd|Mrd)\.?|[TkM])\s?(?P<money5>€|EUR\b|CHF\b|USD\b)(?!\s?\d)
    | (?P<money6>{CURRENCY})\s?(?P<word3>(?:'?000)(?=s?\b)|{_WORD}\b|(?:bn|m|k)\b)
    | \(\s?'?(?P<word4>000)'?s?\s?\)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def power_behind(text: str, position: int, *, money: bool) -> tuple[int, int]:
    """The power of ten that stands behind a number, and where it ends. After a currency, m is a million."""
    found = _BEHIND.match(text, position) or (_SHORT.match(text, position) if money else None)
    if not found:
        return 0, position
    parts = found.groupdict()
    return int(parts["ten"]) if parts.get("ten") else power_named(parts.get("word") or parts["short"]), found.end()


def power_named(word: str | None) -> int:
    return _POWERS.get((word or "").strip(" .'").lower(), 0)


def powers_of_tables(text: str) -> Iterator[tuple[int, frozenset[str]]]:
    """(dollars in millions), in Tsd. EUR, TEUR, $000: the power, and the currency if it is named."""
    for found in _TABLE.finditer(text):
        parts = {name: part for name, part in found.groupdict().items() if part}
        power = next(power_named(part) for name, part in parts.items() if name.startswith("word"))
        money = next((part for name, part in parts.items() if name.startswith("money")), "")
        yield power, unit_named(re.sub(r"^U\.?S\.?\s", "", money))
