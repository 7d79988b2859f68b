"""Which passage a sentence most likely rests on, by its words: the mechanical half of the second look.

The guardrail has the last word. So the bar is set for it not to be asked in vain, and for a sentence about something
else not to find a passage that only shares its figures.
"""

import re
from collections.abc import Iterable, Sequence

from .retrieved_passages import Passage
from .stated_numbers import has_numbers
from .text_languages import language_of, telling_words

# Of a sentence's words that count, in its passage; across languages only names and kindred words are the same.
BAR, BAR_ACROSS = 0.6, 0.25
# Of the question's: what a passage about something else says is true of something else.
QUESTION_BAR, QUESTION_BAR_ACROSS = 0.5, 0.2
MOST_LOOKS = 2  # guardrail calls for one sentence, besides that with its own citations
_WORD = re.compile(r"[^\W\d_]{3,}|[^\W_]*\d[^\W_]*")


def likely_sources(words: str, question: str, passages: Sequence[Passage]) -> list[int]:
    """The numbers of the passages that share enough of a sentence's words and of its question's, the best first."""
    said, asked = _words_of(words), _words_of(question)
    if not said or not _share(asked, words):
        return []  # it names nothing of what is asked
    shares = [(_support(words, said, question, asked, passage), -number) for number, passage in enumerate(passages, 1)]
    return [-number for share, number in sorted(shares, reverse=True) if share > 0][:MOST_LOOKS]


def is_told(words: str, sources: Iterable[str], passages: Iterable[Passage]) -> bool:
    """Whether a sentence repeats what a document tells language models, rather than what its sources say."""
    left_out = "\n".join({passage.left_out for passage in passages})
    said = _words_of(words)
    return bool(left_out.strip()) and _share(said, left_out) > max(0.0, *(_share(said, each) for each in sources)) / 2


def names_what_is_asked(question: str, answer: str) -> bool:
    """Whether an answer has one of the words that a question is about, or is in another language."""
    asked = _words_of(question)
    return _is_across(question, answer) or not asked or _share(asked, answer) > 0


def _support(words: str, said: set[str], question: str, asked: set[str], passage: Passage) -> float:
    """0 under the bars."""
    text = passage.ground
    across = _is_across(words, text)
    if across and not has_numbers(words):
        return 0.0  # nothing then holds it to its passage
    if _share(asked, text) < (QUESTION_BAR_ACROSS if _is_across(question, text) else QUESTION_BAR):
        return 0.0
    share = _share(said, text)
    return share if share >= (BAR_ACROSS if across else BAR) else 0.0


def _share(words: set[str], text: str) -> float:
    folded = " ".join(["", *re.findall(r"\w+", text.casefold())])
    return sum(f" {_stem(word)}" in folded for word in words) / len(words) if words else 0.0


def _words_of(text: str) -> set[str]:
    """Those that tell what it is about, in small letters."""
    return {word for word in map(str.casefold, _WORD.findall(text)) if word not in telling_words()}


def _is_across(words: str, text: str) -> bool:
    told, stands = language_of(words), language_of(text)
    return bool(told and stands and told != stands)


def _stem(word: str) -> str:
    """What is the same in other forms of a word, and in its kin of the other language: formaldeh-yd, formaldeh-yde."""
    return word[: max(5, len(word) - 3)]
