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
_HYPHENATED = regex.compile(r"(?<=[\p{L}\p{N}])[-\u2010\u00ad]$")
_HYPHENATED_CAPITALS = regex.compile(r"\b\p{Lu}{2,}[-\u2010\u00ad]$")
_CAPITALS = regex.compile(r"\p{Lu}{2,}\b")
_ADDRESS = regex.compile(r"[./@_\d]\S*$")  # or the number of a part: its hyphen stays
# After these a hyphen stands for the rest of a compound, as in "Vor- und Nachteile".
_CONJUNCTION = regex.compile(r"(?:and|or|to|und|oder|bzw|bis|sowie|als|wie|noch)\b")
_JOINED = regex.compile(r"[\p{L}\p{M}]+(?:\u00ad[\p{L}\p{M}]+)+")


def is_broken(line: str, following: str) -> bool:
    """Whether a word surely goes on in the following line."""
    if not _HYPHENATED.search(line) or _CONJUNCTION.match(following):
        return False
    return following[:1].islower() or bool(_HYPHENATED_CAPITALS.search(line) and _CAPITALS.match(following))


def is_unspaced(line: str, following: str) -> bool:
    return bool(_UNSPACED_END.search(line) and UNSPACED_LETTER.match(following))


def joined(line: str, following: str) -> str:
    if is_broken(line, following) and not _ADDRESS.search(line):
        return f"{line[:-1]}{SOFT_HYPHEN}{following}"
    hyphenated = _HYPHENATED.search(line) and following[:1].isalnum() and not _CONJUNCTION.match(following)
    if hyphenated or is_unspaced(line, following):
        return line + following  # Nord-Süd, ISO-9001
    return f"{line} {following}"


def plain(text: str) -> str:
    return text.replace(SOFT_HYPHEN, "")


def parts_of_joined(text: str) -> tuple[str, ...]:
    """What stood before and behind the soft hyphens of a text."""
    return tuple(part for word in _JOINED.findall(text) for part in word.split(SOFT_HYPHEN))
