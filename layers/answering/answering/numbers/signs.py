"""Whether a number is negative: -5, −5, – 5, (1,234) in a table; and that a loss of 12 % is a change of −12 %."""

import re
from bisect import bisect

from .units import CURRENCY

# Signs that a number can have: + only, - only, or one of both.
PLUS, MINUS, EITHER = "+", "-", "±"
_NO_NUMBER_BEFORE = re.compile(r"(?:^|[\s(\[{=:|,<>≤≥~≈/*_\"'„“])$")
_NUMBER_BEFORE = re.compile(r"[\d%‰CFK€$£]\s$")
_LINE_BEGINS = re.compile(r"(?:^|\n)[ \t]*$")
_BRACKET_ENDS = re.compile(r"\s?(?:[%€$£]\s?)?\)")
_MINUS = re.compile(rf"(?<!plus or )(?<!plus/)\b(?:minus|negative)\s(?=(?:{CURRENCY}\s?)?\d)", re.IGNORECASE)
_BELOW_ZERO = re.compile(
    r"(?<![\d.,'])(\d[\d.,]{0,8}(?:\s?°\s?[CF]?|(?:\s[^\W\d_]{4,10}){0,2}))\s(?:below zero|unter Null)\b", re.IGNORECASE
)
_DOWN = re.compile(
    r"\b(?:loss|losses|lost|declin\w{1,3}|decreas\w{1,3}|drop|drops|dropped|fell|fallen|down|reduced|reduction|deficit"
    r"|Verlust\w{0,2}|Rückgang\w{0,2}|Abnahme|sank|sanken|gesunken|gefallen|gesenkt|verringert\w{0,3}|reduziert\w{0,3}"
    r"|Defizit|Fehlbetrag|zurückgegangen|abgenommen)\b",
    re.IGNORECASE,
)
# "fell to 5" says what is left
_OTHERWISE = re.compile(r"[.;:!?\d\n]|\b(?:to|at|from|auf|bei)\b", re.IGNORECASE)
_BEFORE, _BEHIND = 50, 30


def with_signs(text: str) -> str:
    """A text with its signs in words as signs: minus 5, 5 °C below zero."""
    return _BELOW_ZERO.sub(r"−\1", _MINUS.sub("−", text))


def sign_at(before: str, behind: str, *, amount: bool) -> str:
    """The sign of a number between two short pieces of text; of an amount, a dash with a space can be a minus."""
    dash, rest = before[-1:], before[:-1]
    if dash == " " and rest[-1:] in ("−", "–", "-"):
        spaced, dash, rest = True, rest[-1:], rest[:-1]
    else:
        spaced = False
    if dash == "(" and amount and _BRACKET_ENDS.match(behind):
        return EITHER
    if dash not in ("−", "–", "-", "—") or not _NO_NUMBER_BEFORE.search(rest):
        return PLUS
    if _NUMBER_BEFORE.search(rest):
        return EITHER
    if not spaced or dash == "−":
        return MINUS
    return EITHER if amount and not _LINE_BEGINS.search(rest) else PLUS


class Declines:
    """The places of a text that tell of something that went down."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = list(_DOWN.finditer(text))
        self._starts = [one.start() for one in found]
        self._ends = [one.end() for one in found]

    def is_near(self, start: int, end: int) -> bool:
        """Whether one stands close before a number or behind it, in the same clause."""
        if not self._starts:
            return False
        index = bisect(self._ends, start)
        if index and start - self._ends[index - 1] <= _BEFORE and self._is_one_clause(self._ends[index - 1], start):
            return True
        index = bisect(self._starts, end)
        near = index < len(self._starts) and self._starts[index] - end <= _BEHIND
        return near and self._is_one_clause(end, self._starts[index])

    def _is_one_clause(self, start: int, end: int) -> bool:
        return not _OTHERWISE.search(self._text, start, end)
