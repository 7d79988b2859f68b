"""Names in a sentence that its source lacks: of people, companies, products and places.

In English a capital letter marks a name; in German it marks every noun, so there only the names of people, words
such as "PerksPlus" and names of several words with one of them exchanged are recognised.
"""

import re
from collections.abc import Iterator

from local.bedrock.cognates import has_cognate
from local.bedrock.person_names import find_names
from local.bedrock.words import Language, is_function_word

_CAPITALISED = r"[A-ZÄÖÜ][^\W_]{2,}"
_INSIDE = re.compile(rf"(?<=[^.!?:\s] ){_CAPITALISED}")  # not at the start of the sentence
_CASED = re.compile(r"(?<![^\W_])[^\W\d_]*[a-zäöüß][A-ZÄÖÜ][^\W_]+")
_PAIR = re.compile(rf"(?<![^\W_])(?=({_CAPITALISED}) ({_CAPITALISED}))")
# Behind one of these, English writers capitalise other words too: "the Employee", "your Bachelor Thesis".
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|these|its|their|your|our|each|every|any|all|no)\s$", re.IGNORECASE)
# What has another name in German.
_RENAMED = frozenset(
    ["german", "germans", "germany", "austria", "austrian", "swiss", "switzerland", "munich", "cologne", "vienna"]
)


def has_strange_name(sentence: str, source: str, language: Language, source_language: Language) -> bool:
    """`source` is all that may supply a name, the question too."""
    known = source.casefold()
    if any(name.casefold() not in known for name in _certain_names(sentence)) or _exchanged(sentence, source, known):
        return True
    if language == source_language == "de":
        nouns = _INSIDE.findall(sentence)
        return 2 * sum(noun.casefold() not in known for noun in nouns) > len(nouns)
    if language == "en":
        strangers = [found for found in _INSIDE.finditer(sentence) if found[0].casefold() not in known]
        return bool(strangers) if source_language == "en" else any(_is_name(found, source) for found in strangers)
    return False


def _certain_names(sentence: str) -> Iterator[str]:
    for start, end in find_names(sentence):
        yield from re.findall(_CAPITALISED, sentence[start:end])
    yield from _CASED.findall(sentence)


def _exchanged(sentence: str, source: str, known: str) -> bool:
    """ "Eastbrook Health", if the source has "Health" only behind "Northwind"; "Skerry Bay" for "Skerry Sound"."""
    for first, second in _PAIR.findall(sentence):
        if is_function_word(first.lower()) or (first.casefold() in known) == (second.casefold() in known):
            continue
        if first.casefold() in known:
            stranger, partner = second, rf"\b{first}\b(?= ?(?P<beside>{_CAPITALISED})?)"
        else:
            stranger, partner = first, rf"(?:(?P<beside>{_CAPITALISED})\s)?\b{second}\b"
        found = [match["beside"] for match in re.finditer(partner, source)]
        if found and all(found) and not has_cognate(source, stranger):
            return True
    return False


def _is_name(found: re.Match[str], source: str) -> bool:
    """Of an English word with a capital letter that a German source lacks. The first of several decides."""
    before = found.string[: found.start()]
    continues = re.search(rf"{_CAPITALISED}\s$", before)
    renamed = found[0].lower() in _RENAMED or has_cognate(source, found[0])
    return not (continues or renamed or _ARTICLE.search(before))
