"""Sentences of an answer, told apart while it is still being written.

A sentence ends with its citation marks: `The limit is 0.1 % [2].`, `The limit is 0.1 %. [2]` and, where a row of
a table is quoted, `Formaldehyde | 0.1 % [2]` are one sentence each. Cut too late rather than too early: two
sentences in one are checked against the citations of both, half a sentence would lose its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator

MARK = r"\[\d{1,3}(?:\s*,\s*\d{1,3})*\]"
_MARKS = rf"(?:\s*+{MARK})"
# What follows decides: a bracket with a digit may become a citation of this sentence.
_NEXT = r"(?=[^\s\[]|\[[^\d\s])"
_NOT_SMALL = r"(?![a-zäöüß])"
_END = re.compile(
    rf"""
      (?P<dot>[.!?…]++["'”“»)]*+)(?P<marked>{_MARKS}*+)\s++{_NEXT}{_NOT_SMALL}   # Full stop. [1] Next
    | {_MARKS}++[.!?…]*+\s++{_NEXT}{_NOT_SMALL}                                  # Row [1] Next
    | [^\S\n]*+\n\s*+{_NEXT}                                                     # a line of its own
    """,
    re.VERBOSE,
)
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


def split(text: str) -> tuple[list[str], str]:
    """The sentences that are certainly complete, each with the white space behind it, and the rest."""
    sentences: list[str] = []
    begin = position = 0
    while found := _END.search(text, position):
        position = found.end()
        if found["dot"] == "." and not found["marked"] and _ABBREVIATED.search(text[begin : found.start()]):
            continue
        sentences.append(text[begin:position])
        begin = position
    return sentences, text[begin:]


def sentences_of(pieces: Iterable[str], is_whole: Callable[[], bool] = lambda: True) -> Iterator[str]:
    """The sentences of a text that comes in pieces, however it is cut; joined they are the text.

    `is_whole` is asked at the end: a text that broke off has no last sentence.
    """
    rest = ""
    for piece in pieces:
        complete, rest = split(rest + piece)
        yield from complete
    if rest and is_whole():
        yield rest
