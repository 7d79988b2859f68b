"""The marks by which models cite a passage, in all the forms they write them: `[1]`, `[1, 2]`, `[1-3]`, `[passage 1]`,
`[^1]`, `【1】`, `(passage 1)`, `(1)` at a sentence's end, and superscripts. Shown is one form: `[1]`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_NAME = r"(?:(?:see\s|siehe\s)?(?:passages?|passagen?|sources?|quellen?|id)\b[\s:#=\"']*+)"
_NUMBERS = rf"\d{{1,3}}(?:\s*+(?:[,;&+–-]|and\b|und\b|to\b|bis\b)\s*+{_NAME}?\d{{1,3}})*+[\"']?"
# A superscript behind a word or a full stop; behind a unit it is a power (m², km³).
_RAISED = r"(?:(?<=[.!?…\"”“»)])|(?<=[^\W\d_]{4}))[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[,˒⁻][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})*+"
MARK = (
    rf"(?i:\[\^?{_NAME}?{_NUMBERS}\s*+\]|【{_NAME}?{_NUMBERS}(?:†[^】\n]{{0,20}})?】|\({_NAME}{_NUMBERS}\)|{_RAISED})"
)
# The beginning of a mark whose end has not been written yet.
UNFINISHED = r"(?:[\[【(][^\]】)\n]{0,30}|[⁰¹²³⁴⁵⁶⁷⁸⁹,˒⁻]{1,8})\Z"
_ANY = re.compile(rf"(?P<space>\s*+)(?P<mark>{MARK})")
# These are marks only where nothing else is one.
_PLAIN = re.compile(
    r"(?P<space>\s*+)(?P<mark>\((?P<end>\d{1,2})\)(?=[.!?…]*+[\"'”“»]*+\s*+\Z)|(?<!\w)(?i:passagen?|passages?)\s\d{1,3}\b)"
)
_RANGE = re.compile(r"(\d{1,3})\s*(?:[–-]|to|bis)\s*(\d{1,3})", re.IGNORECASE)
_MOST = 20  # passages that one range names


def numbers_in(text: str) -> list[int]:
    """The numbers of the passages that it cites, each once, in order."""
    return list(dict.fromkeys(number for found in _marks(text) for number in _numbers(found["mark"])))


def without_marks(text: str) -> str:
    return _pattern(text).sub("", text)


def with_marks(text: str, shown: Callable[[int], int | None]) -> str:
    """Each mark in the one form that is shown, with other numbers; without those for which there is none."""

    def written(found: re.Match[str]) -> str:
        numbers = dict.fromkeys(number for each in _numbers(found["mark"]) if (number := shown(each)) is not None)
        return found["space"] + "".join(f"[{number}]" for number in numbers) if numbers else ""

    return _pattern(text).sub(written, text)


def _marks(text: str) -> Iterator[re.Match[str]]:
    return _pattern(text).finditer(text)


def _pattern(text: str) -> re.Pattern[str]:
    return _ANY if _ANY.search(text) else _PLAIN


def _numbers(mark: str) -> list[int]:
    plain = unicodedata.normalize("NFKC", mark)
    ranges = _RANGE.sub(lambda found: " ".join(map(str, _between(int(found[1]), int(found[2])))), plain)
    return [int(number) for number in re.findall(r"\d+", re.sub(r"†.*", "", ranges))]


def _between(first: int, last: int) -> range | tuple[int, int]:
    return range(first, last + 1) if first <= last < first + _MOST else (first, last)
