"""Plays the parts of a debate by rules, in place of a language model: a debater, a consultant, and judges.

What tells two answers apart are the words and numbers that only one of them has. A speaker quotes the sentences of the
document that bear on them; a judge asks whether they are in what it may read, near to what the answer says of them. It
understands nothing, so what it decides shows how a debate runs, and not who is right.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from local.bedrock.prompt import part
from local.bedrock.sentences import sentences_of
from local.bedrock.words import Language, language_of, numbers, stems

_VERIFIED = re.compile(r"<v_quote>(.*?)</v_quote>", re.DOTALL)
_DENIES = re.compile(
    r"\b(?:not?|never|none|without|cannot|neither|unable|nicht|kein\w{0,2}|nie|ohne)\b|n['’]t\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"\b(?:only|just|solely|exclusively|except|nur|lediglich|ausschließlich|außer)\b", re.IGNORECASE)
# Not the first word of a sentence, which is capitalised whatever it is.
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÄÖÜ][\w-]+")
_QUOTED_WORDS = 28
_QUOTES = 3
# What a word or number that only one answer has is worth. A paraphrase has new words too, so they cost little.
_STATED_NAME, _MADE_UP_NAME = 0.6, -1.5
_NEAR_WORD, _OTHER_WORD, _NEW_WORD = 0.15, 0.05, -0.1
_DENIAL, _LIMIT = -1.0, -0.5


def plays(prompt: str) -> bool:
    return any(part(prompt, tag) is not None for tag in ("your_answer", "answer_a"))


def answer(prompt: str) -> str:
    if (own := part(prompt, "your_answer")) is not None:
        return _argument(
            part(prompt, "document") or "", own, part(prompt, "other_answer") or "", _rounds_so_far(prompt)
        )
    return _verdict(prompt, part(prompt, "answer_a") or "", part(prompt, "answer_b") or "")


@dataclass(frozen=True)
class _Source:
    """What one may read of the matter."""

    text: str
    language: Language

    @cached_property
    def sentences(self) -> list[str]:
        return [each for line in self.text.splitlines() if line.strip() for each in sentences_of(line)]

    @cached_property
    def words(self) -> list[frozenset[str]]:
        return [_words(each, self.language) for each in self.sentences]

    def about(self, claim: str, most: int = _QUOTES) -> list[int]:
        """The sentences that share most with a claim, best first."""
        wanted = _words(claim, self.language)
        shares = [(len(wanted & words) / (len(words) ** 0.5 or 1), index) for index, words in enumerate(self.words)]
        return [index for share, index in sorted(shares, key=lambda each: -each[0])[:most] if share > 0]

    def support(self, own: str, other: str) -> float:
        """How well the source bears what only this answer says. Names and numbers count most, then denials."""
        score = 0.0
        everything = frozenset().union(*self.words) if self.words else frozenset()
        for claim, telling in _telling(own, other, self.language):
            context = frozenset().union(*(self.words[index] for index in self.about(claim)))
            named = frozenset().union(*(stems(name, self.language) for name in _NAME.findall(claim))) | numbers(claim)
            for word in telling:
                if word in named:
                    score += _STATED_NAME if word in everything else _MADE_UP_NAME
                else:
                    score += _NEAR_WORD if word in context else _OTHER_WORD if word in everything else _NEW_WORD
        for pattern, cost in ((_DENIES, _DENIAL), (_LIMITS, _LIMIT)):
            score += cost * max(0, len(pattern.findall(own)) - len(pattern.findall(other)))
        return score


# How an argument begins, brings a quote, and names what the other answer has and the document lacks.
_SAID: Mapping[Language, tuple[str, str, str]] = {
    "en": (
        "My answer is what the document bears out.",
        "The document says:",
        "My opponent's answer has “{}”, of which the document says nothing.",
    ),
    "de": (
        "Meine Antwort ist das, was das Dokument belegt.",
        "Im Dokument steht:",
        "Die andere Antwort hat „{}“, und davon steht im Dokument nichts.",
    ),
}


def _argument(document: str, own: str, other: str, rounds: int) -> str:
    source = _Source(document, language_of(document))
    claims = [claim for claim, _ in _telling(own, other, source.language)] or [own]
    against = [claim for claim, _ in _telling(other, own, source.language)]
    found = [index for claim in (claims if rounds % 2 == 0 else against or claims) for index in source.about(claim)]
    fresh = list(dict.fromkeys(found))[: _QUOTES * (rounds + 1)][-_QUOTES:]
    opening, quoting, lacking = _SAID[source.language]
    said = [f"{quoting} <quote>{_short(source.sentences[index], own)}</quote>" for index in fresh]
    missing = [
        word
        for _, words in _telling(other, own, source.language)
        for word in words
        if not any(word in each for each in source.words)
    ]
    lines = [opening, *said]
    if missing:
        lines.append(lacking.format(missing[0]))
    return f"<argument>{' '.join(lines)}</argument>"


def _verdict(prompt: str, first: str, second: str) -> str:
    document, transcript = part(prompt, "document"), part(prompt, "transcript")
    if document is None and transcript is None:
        # It knows nothing, and the shorter answer says less that can be wrong.
        chosen, why = ("A" if len(first) <= len(second) else "B"), "Nothing but the answers is known."
    else:
        read = document if document is not None else "\n".join(_VERIFIED.findall(transcript or ""))
        source = _Source(read, language_of(read))
        scores = source.support(first, second), source.support(second, first)
        chosen = "A" if scores[0] > scores[1] or (scores[0] == scores[1] and len(first) <= len(second)) else "B"
        why = f"What only answer A says is supported by {scores[0]:.2f}, what only answer B says by {scores[1]:.2f}."
    return f"{why} No language model decided this.\nFinal Answer: {chosen}"


def _telling(own: str, other: str, language: Language) -> list[tuple[str, Sequence[str]]]:
    """Each sentence of an answer that has words or numbers which the other answer lacks, with these."""
    known = _words(other, language)
    found = ((claim, sorted(_words(claim, language) - known)) for claim in sentences_of(own))
    return [(claim, words) for claim, words in found if words]


def _words(text: str, language: Language) -> frozenset[str]:
    return frozenset(stems(text, language)) | numbers(text)


def _short(sentence: str, own: str) -> str:
    """The part of a long sentence that shares most with the answer."""
    words = sentence.split()
    if len(words) <= _QUOTED_WORDS:
        return sentence
    wanted = {word.casefold() for word in own.split()}
    hits = [word.casefold().strip(".,") in wanted for word in words]
    start = max(range(len(words) - _QUOTED_WORDS + 1), key=lambda at: sum(hits[at : at + _QUOTED_WORDS]))
    return " ".join(words[start : start + _QUOTED_WORDS])


def _rounds_so_far(prompt: str) -> int:
    return len(re.findall(r'<argument by="you"', part(prompt, "transcript") or ""))
