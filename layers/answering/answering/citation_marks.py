"""The marks by which models cite a passage, in all the forms they write them: `[1]`, `[1, 2]`, `[1-3]`, `[passage 1]`,
`[1, page 3]`, `[^1]`, `[[1]](link)`, `\\[1\\]`, `【1】`, `(passage 1)`, `(1)` at a sentence's end, `<sup>1</sup>`,
superscripts, and `[1` whose end is missing. Shown is one form: `[1]`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_NAME = (
    r"(?:(?:see\s|siehe\s)?(?:passages?|passagen?|sources?|quellen?|documents?|dokumente?|refs?|id)\b"
    r"[\s:#=.\"']*+(?:(?:id|nr|no|number|nummer)\b[\s:#=.\"']*+)?)"
)
_NUMBERS = rf"\d{{1,3}}(?:\s*+(?:[,;&+–-]|and\b|und\b|to\b|bis\b)\s*+{_NAME}?\d{{1,3}})*+[\"']?"
# A superscript behind a word or a full stop; behind a unit it is a power (m², km³).
_RAISED = r"(?:(?<=[.!?…\"”“»)])|(?<=[^\W\d_]{4}))[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[,˒⁻][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})*+"
# Where in the passage, and a link behind the mark.
_PLACE = r"(?:,?\s*+(?:pages?|pp?\.|seiten?|s\.)\s*+\d{1,5})?"
_LINK = r"(?:\((?:\#|/|\w{2,8}:)[^()\s]{0,200}\))?"
_CITED = rf"\s*+{_NAME}?{_NUMBERS}{_PLACE}[\s,;]*+"
MARK = (
    rf"(?i:\\?\^?\[{{1,2}}\^?{_CITED}\\?\]{{1,2}}{_LINK}|［{_CITED}］|【{_CITED}(?:†[^】\n]{{0,20}})?】|\({_NAME}{_NUMBERS}{_PLACE}\)"
    rf"|<sup>\[?{_NUMBERS}\]?</sup>|{_RAISED})"
)
# The beginning of a mark whose end has not been written yet.
UNFINISHED = (
    r"(?:(?:\\?\^?\[{1,2}|[［【(])[^\]］】)\n]{0,40}|\\|<(?:s(?:u(?:p(?:>\[?[\d,\s-]{0,12}\]?(?:</?s?u?p?)?)?)?)?)?"
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹,˒⁻]{1,8})\Z"
)
# Its end is missing at the end of a sentence.
_OPEN = rf"\[\^?{_NAME}?\d{{1,2}}(?=\s*+(?:[.!?…]\s*+)?(?:\Z|\n)|[.!?…]\s++[A-ZÄÖÜ])"
_ANY = re.compile(rf"(?P<space>\s*+)(?P<mark>{MARK}|{_OPEN})")
# These are marks only where nothing else is one.
_PLAIN = re.compile(
    r"(?P<space>\s*+)(?P<mark>\((?P<end>\d{1,2})\)(?=[.!?…]*+[\"'”“»]*+\s*+\Z)|(?<!\w)(?i:passagen?|passages?)\s\d{1,3}\b)"
)
_RANGE = re.compile(r"(\d{1,3})\s*(?:[–-]|to|bis)\s*(\d{1,3})", re.IGNORECASE)
_NOT_CITED = re.compile(r"†.*|\(.*|(?<=\d)[^\d\]]*\b(?:pages?|pp?\.|seiten?|s\.).*", re.IGNORECASE)
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
    told = re.sub(
        r"†.*|\(.*|(?<=\d)[^\d\]]*\b(?:pages?|pp?\.|seiten?|s\.).*", "", plain.lstrip("("), flags=re.IGNORECASE
    )
    ranges = _RANGE.sub(lambda found: " ".join(map(str, _between(int(found[1]), int(found[2])))), told)
    return [int(number) for number in re.findall(r"\d+", ranges)]


def _between(first: int, last: int) -> range | tuple[int, int]:
    return range(first, last + 1) if first <= last < first + _MOST else (first, last)
