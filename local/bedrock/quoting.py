"""Answers a question with sentences quoted from its context, or says that it does not know."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from local.bedrock.describing import without_description
from local.bedrock.prompt import Passage
from local.bedrock.sentences import is_ended, is_row, sentences_of
from local.bedrock.words import Language, language_of, numbers, share_of, stems
from local.kendra.embedding import sentence_model

UNKNOWN: dict[Language, str] = {"en": "I don't know.", "de": "Das weiß ich nicht."}
MOST_SENTENCES = 3
MOST_CANDIDATES = 40  # sentences whose vectors are computed, 7 ms each; selected by words

# Calibrated on questions about handbooks, letters and tables, and on unrelated questions.
MEANING, WORDS, NEARBY, SHAPE = 0.55, 0.30, 0.15, 0.08
UNNAMED, ELSEWHERE, HEADING = 0.35, 0.3, 0.25
ANOTHER_LANGUAGE = 0.7
ENOUGH = 0.43
BESIDE_THE_BEST = 0.88  # a further sentence needs this share of the best score

_NAME = re.compile(r"(?<=\w\W)[A-ZÄÖÜ][\w-]+")  # capitals within a sentence; in German, every noun
_REFERENCE = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\](?=\W|$)")  # a source's own marks would look like citations
_AMOUNT = re.compile(
    r"\b(how (many|much|long|high|often|old|large)|percent\w*|"
    r"wie ?(viel|viele|hoch|lange?|oft|groß|alt)|prozent\w*)\b",
    re.I,
)
_TIME = re.compile(r"\b(when|wann|what (date|year|time)|which year|in welchem jahr)\b", re.I)
_DATE = re.compile(r"\d{4}|\d{1,2}[.:/]\d{1,2}|\b\d{1,2}\.? [A-ZÄÖÜ]\w+", re.I)


type Kind = Literal["sentence", "row", "heading"]


@dataclass
class Candidate:
    """One sentence that could answer. `order` is its position in the context."""

    order: int
    text: str
    passage: Passage
    kind: Kind
    heading: str
    stems: frozenset[str]

    @property
    def in_full(self) -> str:
        """A table row includes the table's header."""
        return f"{self.heading} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for and against a sentence: shares of 0–1 (`meaning` is a cosine, `shape` is -1, 0 or 1).

    `unnamed` is the share of the names in the question that its passage lacks. `elsewhere` means that it lacks the
    numbers in the question, so it is about another year or another article.
    """

    candidate: Candidate
    meaning: float
    words: float
    nearby: float
    shape: int
    unnamed: float
    elsewhere: bool

    @property
    def score(self) -> float:
        score = MEANING * self.meaning + WORDS * self.words + NEARBY * self.nearby + SHAPE * self.shape
        score *= (1 - UNNAMED * self.unnamed) * (1 - ELSEWHERE * self.elsewhere)
        return score * (1 - HEADING * (self.candidate.kind == "heading"))


def answer(question: str, passages: Sequence[Passage]) -> str:
    """Sentences in the context's order, each with its `[passage id]`, or UNKNOWN in the question's language."""
    chosen = choose(question, passages)
    return " ".join(f"{text} [{passage}]" for text, passage in chosen) or UNKNOWN[language_of(question)]


def choose(question: str, passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """`(sentence, passage id)` in the context's order; empty if nothing answers the question."""
    evidence = weigh(question, language_of(question), passages)
    if not evidence or evidence[0].score < ENOUGH:
        return []
    least = max(ENOUGH, BESIDE_THE_BEST * evidence[0].score)
    chosen = [found.candidate for found in evidence[:MOST_SENTENCES] if found.score >= least]
    return [(c.text, c.passage.id) for c in sorted(chosen, key=lambda c: c.order)]


def weigh(question: str, language: Language, passages: Sequence[Passage]) -> list[Evidence]:
    """The evidence for each sentence, best first."""
    wanted = list(dict.fromkeys(stems(question, language)))
    # A sentence that adds nothing to the question, such as a chart label, is not an answer.
    candidates = [c for c in _candidates(passages, language) if not set(stems(c.text, language)) <= set(wanted)]
    if not candidates or not wanted:
        return []
    weight = _weights(wanted, candidates)
    in_passage = {p.id: frozenset(stems(p.text, language)) for p in passages}
    foreign = {p.id for p in passages if language_of(p.text) != language}
    known = [word for word in wanted if any(share_of(word, words) for words in in_passage.values())]
    names = list(dict.fromkeys(stems(" ".join(_NAME.findall(question)), language)))

    def covered(c: Candidate, words: frozenset[str]) -> float:
        if c.kind == "row" and c.passage.id in foreign:  # names and numbers have no language
            return ANOTHER_LANGUAGE * _coverage(known, weight, words)
        return _coverage(wanted, weight, words)

    by_words = {c.order: covered(c, c.stems) for c in candidates}
    candidates = sorted(candidates, key=lambda c: by_words[c.order], reverse=True)[:MOST_CANDIDATES]
    vectors = sentence_model().embed([question, *(c.in_full for c in candidates)])
    evidence = [
        Evidence(
            c,
            meaning=float(near),
            words=by_words[c.order],
            nearby=covered(c, in_passage[c.passage.id]),
            shape=_fits(question, c.text),
            unnamed=0 if c.passage.id in foreign else _missing(names, weight, in_passage[c.passage.id]),
            elsewhere=bool(numbers(question) - numbers(c.passage.text)),
        )
        for c, near in zip(candidates, vectors[1:] @ vectors[0], strict=True)
    ]
    return sorted(evidence, key=lambda found: (-found.score, found.candidate.order))


def _candidates(passages: Sequence[Passage], language: Language) -> list[Candidate]:
    seen: set[tuple[str, str]] = set()
    candidates: list[Candidate] = []
    for passage in passages:
        heading = ""
        for sentence in sentences_of(without_description(passage.text)):
            text = _REFERENCE.sub("", sentence).strip()
            kind: Kind = "row" if is_row(text) else "sentence" if is_ended(text) else "heading"
            over = heading if kind == "row" else ""
            heading = text if kind == "heading" else heading
            if (over, text) in seen or len(text) < 3:
                continue
            seen.add((over, text))
            words = frozenset(stems(f"{over} {text}", language))
            candidates.append(Candidate(len(candidates), text, passage, kind, over, words))
    return candidates


def _weights(wanted: Sequence[str], candidates: Sequence[Candidate]) -> dict[str, float]:
    """Weights of the question's words: rare words count more (inverse document frequency over the sentences)."""
    found = Counter(word for word in wanted for c in candidates if share_of(word, c.stems))
    return {word: math.log(1 + (len(candidates) + 1) / (found[word] + 0.5)) for word in wanted}


def _coverage(wanted: Sequence[str], weight: dict[str, float], words: frozenset[str]) -> float:
    whole = sum(weight[word] for word in wanted)
    return sum(weight[word] * share_of(word, words) for word in wanted) / whole if whole else 0.0


def _missing(names: Sequence[str], weight: dict[str, float], words: frozenset[str]) -> float:
    return 1 - _coverage(names, weight, words) if names else 0.0


def _fits(question: str, sentence: str) -> int:
    """1 if the question asks for an amount or a date and the sentence has one, -1 if the sentence has none."""
    if _TIME.search(question):
        return 1 if _DATE.search(sentence) else -1
    if _AMOUNT.search(question):
        return 1 if numbers(sentence) - numbers(question) else -1
    return 0
