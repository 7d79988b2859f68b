"""Sentences of an answer, told apart while it is still being written.

A sentence keeps its citation marks, behind it or in front of it: `The limit is 0.1 % [2].`, `The limit is 0.1 %. [2]`,
`[2] The limit is 0.1 %.` and, where a row of a table is quoted, `Formaldehyde | 0.1 % [2]` are one sentence each.
A table is one sentence; "Yes." and the line that leads in a list go with what follows. Cut too late rather than too
early: two sentences in one are checked against the citations of both, half a sentence would lose its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from .citation_marks import MARK, UNFINISHED, without_marks

_CLOSING = r"""["'”“»)*_]*+"""
# What follows decides: it is there, and is neither a mark nor may become one.
_NEXT = rf"(?!{UNFINISHED})(?!{MARK})(?=\S)"
_NOT_SMALL = r"(?![a-zäöüß])"
_MARKS = rf"(?:[^\S\n]*+{MARK})"
# Marks at the beginning of a line that goes on behind them.
_MARKED = rf"(?!{UNFINISHED}){MARK}{_MARKS}*+[^\S\n]*+(?!{UNFINISHED})[^\s\[(【.,;:!?…]"
_LINE = rf"[^\S\n]*+\n\s*+(?:(?={_MARKED})|{_NEXT})"
_BEHIND = re.compile(
    rf"""
      (?P<dot>[.!?…]++{_CLOSING})(?P<marked>{_MARKS}*+)[^\S\n]++{_NEXT}{_NOT_SMALL}   # Full stop. [1] Next
    | {_MARKS}++[.!?…]*+[^\S\n]++{_NEXT}{_NOT_SMALL}                                 # Row [1] Next
    | (?P<line>{_LINE})                                                              # a line of its own
    """,
    re.VERBOSE,
)
_IN_FRONT = re.compile(
    rf"""
      (?P<dot>[.!?…]++{_CLOSING})(?P<marked>(?!))?[^\S\n]++(?:(?={MARK})|{_NEXT}{_NOT_SMALL})   # Full stop. [2] Next
    | [^\S\n]++(?={_MARKED})    # Row [2] Next
    | (?P<line>{_LINE})
    """,
    re.VERBOSE,
)
_BEGINS_MARKED = re.compile(rf"\s*+(?:[-*•]\s++|\d{{1,2}}[.)]\s++)?+{_MARKED}")
_BEGINS_OPEN = re.compile(rf"\s*+(?:[-*•]?\s*+|\d{{0,2}}[.)]?\s*+)(?:{_MARKS}*+\s*+(?:{UNFINISHED})?)\Z")
# Before a full stop that ends no sentence: single letters (z. B., d. h., e. g.), days of a month, abbreviations.
_ABBREVIATED = re.compile(
    r"""(?:^|[^\w.])(?:
        [^\W\d_] | [0-2]?\d | 3[01] | [^\W\d_](?:\.[^\W\d_])+
      | Abb | Abs | Art | Bd | bzw | ca | Co | Dr | Dipl | eg | evtl | Fig | gem | ggf | ggü | Hr | Fr | ie | inkl
      | insb | Inc | Kap | Ltd | max | min | Mio | Mrd | Mr | Mrs | Ms | Nr | No | Nos | Prof | Rn | sog | St | Str
      | Tab | Tel | vgl | vs | Verf | Ziff | zzgl | approx | Sec | Ch | Vol | Reg
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = re.compile(
    r"\W*(?:yes|no|ja|nein|doch|correct|right|true|richtig|stimmt|genau|sure|certainly)[.!:]\W*"  # Yes.
    r"|.*:[\s*_]*"  # The limits are:
    r"|(?:.*\n)?\s*(?:\#{1,6}\s[^\n]*|(?:(?:[-*•]|\d{1,2}[.)])\s+)?\*\*[^*\n]+\*\*)\s*",  # a heading
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_OPENING = 500


class _Splitter:
    """A reply's text as it comes. Its first words tell whether its marks stand in front of sentences or behind."""

    def __init__(self) -> None:
        self.rest = ""
        self._end: re.Pattern[str] | None = None

    def add(self, piece: str) -> Iterator[str]:
        """The sentences that are now certainly complete, each with the white space behind it."""
        self.rest += piece
        if self._end is None:
            if _BEGINS_OPEN.match(self.rest):
                return
            self._end = _IN_FRONT if _BEGINS_MARKED.match(self.rest) else _BEHIND
        begin = position = 0
        while found := self._end.search(self.rest, position):
            position = found.end()
            if self._is_within(begin, found):
                continue
            yield self.rest[begin:position]
            begin = position
        self.rest = self.rest[begin:]

    def _is_within(self, begin: int, found: re.Match[str]) -> bool:
        """Whether what looks like an end is none."""
        before = self.rest[begin : found.start()]
        ended = self.rest[begin : found.end()].rstrip()
        if found["dot"] == "." and not found["marked"] and _ABBREVIATED.search(before):
            return True
        if before.rpartition("\n")[2].lstrip().startswith("|"):  # a row of a table
            return not found["line"] or self.rest.startswith("|", found.end())
        words = without_marks(ended)
        return not re.search(r"\w", words) or (
            len(words) <= _LONGEST_OPENING and words == ended and bool(_OPENING.fullmatch(words))
        )


def sentences_of(pieces: Iterable[str], is_whole: Callable[[], bool] = lambda: True) -> Iterator[str]:
    """The sentences of a text that comes in pieces, however it is cut; joined they are the text.

    `is_whole` is asked at the end: a text that broke off has no last sentence.
    """
    splitter = _Splitter()
    for piece in pieces:
        yield from splitter.add(piece)
    if splitter.rest and is_whole():
        yield splitter.rest
