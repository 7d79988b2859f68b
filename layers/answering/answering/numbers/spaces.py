"""Digits with spaces between them: one number, as in 12 500 kg, or the cells of a table's row."""

import re
from collections.abc import Callable, Iterator

from .powers import MONEY_BEFORE, power_behind
from .units import unit_at

SPACED = re.compile(r"(?<![\w.,'])[1-9]\d{0,2}(?: \d{3})++(?:[.,]\d+)?(?![\w']|[.,]\d| \d)")


def readings_of_spaces(text: str) -> Iterator[str]:
    """A text with spaces left out where digits are one number: the likely reading, then the other ones."""
    if not SPACED.search(text):
        yield text
        return
    readings = (_joined(text, _is_likely_one), _joined(text, _is_surely_one), _joined(text, bool))
    yield from dict.fromkeys(readings)


def _joined(text: str, is_one: Callable[[re.Match[str]], bool]) -> str:
    return SPACED.sub(lambda found: found[0].replace(" ", "'") if is_one(found) else found[0], text)


def _is_surely_one(found: re.Match[str]) -> bool:
    """1 234 567 and 12 500 kg; but 184 206 at the end of a row can be two cells."""
    text, end, groups = found.string, found.end(), found[0].split(" ")
    units, _, _ = unit_at(text, end + (text[end : end + 1] == " "))
    if units - {"%", "‰"} or power_behind(text, end, money=False)[0]:
        return True
    before = text[max(0, found.start() - 12) : found.start()]
    short_first = len(groups) > 2 and len(groups[0]) < 3
    return bool(MONEY_BEFORE.search(before)) or (short_first and not _follows_number(found))


def _is_likely_one(found: re.Match[str]) -> bool:
    """Beside a colon, a full stop or a word that goes on, it is no row of a table."""
    if _is_surely_one(found):
        return True
    if _follows_number(found):
        return False
    before, behind = (
        found.string[max(0, found.start() - 2) : found.start()],
        found.string[found.end() : found.end() + 2],
    )
    in_sentence = behind[:1] in tuple(".,;:)!?") or (behind[:1] == " " and behind[1:].islower())
    named = behind[:1] == " " and behind[1:].isalpha() and found[0].index(" ") < 3
    return in_sentence or named or before == ": "


def _follows_number(found: re.Match[str]) -> bool:
    return found.string[max(0, found.start() - 2) : found.start() - 1].isdigit() if found.start() > 1 else False
