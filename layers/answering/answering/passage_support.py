"""Which passage a sentence most likely rests on, by its words: the mechanical half of the second look.

The guardrail has the last word. So the bar is set for it not to be asked in vain, and for a sentence about something
else not to find a passage that only shares its figures.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import pairwise

from .retrieved_passages import Passage
from .stated_numbers import has_numbers
from .text_languages import language_of, telling_words

# Of a sentence's words that count, in its passage; across languages only names and kindred words are the same.
BAR, BAR_ACROSS = 0.6, 0.15
# Of the question's: what a passage about something else says is true of something else.
QUESTION_BAR, QUESTION_BAR_ACROSS = 0.3, 0.12
# "Yes" to a question of which the passage lacks a word says more than the passage.
YES_OR_NO_BAR = 0.8
_YES_OR_NO = re.compile(r"\W*(?:yes|no|ja|nein)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,']*\d|\d")
# Which kind of answer is asked for, not about what.
_ASKS = """
    long many much often high low old large big must may please tell
    viel viele vielen oft lange lang hoch groß alt muss müssen darf dürfen bitte kann können
"""
_ASKING = frozenset(_ASKS.split())
# Of the neighbouring words of a sentence, in what a model was told to say.
REPEATED = 0.5
MOST_LOOKS = 2  # guardrail calls for one sentence, besides that with its own citations
# Words, and codes such as E17; figures are held against the passage by themselves.
_WORD = re.compile(r"[^\W\d_]{3,}|[^\W\d_]+\d+[^\W_]*")


def likely_sources(words: str, question: str, passages: Sequence[Passage]) -> list[int]:
    """The numbers of the passages that share enough of a sentence's words and of its question's, the best first."""
    said, asked = words_of(words), words_of(question) - _ASKING
    if not said or not share_of(asked, words):
        return []  # it names nothing of what is asked
    weights = weights_of(asked, passages)
    shares = [
        (_support(words, said, question, weights, passage.ground), -number)
        for number, passage in enumerate(passages, 1)
    ]
    return [-number for share, number in sorted(shares, reverse=True) if share > 0][:MOST_LOOKS]


def is_told(words: str, sources: Sequence[str], passages: Iterable[Passage]) -> bool:
    """Whether a sentence repeats what a document tells language models, rather than what its sources say."""
    left_out = "\n".join({passage.left_out for passage in passages})
    if not left_out.strip():
        return False
    said = words_of(words)
    if share_of(said, left_out) > max(share_of(said, each) for each in sources):
        return True
    in_told = _shared_pairs(words, left_out)
    return in_told >= REPEATED and in_told > max(_shared_pairs(words, each) for each in sources)


def names_what_is_asked(question: str, answer: str) -> bool:
    """Whether an answer has one of the words that a question is about, or is in another language."""
    asked = words_of(question)
    return _is_across(question, answer) or not asked or share_of(asked, answer) > 0


def _support(words: str, said: Set[str], question: str, weights: Mapping[str, float], text: str) -> float:
    """0 under the bars."""
    across = _is_across(words, text)
    if across and not has_numbers(words):
        return 0.0  # nothing then holds it to its passage
    if share_of(weights, text, weights) < _question_bar(words, question, text) or _has_stray_numbers(words, text):
        return 0.0
    share = share_of(said, text)
    return share if share >= (BAR_ACROSS if across else BAR) else 0.0


def weights_of(words: Iterable[str], passages: Sequence[Passage]) -> dict[str, float]:
    """What tells passages apart counts more: inverse document frequency."""
    texts = [passage.ground for passage in passages]
    found = {word: sum(share_of({word}, text) > 0 for text in texts) for word in words}
    return {word: math.log(1 + (len(texts) + 1) / (count + 0.5)) for word, count in found.items()}


def _question_bar(words: str, question: str, text: str) -> float:
    if _is_across(question, text):
        return QUESTION_BAR_ACROSS
    return YES_OR_NO_BAR if _YES_OR_NO.match(words) else QUESTION_BAR


def _has_stray_numbers(words: str, text: str) -> bool:
    """Whether nothing tells what a number belongs to, as in the cells of a table that was torn apart; or the sentence
    has it more often than the passage, so once for something else."""
    lines = text.splitlines()
    for number in _NUMBER.findall(words):
        of_number = [line for line in lines if number in line]
        if of_number and (
            not any(_WORD.search(line) for line in of_number) or words.count(number) > text.count(number)
        ):
            return True
    return False


def share_of(words: Collection[str], text: str, weights: Mapping[str, float] | None = None) -> float:
    """Of the words, by weight, how many a text has in one form or another."""
    folded = " ".join(["", *re.findall(r"\w+", text.casefold())])
    weight = {word: weights[word] if weights else 1.0 for word in words}
    whole = sum(weight.values())
    return sum(weight[word] for word in words if f" {_stem(word)}" in folded) / whole if whole else 0.0


def _shared_pairs(words: str, text: str) -> float:
    """Of neighbouring words, so that "need a badge" is not "need no badge"."""
    said, told = (_pairs(each) for each in (words, text))
    return len(said & told) / len(said) if said else 0.0


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(re.findall(r"\w+", text.casefold())))


def words_of(text: str) -> set[str]:
    """Those that tell what it is about, in small letters."""
    return {word for word in map(str.casefold, _WORD.findall(text)) if word not in telling_words()}


def _is_across(words: str, text: str) -> bool:
    told, stands = language_of(words), language_of(text)
    return bool(told and stands and told != stands)


def _stem(word: str) -> str:
    """What is the same in other forms of a word, and in its kin of the other language: formaldeh-yd, formaldeh-yde."""
    return word[: max(5, len(word) - 3)]
