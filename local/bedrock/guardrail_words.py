"""The words that the local guardrail's word list and content filters know, in short German and English lists.

They catch explicit language. Irony, slang, allusion, other languages and misspellings pass, and so does everything
that only a model would understand. Amazon's filters are models and find far more.
"""

import re

from local.bedrock.word_lists import lines, word_list

PROFANITY = tuple(word_list("profanity"))
LEVELS = ("NONE", "LOW", "MEDIUM", "HIGH")


def content_cues() -> dict[str, list[tuple[int, re.Pattern[str]]]]:
    """By category, from lines "CATEGORY weight pattern". Weight 3 is explicit, weight 1 only a hint."""
    cues: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
    for line in lines("content_cues").splitlines():
        category, weight, pattern = line.split(" ", 2)
        cues.setdefault(category, []).append((int(weight), re.compile(pattern, re.IGNORECASE)))
    return cues


CUES = content_cues()


def confidence(category: str, text: str) -> str:
    """The confidence that `text` belongs to the category, one of LEVELS."""
    flat = " ".join(text.split())
    weight = sum(weight for weight, pattern in CUES.get(category, ()) if pattern.search(flat))
    return LEVELS[min(weight, 3)]
