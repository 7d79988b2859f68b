"""Joins lines of prose: a word that was hyphenated at the end of a line is one word again.

A joined word keeps a soft hyphen while its passage is made, because it may as well be a compound: "well-known" is found
by "wellknown", "well" and "known".
"""

import regex

SOFT_HYPHEN = "\u00ad"
# Scripts that have no spaces between words.
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3005\u30fc"
UNSPACED_LETTER = regex.compile(rf"[{UNSPACED}\u3001\u3002\uff01-\uff1f]\p{{M}}*")
_UNSPACED_END = regex.compile(rf"{UNSPACED_LETTER.pattern}$")
_BROKEN = regex.compile(r"(?<=[\p{L}\p{N}])[-\u2010\u00ad]$")
_BROKEN_CAPITALS = regex.compile(r"\b\p{Lu}{2,}[-\u2010\u00ad]$")
_CAPITALS = regex.compile(r"\p{Lu}{2,}\b")
# After these a hyphen stands for the rest of a compound, as in "Vor- und Nachteile".
_CONJUNCTION = regex.compile(r"(?:and|or|to|und|oder|bzw|bis|sowie|als|wie|noch)\b")
_JOINED = regex.compile(r"[\p{L}\p{M}]+(?:\u00ad[\p{L}\p{M}]+)+")


def is_broken(line: str, following: str) -> bool:
    """Whether a word goes on in the following line."""
    return bool(_BROKEN.search(line)) and following[:1].isalnum() and not _CONJUNCTION.match(following)


def is_unspaced(line: str, following: str) -> bool:
    return bool(_UNSPACED_END.search(line) and UNSPACED_LETTER.match(following))


def joined(line: str, following: str) -> str:
    if is_broken(line, following):
        if following[0].islower() or (_BROKEN_CAPITALS.search(line) and _CAPITALS.match(following)):
            return f"{line[:-1]}{SOFT_HYPHEN}{following}"
        return f"{line}{following}"  # Nord-Süd
    return line + following if is_unspaced(line, following) else f"{line} {following}"


def plain(text: str) -> str:
    return text.replace(SOFT_HYPHEN, "")


def parts_of_joined(text: str) -> tuple[str, ...]:
    """What stood before and behind the soft hyphens of a text."""
    return tuple(part for word in _JOINED.findall(text) for part in word.split(SOFT_HYPHEN))
