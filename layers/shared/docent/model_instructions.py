"""Texts that speak to a language model, as in "ignore all other instructions", and not to a person.

Patterns find what is usually tried, not everything.
"""

import re

_MODEL = (
    r"(?:an?\s|the\s|any\s|all\s|every\s|die\s|das\s|den\s|alle\s|jede[ns]?\s)?"
    r"(?:ai\b|llms?\b|assistants?\b|chat-?\s?bots?\b|(?:large\s)?language\smodels?\b|ki\b|ki-\w+|assistenten?\b|sprachmodelle?\b)"
)
# Only what speaks of prompts: manuals and policies tell people not to ignore or disclose something, forms to answer
# all questions, and letters are happy to answer any.
_EARLIER = r"(?:all|any|every|previous|prior|above|other|earlier|preceding|your|everything)"
_FRUEHER = r"(?:alle\w*|bisherige\w*|vorherige\w*|obige\w*|andere\w*|frühere\w*|deine\w*)"
_OTHERS = r"(?:instructions?|prompts?|passages?|context|guidelines|messages?)\b"
_ANDERE = r"(?:anweisung|anleitung|vorgabe|passage|kontext|eingabe)"
_TELLS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!not\s)(?<!never\s)\b(?:ignore|disregard|forget|override)\s(?:\w+\s){{0,2}}?{_EARLIER}\b.{{0,30}}\b{_OTHERS}",
        rf"\b(?:ignoriere?|vergiss|missachte)\s(?:\w+\s){{0,2}}?{_FRUEHER}\b.{{0,30}}{_ANDERE}",
        r"\b(?:answer|reply|respond|end|begin|start|finish)\b.{0,30}\b(?:every|each|any|all)\b.{0,20}"
        r"\b(?:questions?|answers?|repl(?:y|ies)|responses?)\b.{0,20}\bwith\b.{0,30}[:\"“„]",
        r"\b(?:be)?antworte\b.{0,30}\b(?:jede|alle|immer|stets|nur|ausschließlich)\b.{0,40}(?:\bmit\b.{0,30})?[:\"“„]",
        r"\bwhatever\s(?:is|you\sare|the\suser)\b.{0,20}\bask(?:s|ed)?\b.{0,40}\b(?:answer|say|reply|respond|write)\b",
        r"\begal,?\swas\b.{0,30}\bgefragt\b.{0,40}\b(?:antworte|sage?|schreibe?)\b",
        rf"\b(?:note|notice|message|instructions?|attention|hinweis|anweisung(?:en)?|nachricht|notiz|achtung)\b"
        rf"[^.\n]{{0,20}}\b(?:to|for|an|für)\s{_MODEL}",
        r"\byou\sare\snow\s(?:in\s\w+\smode\b|(?:an?|the|my)\s[^.\n]{0,30}\b(?:assistant|bot|language\smodel|ai)\b)",
        r"\bfrom\snow\son,?\s(?:you\s)?(?:answer|reply|respond)\b|\bab\s(?:jetzt|sofort)\santworte\b",
    )
)


def tells_a_model(text: str) -> bool:
    """Whether it tells a language model, or who reads for it, what to do."""
    return any(pattern.search(text) for pattern in _TELLS)
