"""What one speaker says in one round, cut to length and with its quotes checked.

Debaters see each other's arguments of earlier rounds only, so that nobody has the last word. Arguments are kept with
the sides of the case, and get the letters of a judge's view when a judge reads them: the same arguments serve both
positions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from docent.prompts import read_tag

from .quotes import CheckedQuote, QuotedDocument, with_checked_quotes
from .verdicts import Side

Role = Literal["debater", "consultant"]
# Words that a prompt asks for, and those at which an argument is cut.
ASKED_WORDS: Mapping[Role, int] = {"debater": 100, "consultant": 200}
MOST_WORDS: Mapping[Role, int] = {"debater": 150, "consultant": 300}
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*(?:</[vu]?_?quote>)?(?=\s|\Z)", re.IGNORECASE)
_OPEN_QUOTE = re.compile(r"<quote>(?!.*</quote>)", re.DOTALL | re.IGNORECASE)
# What names a position. A speaker who does not know who it is cannot be preferred for it.
_LETTER = re.compile(
    r"\b(?P<what>Debater|Consultant|Answer|Summary|Option)(?P<space>\s+)(?P<side>[AB])\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Argument:
    """`side` is the answer of the case it argues for. `text` has its quotes checked and tagged."""

    side: Side
    round: int
    text: str
    quotes: tuple[CheckedQuote, ...] = ()
    was_cut: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "side": self.side, "round": self.round, "text": self.text,
            "quotes": [quote.to_json() for quote in self.quotes], "was_cut": self.was_cut,
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        quotes = (
            CheckedQuote(each["text"], each["likeness"], tuple((start, end) for start, end in each["places"]))
            for each in value["quotes"]
        )
        return cls(value["side"], value["round"], value["text"], tuple(quotes), value["was_cut"])


def argument_of(reply: str, role: Role, side: Side, round: int, document: QuotedDocument) -> Argument | None:
    """Of a model's reply: its argument alone, never its thinking. None if there is none."""
    text = _THINKING.sub("", reply).strip()
    if (tagged := read_tag("argument", text)) is not None:
        text = tagged
    text, was_cut = cut(text, MOST_WORDS[role])
    if not text:
        return None
    text, quotes = with_checked_quotes(text, document)
    return Argument(side, round, text, tuple(quotes), was_cut)


def cut(text: str, most_words: int) -> tuple[str, bool]:
    """The text up to the last sentence that ends within so many words, and whether anything was cut away."""
    words = list(re.finditer(r"\S+", text))
    if len(words) <= most_words:
        return text.strip(), False
    kept = text[: words[most_words - 1].end()]
    ends = [found.end() for found in _SENTENCE_END.finditer(kept)]
    kept = kept[: ends[-1]] if ends else kept
    return (f"{kept}</quote>" if _OPEN_QUOTE.search(kept) else kept).strip(), True


def as_seen(arguments: Sequence[Argument], first: Side) -> list[tuple[Side, Argument, str]]:
    """Arguments for a reader who sees the answer `first` of the case as A: `(letter, argument, its text)`, by round.

    Letters that a speaker used in spite of its prompt go with their answers. Speakers write them as if answer A of
    the case were A.
    """
    seen: list[tuple[Side, Argument, str]] = []
    for argument in sorted(arguments, key=lambda each: each.round):
        letter: Side = "A" if argument.side == first else "B"
        text = argument.text if first == "A" else _LETTER.sub(_other_letter, argument.text)
        seen.append((letter, argument, text))
    # Within a round, A stands first in either position: what stands first does not go with an answer.
    return sorted(seen, key=lambda each: (each[1].round, each[0]))


def _other_letter(found: re.Match[str]) -> str:
    letter = found["side"]
    other = {"A": "B", "B": "A", "a": "b", "b": "a"}[letter]
    return f"{found['what']}{found['space']}{other}"
