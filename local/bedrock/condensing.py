"""Makes a follow-up question stand alone, by rules: it adds the previous question, which holds what is left out."""

import re

from local.bedrock.words import Language, language_of, stems

_TURN = re.compile(
    r"^\s*(?:<(?:turn|message)[^>]*role=[\"']?(\w+)[\"']?[^>]*>|(\w+)\s*:)"
    r"\s*(.*?)(?:</(?:turn|message)>)?\s*$"
)
_ALONE = re.compile(r"(?P<own>.+[?.!]?) \((?P<topic>[^()]+\?)\)", re.DOTALL)
_ASKERS = frozenset({"user", "human", "question", "nutzer", "frage", "q"})
_LEANS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(and|what about|how about|also|then)\b|"
        r"\b(it|its|they|them|their|that|those|these|this|he|she|one)\b",
        re.I,
    ),
    "de": re.compile(
        r"^(und|was ist mit|wie ist es mit|auch|dann)\b|"
        r"\b(es|dessen|deren|davon|dafür|damit|daran|dazu|diese[rsnm]?|er|sie|"
        r"ihn|ihm|ihr|ihre[rsnm]?|jene[rsnm]?)\b",
        re.I,
    ),
}


def standalone(question: str, history: str) -> str:
    """The question unchanged if it stands alone, otherwise followed by the last question of the history in brackets."""
    asked = _last_question(history)
    language = language_of(question)
    leans = _LEANS[language].search(question) or len(stems(question, language)) < 2
    return f"{question} ({asked})" if asked and leans else question


def parted(question: str) -> tuple[str, str]:
    """A question made to stand alone, as it was put and with what it is about; the latter is empty for others."""
    found = _ALONE.fullmatch(question)
    return (found["own"], found["topic"]) if found else (question, "")


def _last_question(history: str) -> str | None:
    questions = [
        match[3].strip()
        for line in history.splitlines()
        if (match := _TURN.match(line)) and (match[1] or match[2]).lower() in _ASKERS and match[3].strip()
    ]
    return questions[-1] if questions else None
