"""How well an answer is supported by its source and fits its question, by words, meaning, numbers and names.

A score is between 0 and 1. A sentence with a number or a proper name that the source lacks counts as made up.
Negations and wrong relations between the right words are not detected. Meaning is computed by an English model,
so across languages only numbers and names decide.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from local.bedrock.sentences import sentences_of
from local.bedrock.words import language_of, numbers, stems
from local.kendra.embedding import Vectors, sentence_model

MADE_UP = 0.2  # factor on a sentence's score when the source lacks its numbers or names
TRANSLATED = 0.7  # for a sentence in another language than the source, if the source holds all its numbers
SPREAD = 1.4  # answers have a cosine of about 0.6 to their question, unrelated sentences about 0.1
_NAME = re.compile(r"(?<=[^.!?:\s] )[A-ZÄÖÜ][\w-]{2,}")


def grounding(answer: str, source: str) -> float:
    """The mean over the answer's sentences of how well the source supports each."""
    said, sourced = sentences_of(answer), sentences_of(source)
    if not said or not sourced:
        return 0.0
    source_language = language_of(source)
    supplied = set(stems(source, source_language))
    scores = []
    for sentence, meaning in zip(said, similarities(said, sourced), strict=True):
        language = language_of(sentence)
        words = set(stems(sentence, language))
        shared = len(words & supplied) / len(words) if words else 1.0
        if language != source_language and numbers(sentence):
            shared = max(shared, TRANSLATED)
        scores.append(max(shared, meaning) * (MADE_UP if is_made_up(sentence, source) else 1.0))
    return round(sum(scores) / len(scores), 3)


def is_made_up(sentence: str, source: str) -> bool:
    """In German every noun looks like a name, so most of them must be missing."""
    if numbers(sentence) - numbers(source):
        return True
    names, everything = _NAME.findall(sentence), source.casefold()
    strangers = [name for name in names if name.casefold() not in everything]
    return len(strangers) > (len(names) / 2 if language_of(sentence) == "de" else 0)


def relevance(answer: str, query: str) -> float:
    """How close the answer's best sentence is to the question."""
    said = sentences_of(answer)
    if not said or not query.strip():
        return 0.0
    language = language_of(query)
    asked, told = set(stems(query, language)), set(stems(answer, language))
    shared = len(asked & told) / len(asked) if asked else 0.0
    return round(max(shared, min(1.0, SPREAD * max(similarities([query], said)))), 3)


def similarities(texts: Sequence[str], others: Sequence[str]) -> list[float]:
    """For each text, its cosine to the nearest of the others, at least 0."""
    return [max(0.0, float(row.max())) for row in sentence_model().embed(texts) @ vectors(tuple(others)).T]


@lru_cache(maxsize=64)
def vectors(texts: tuple[str, ...]) -> Vectors:
    """Cached, because a guardrail's topics are the same on every call."""
    return sentence_model().embed(texts)
