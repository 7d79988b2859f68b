"""A text in plain characters, as the rules for private data read it, and where each of them stands in the text.

Full-width and mathematical letters, other scripts' digits, ligatures, spaces and hyphens of other widths become plain
ones; a letter and its separate accents become one character; characters without a width are left out.
"""

import re
import unicodedata
from dataclasses import dataclass

# Without a width: soft hyphen, joiners, marks and overrides of the writing direction, variation selectors.
INVISIBLE = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
INVISIBLE += r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
# Letters, digits and signs that differ from plain ones in looks alone.
STYLED = r"\ufb00-\ufb06\uff01-\uff5e\uffe5\U0001d400-\U0001d7ff"
SPACES = r"\u00a0\u2000-\u200a\u202f\u205f\u3000"
HYPHENS = r"\u2010-\u2012\u2212\ufe58\ufe63"
ODD = re.compile(rf"[{INVISIBLE}{STYLED}{SPACES}{HYPHENS}]|(?=[^\x00-\x7f])\d")
NO_WIDTH, STYLE, SPACE, HYPHEN = (re.compile(f"[{each}]") for each in (INVISIBLE, STYLED, SPACES, HYPHENS))


@dataclass(frozen=True, slots=True)
class PlainText:
    """`starts` and `ends` are the place in the original of each character of `text`; None if the text was plain."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original. It is not empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> PlainText:
    if text.isascii() or (unicodedata.is_normalized("NFC", text) and not ODD.search(text)):
        return PlainText(text)
    written: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    while position < len(text):
        end = position + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        character = plain_character(text[position:end])
        written.append(character)
        starts += [position] * len(character)
        ends += [end] * len(character)
        position = end
    return PlainText("".join(written), starts, ends)


def plain_character(character: str) -> str:
    """One character with its accents, as plain ones."""
    if NO_WIDTH.match(character):
        return ""
    if STYLE.match(character):
        return unicodedata.normalize("NFKC", character)
    if SPACE.match(character):
        return " "
    if HYPHEN.match(character):
        return "-"
    digit = unicodedata.decimal(character[0], None)
    return unicodedata.normalize("NFC", character) if digit is None else str(digit)
