"""Weighs how well each statement of a context answers a question: by meaning, words, names, numbers and rank."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from local.bedrock.asking import asks_for_amount, asks_for_time, comparison_words, defines, is_closed, term_of
from local.bedrock.prompt import Passage
from local.bedrock.statements import Statement
from local.bedrock.words import language_of, numbers, share_of, stems
from local.kendra.embedding import Vectors, sentence_model
from local.kendra.sentence_vectors import vectors_of
from local.models import chosen

MOST_CANDIDATES = 40  # statements whose vectors are compared; selected by words

# Calibrated on questions about handbooks, letters and tables, and on unrelated questions.
MEANING, WORDS, NEARBY, SHAPE, RANK = 0.55, 0.30, 0.15, 0.08, 0.10
UNNAMED, ELSEWHERE, HEADING = 0.35, 0.3, 0.25
DEFINES = 0.15
ANOTHER_LANGUAGE = 0.7

_NAME = re.compile(r"(?<=\w\W)[A-ZÄÖÜ][\w-]+")  # capitals within a sentence; in German, every noun
_DATE = re.compile(r"\d{4}|\d{1,2}[.:/]\d{1,2}|\b\d{1,2}\.? [A-ZÄÖÜ]\w+", re.I)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for and against a statement: shares of 0–1 (`meaning` is a cosine, `shape` is -1, 0 or 1).

    `unnamed` is the share of the names in the question that its passage lacks. `elsewhere` means that it lacks the
    numbers in the question, so it is about another year or another article. `rank` is 1 in the first passage, because
    the search knows more than the words and the meaning of one sentence. `defines` means that it says what the term
    means that the question asks for.
    """

    statement: Statement
    meaning: float
    words: float
    nearby: float
    shape: int
    unnamed: float
    elsewhere: bool
    rank: float
    defines: bool

    @property
    def score(self) -> float:
        score = MEANING * self.meaning + WORDS * self.words + NEARBY * self.nearby + SHAPE * self.shape
        score += DEFINES * self.defines
        score *= (1 - UNNAMED * self.unnamed) * (1 - ELSEWHERE * self.elsewhere)
        return score * (1 - HEADING * (self.statement.kind == "heading")) + RANK * self.rank


def weigh(question: str, asked: str, passages: Sequence[Passage], stated: Sequence[Statement]) -> list[Evidence]:
    """The evidence for each of the passages' statements, best first.

    `asked` is the part of the question that asks; the rest names what it is about.
    """
    language = language_of(question)
    wanted = list(dict.fromkeys(stems(question, language)))
    # A statement that adds nothing to the question, such as a chart label, is not an answer, unless it says yes to it;
    # neither is a chart's axis.
    closed = is_closed(asked)
    statements = [
        each
        for each in stated
        if (not set(stems(each.text, language)) <= set(wanted) or (closed and each.kind == "sentence"))
        and (each.kind != "row" or each.has_words)
    ]
    if not statements or not wanted:
        return []
    words = {each.order: frozenset(stems(each.in_full, language)) for each in statements}
    weight = _weights(wanted, list(words.values()))
    around = {p.id: f"{p.document} {p.heading} {p.text}" for p in passages}
    words_around = {id: frozenset(stems(text, language)) for id, text in around.items()}
    foreign = {p.id for p in passages if language_of(p.text) != language}
    known = [word for word in wanted if any(share_of(word, words) for words in words_around.values())]
    names = list(dict.fromkeys(stems(" ".join(_NAME.findall(question)), language)))

    term = term_of(asked)
    comparing = comparison_words(question)
    compared = set(stems(comparing, language))

    def covered(statement: Statement, words: frozenset[str]) -> float:
        if statement.kind != "row":
            return _coverage(wanted, weight, words)
        if statement.passage.id in foreign:  # names and numbers have no language
            return ANOTHER_LANGUAGE * _coverage([word for word in known if word not in compared], weight, words)
        return _coverage([word for word in wanted if word not in compared], weight, words)

    by_words = {each.order: covered(each, words[each.order]) for each in statements}
    candidates = sorted(statements, key=lambda each: by_words[each.order], reverse=True)[:MOST_CANDIDATES]
    meanings = _meanings(question, [each.in_full for each in candidates])
    evidence = [
        Evidence(
            each,
            meaning=float(near),
            words=by_words[each.order],
            nearby=covered(each, words_around[each.passage.id]),
            shape=_fits(asked, each.text),
            unnamed=0 if each.passage.id in foreign else _missing(names, weight, words_around[each.passage.id]),
            elsewhere=bool(numbers(question) - numbers(comparing) - numbers(around[each.passage.id])),
            rank=1 - each.rank / len(passages),
            defines=bool(term) and defines(each.text, term),
        )
        for each, near in zip(candidates, meanings, strict=True)
    ]
    return sorted(evidence, key=lambda found: (-found.score, found.statement.order))


def _meanings(question: str, texts: Sequence[str]) -> Vectors:
    """The cosine of each text to the question."""
    if language_of(question) != "en" and (model := chosen.multilingual()):
        return model.embed(texts) @ model.embed_questions([question])[0]
    return vectors_of(texts) @ sentence_model().embed([question])[0]


def _weights(wanted: Sequence[str], stated: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weights of the question's words: rare words count more (inverse document frequency over the statements)."""
    found = Counter(word for word in wanted for words in stated if share_of(word, words))
    return {word: math.log(1 + (len(stated) + 1) / (found[word] + 0.5)) for word in wanted}


def _coverage(wanted: Sequence[str], weight: dict[str, float], words: frozenset[str]) -> float:
    whole = sum(weight[word] for word in wanted)
    return sum(weight[word] * share_of(word, words) for word in wanted) / whole if whole else 0.0


def _missing(names: Sequence[str], weight: dict[str, float], words: frozenset[str]) -> float:
    return 1 - _coverage(names, weight, words) if names else 0.0


def _fits(question: str, statement: str) -> int:
    """1 if the question asks for an amount or a date and the statement has one, -1 if it has none."""
    if asks_for_time(question):
        return 1 if _DATE.search(statement) else -1
    if asks_for_amount(question):
        return 1 if numbers(statement) - numbers(question) else -1
    return 0
