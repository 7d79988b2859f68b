"""Sums up a transcript by quoting its most central sentences in order."""

import re

import numpy as np

from local.bedrock.sentences import sentences_of
from local.kendra.embedding import Vectors, sentence_model

USUAL_SENTENCES = 5
MOST_SENTENCES = 30
MOST_CANDIDATES = 200  # sentences whose vectors are computed, 7 ms each
SMALL_TALK_WORDS = 6  # shorter sentences are greetings and thanks
ANOTHER = 0.75  # from this cosine, two sentences say the same
_COUNT_WORDS = {
    word: count
    for words in (
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"),
    )
    for count, word in enumerate(words, start=1)
}
_LENGTH = re.compile(
    r"\b(\d{1,2}|"
    + "|".join(_COUNT_WORDS)
    + r")(?:\s+\w+)?\s+(?:sentences?|sätzen?|sätze|bullet|points?|punkte?n?|stichpunkte?n?)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?([\w .'-]{1,40}):\s+")


def summary(transcript: str, instructions: str) -> str:
    """The number of sentences in the instructions ("in three sentences"), default 5, one per line."""
    spoken = [sentence for line in transcript.splitlines() for sentence in _spoken(line)]
    told = [sentence for sentence in spoken if len(sentence.split()) >= SMALL_TALK_WORDS] or spoken
    if not told:
        return ""
    step = -(-len(told) // MOST_CANDIDATES)
    told = told[::step] if step > 1 else told
    vectors = sentence_model().embed(told)
    return "\n".join(told[index] for index in sorted(_central(vectors, _wanted(instructions))))


def _spoken(line: str) -> list[str]:
    speaker = _SPEAKER.match(line)
    name = f"{speaker[1].strip()}: " if speaker else ""
    return [name + sentence for sentence in sentences_of(line[speaker.end() :] if speaker else line)]


def _wanted(instructions: str) -> int:
    if not (named := _LENGTH.search(instructions)):
        return USUAL_SENTENCES
    count = named[1].lower()
    return min(MOST_SENTENCES, max(1, int(count) if count.isdigit() else _COUNT_WORDS[count]))


def _central(vectors: Vectors, wanted: int) -> list[int]:
    """The sentences nearest to all others, without duplicates."""
    central = np.clip(vectors @ vectors.T, 0, None).mean(axis=1)
    chosen: list[int] = []
    for index in np.argsort(-central, kind="stable"):
        if len(chosen) < wanted and all(float(vectors[index] @ vectors[other]) < ANOTHER for other in chosen):
            chosen.append(int(index))
    return chosen
