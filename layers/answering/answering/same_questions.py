"""Whether two questions ask the same in other words, and whether the answer to one fits the other.

A wrong answer that somebody approved is worse than none, so this is strict: the words that carry the meaning must be
the same, apart from their endings. Words that change it (not, who, when, will, all) are such words too.
"""

import re

from docent.questionnaires import AnswerType, Question, normal

# Without a meaning of their own where a questionnaire asks a company.
_EMPTY = """
a an the do does is are be been being you your yours we our us please of in at on any there it its this that and
company organization organisation describe
der die das den dem des ein eine einen einem einer eines ist sind sie ihr ihre ihren ihrem ihrer wir unser unsere bitte
im in am an auf es und unternehmen firma
"""
# Where one of these is asked, the order of the words tells who does what to whom.
_ORDERED = """
to from by before after over under between than through via into without if when unless more less
zu nach vor aus von durch bis zwischen als ohne wenn falls mehr weniger
"""
EMPTY, ORDERED = frozenset(_EMPTY.split()), frozenset(_ORDERED.split())
# "encrypt", "encrypts", "encrypted", "encrypting", "encryption" are one word.
ENDINGS = ("ations", "ation", "ions", "ion", "ings", "ing", "ed", "es", "s", "e")
SHORTEST = 4
# Fewer words than these mean what their section says: "How often?" below "Backups" and below "Audits".
ENOUGH = 4


def asks_the_same(one: Question, other: Question) -> bool:
    words, others = _words(one.text), _words(other.text)
    if not words or _words(one.parent) != _words(other.parent):
        return False
    if len(set(words)) < ENOUGH and normal(one.section) != normal(other.section):
        return False
    if words == others:
        return True
    has_order = ORDERED & {*normal(one.text).split(), *normal(other.text).split()}
    return not has_order and sorted(words) == sorted(others)


def fitting_values(
    wanted: AnswerType, given: AnswerType, completion: str, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The values of an answer as the wanted type spells them; None if the answer does not fit it."""
    if wanted.kind != given.kind:
        return None
    if wanted.kind == "text":
        return () if not wanted.max_chars or len(completion) <= wanted.max_chars else None
    if wanted.kind not in ("choice", "choices"):
        return values
    spelt = {normal(option): option for option in wanted.options}
    # With other options to choose from, somebody may have chosen another one.
    if spelt.keys() != {normal(option) for option in given.options} or not all(normal(v) in spelt for v in values):
        return None
    return tuple(spelt[normal(value)] for value in values)


def _words(text: str) -> list[str]:
    words = re.findall(r"\w+(?:[.,]\d+)*%?", normal(text))
    return [_stem(word) for word in words if word not in EMPTY]


def _stem(word: str) -> str:
    if any(character.isdigit() for character in word):
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST and not word.endswith("ss"):
            return word[: -len(ending)]
    return word
