"""How many tokens a text has, estimated by the letters of its words: passages are cut where no model is at hand.

Multilingual embedding models cut words into pieces of about six letters, and numbers into pieces of about three digits.
"""

from collections.abc import Sequence

import regex

from .line_ends import UNSPACED

_LETTERS, _DIGITS = 6, 3  # in one token
# A letter of a script without spaces, and every sign, is a token of its own.
_PIECE = regex.compile(rf"[{UNSPACED}]\p{{M}}*|(?P<number>\p{{N}}+)|(?P<word>(?:(?![{UNSPACED}])[\p{{L}}\p{{M}}])+)|\S")


def estimated_tokens(texts: Sequence[str]) -> list[int]:
    return [sum(map(_tokens, _PIECE.finditer(text))) for text in texts]


def _tokens(piece: "regex.Match[str]") -> int:
    if not piece.lastgroup:
        return 1
    return -(-len(piece[0]) // (_DIGITS if piece.lastgroup == "number" else _LETTERS))
