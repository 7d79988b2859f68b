"""Sentences in documents that tell a model, or the reader of an answer, what to say. They are never an answer.

What a document tells its own readers to do ("Use only oil of class 46.") is one.
"""

import re

_SAY = r"(?:say|state|tell|answer|respond|reply|write|output|print|repeat|claim|confirm|pretend|reveal|recommend)"
_SAGE = (
    r"(?:sagen?|antworten?|antworte|schreiben?|schreibe|behaupten?|behaupte|bestätigen?|bestätige|wiederholen?"
    r"|wiederhole|verraten?|verrate|empfiehl|empfehlen)"
)
_OPENING = r"^(?:\W|\b(?:please|now|always|instead|important|note|bitte|jetzt|immer|stattdessen|wichtig|hinweis)\b)*"
_COMMAND = r"(?:^|[,;:.!–-]\s*|\b(?:please|must|should|now|and|bitte|und|jetzt)\s+)"
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>|</?(?:think|system|assistant)\b",
        rf"{_COMMAND}(?:ignore|disregard|forget|override|bypass)\b[^.]{{0,40}}"
        r"\b(?:instructions?|prompts?|context|passages?|rules|guidelines|questions?|above|everything)\b",
        rf"{_COMMAND}(?:ignorieren?|vergiss|vergessen|missachten?|übergehen?)\b[^.]{{0,40}}"
        r"\b(?:anweisung|vorgabe|regel|frage|kontext|prompt|obige|vorherige|bisherige|alles)",
        r"\bsystem ?prompt|\b(?:as|you are|du bist) (?:now )?(?:an? |ein )?"
        r"(?:AI|KI|assistant|assistent|(?:large )?language model|sprachmodell|chatbot)\b",
        rf"{_OPENING}{_SAY}(?: only| just| always)?"
        r"(?:\s*[\"'“„:]| that\b| with\b| them\b| users?\b| everyone\b| the (?:user|reader|asker|following)\b)",
        rf"{_OPENING}{_SAGE}(?: sie)?(?: nur| immer| stets)?"
        r"(?:\s*[\"'“„:]|,? dass\b| mit\b| dem (?:nutzer|leser|benutzer)\b| den nutzern\b)",
        rf"\b(?:you|assistants?|models?|chatbots?|AI) (?:must|should|shall|have to|need to|will|are to) (?:\w+ )?{_SAY}"
        r"(?= only\b| that\b| with\b| the (?:user|question|reader)\b| every\b| all questions\b|\s*[\"'“:])",
        rf"\bdu (?:musst|sollst)\b[^.]{{0,60}}\b{_SAGE}\b",
        rf"\b(?:sie müssen|sie sollen|(?:sprach)?modelle?|assistenten?|KI)\b[^.]{{0,60}}\b{_SAGE}(?:,? dass\b|:)",
        r"\b(?:if|when|whenever) (?:you are |(?:any|some)one (?:is )?|(?:the|a) user (?:is )?)?ask(?:s|ed)\b"
        rf"[^.]*\b{_SAY}\b",
        rf"\b(?:wenn|falls) (?:du|man|jemand|(?:der|ein) (?:be)?nutzer)\b[^.]*\b(?:ge)?fragt\b[^.]*\b{_SAGE}\b",
    )
)


def is_order(sentence: str) -> bool:
    return any(order.search(sentence) for order in _ORDERS)
