"""How well an answer is supported by its source and fits its question, by words, meaning, numbers and names.

A score is between 0 and 1. A sentence with a number or a proper name that the source lacks counts as made up.
Negations and wrong relations between the right words are not detected. Meaning is computed by an English model, so
across languages the numbers, the names and the words that both languages share decide.
"""

from collections.abc import Sequence
from functools import lru_cache

from answering.stated_numbers import missing_numbers
from local.bedrock.cognates import carried_over
from local.bedrock.proper_names import has_strange_name
from local.bedrock.sentences import sentences_of
from local.bedrock.words import language_of, stems
from local.kendra.embedding import Vectors
from local.kendra.sentence_vectors import vectors_of

MADE_UP = 0.2  # factor on a sentence's score when the source lacks its numbers or names
SPREAD = 1.4  # answers have a cosine of about 0.6 to their question, unrelated sentences about 0.1


def grounding(answer: str, source: str, question: str) -> float:
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
        score = max(len(words & supplied) / len(words) if words else 1.0, meaning)
        if language != source_language:
            score = max(score, carried_over(sentence, source, question))
        scores.append(score * (MADE_UP if is_made_up(sentence, source, question) else 1.0))
    return round(sum(scores) / len(scores), 3)


def is_made_up(sentence: str, source: str, question: str) -> bool:
    """Numbers and names that the question brings are not made up."""
    if missing_numbers(sentence, [source, question]):
        return True
    return has_strange_name(sentence, f"{source}\n{question}", language_of(sentence), language_of(source))


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
    return [max(0.0, float(row.max())) for row in vectors_of(texts) @ vectors(tuple(others)).T]


@lru_cache(maxsize=64)
def vectors(texts: tuple[str, ...]) -> Vectors:
    """Cached, because a guardrail's topics are the same on every call."""
    return vectors_of(texts)
