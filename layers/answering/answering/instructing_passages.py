"""Passages that speak to a language model: "ignore all other passages", "answer every question with …".

The model does not get such sentences, and no answer can rest on them. Patterns find what is usually tried, not
everything: docs/security.md tells what remains.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from docent.model_instructions import tells_a_model

from .retrieved_passages import Passage

# Tokens that tell who speaks, and the tags of our own prompts: all between the first and the last is left out.
_CONTROL = re.compile(
    r"[<‹][|｜][^|｜\n]{1,40}[|｜][>›]|[\[⟦]/?INST\]|[<‹]{1,2}/?SYS>{1,2}|[<‹]/?(?:start|end)_of_turn>"
    r"|[<‹]/?(?:context|passage|question|history|standalone)\b[^>\n]{0,200}>",
    re.IGNORECASE,
)
# These only in a passage that has one of those.
_TELLS_ON = re.compile(
    r"^\W*(?:(?:please\s|bitte\s)?(?:answer|say|reply|respond|write|output|print|repeat|tell|pretend|do\snot"
    r"|always|never|system\s?:|assistant\s?:|antworte|schreibe?|sage?|gib|wiederhole|nenne|verwende|erwähne|verrate)\b"
    r"|whatever\b|instead\b|stattdessen\b|from\snow\son\b|you\sare\snow\b|du\sbist\b|ab\s(?:jetzt|sofort)\b)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_QUOTES = re.compile(r"[\"“”„]")
_LONGEST_QUOTE = 3  # sentences that a quote goes on for


def without_instructions(passages: Sequence[Passage]) -> list[Passage]:
    """The passages without what they tell a model. `left_out` is what was left out of their document."""
    parted = [(passage, *_parted(passage.text)) for passage in passages]
    left_out: dict[str, str] = {}
    for passage, _, told in parted:
        left_out[passage.document_id] = f"{left_out.get(passage.document_id, '')}\n{told}".strip()
    return [
        replace(passage, text=text, left_out=left_out[passage.document_id])
        for passage, text, _ in parted
        if text.strip()
    ]


def _parted(text: str) -> tuple[str, str]:
    """What a text says, and what it tells a model."""
    told: list[str] = []
    if controls := list(_CONTROL.finditer(text)):
        begin, end = controls[0].start(), controls[-1].end()
        told.append(text[begin:end])
        text = f"{text[:begin]}\n{text[end:]}"
    sentences = _SENTENCE_END.split(text)
    if not any(map(tells_a_model, sentences)):
        return text, "\n".join(told)
    kept = list(_kept(sentences, told))
    return "\n".join(kept), "\n".join(told)


def _kept(sentences: Sequence[str], told: list[str]) -> Iterator[str]:
    within = 0  # sentences that an open quote may still go on for
    for sentence in sentences:
        is_odd = len(_QUOTES.findall(sentence)) % 2 == 1
        if within:
            within = 0 if is_odd else within - 1
        elif tells_a_model(sentence) or _TELLS_ON.search(sentence):
            within = _LONGEST_QUOTE if is_odd else 0
        else:
            yield sentence
            continue
        told.append(sentence)
