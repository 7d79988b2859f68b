"""Which language a text is in, guessed from the words that hold others together, and what we ourselves say in each."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

type Language = Literal["de", "en"]

LANGUAGES: tuple[Language, Language] = ("de", "en")

# Words frequent in one of the languages and absent from the other.
_WORDS: Mapping[Language, str] = {
    "de": """
        aber als auch auf aus bei bis das dass dem den der des die dies diese dieser durch ein eine einem einen einer
        eines er es für gibt hat ich ihr im ist kann kein keine mit muss nach nicht noch nur oder sein sich sie sind um
        und uns unter vom von vor wann warum was welche welchem welchen welcher welches wenn wer werden wie wir wird
        wo wurde wurden zu zum zur zwischen über
    """,
    "en": """
        a about after all an and any are as at be been before between by can do does for from had has have how i if
        in into is it its may me more my no not of on or our should than that the their them there these they this to
        under was we were what when where which who why will with would you your
    """,
}
_TELLING = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_UMLAUT = re.compile(r"[äöüß]", re.IGNORECASE)

UNKNOWN: Mapping[Language, str] = {"en": "I don't know.", "de": "Das weiß ich nicht."}
_UNKNOWN = re.compile(
    r"""\W*(?:(?:i'm\s|i\sam\s)?sorry,?\s(?:but\s)?|unfortunately,?\s|leider\s)?(?:
        i\s(?:do\snot|don't|cannot|can't)\s(?:know|tell|answer|find)\b[^.!?]{0,120}
      | (?:das\s|es\s|ich\s|dies\s|die\santwort\s)?(?:weiß|weiss|kenne)\s(?:ich\s)?(?:es\s|das\s)?(?:leider\s)?nicht
      | (?:the\s)?(?:(?:provided|given)\s)?(?:passages?|context|documents?|text)\s(?:above\s)?
        (?:do|does)(?:\snot|n't)\s(?:hold|contain|provide|mention|specify|include|state|say|give)\b[^.!?]{0,160}
      | (?:the\sanswer|there)\s(?:is|are)\s(?:not|no)\b[^.!?]{0,60}\b(?:passages?|context|documents?)\b[^.!?]{0,40}
      | (?:die|der|den|das)\s(?:passagen?|kontext|dokumente?n?|text)\s(?:enthält|enthalten|nennt|nennen|sagt|sagen)\s
        (?:[^.!?]{0,80}\s)?(?:keine?n?|nicht)\b[^.!?]{0,120}
      | (?:es\sgibt|in\sden\spassagen\s(?:gibt\ses|steht))\s(?:[^.!?]{0,60}\s)?(?:keine?n?|nichts?)\b
        [^.!?]{0,60}\b(?:angaben?|informationen?|passagen?|hinweise?)\b[^.!?]{0,60}
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
REFUSED: Mapping[Language, str] = {
    "en": "I cannot help with this question.",
    "de": "Bei dieser Frage kann ich nicht helfen.",
}
# What is kept of a refused question, and shown as a conversation's title: it can hold a password.
WITHHELD: Mapping[Language, str] = {"en": "A question that is withheld", "de": "Eine zurückgehaltene Frage"}
CUT: Mapping[Language, str] = {
    "en": "The answer is not complete: there was no time for the rest of it.",
    "de": "Die Antwort ist nicht vollständig: Für den Rest war keine Zeit.",
}
# By Converse's reasons for which a reply ends before its end.
_NO_ROOM: Mapping[Language, str] = {
    "en": "The answer is not complete: the model had no room for the rest of it.",
    "de": "Die Antwort ist nicht vollständig: Für den Rest hatte das Modell keinen Platz.",
}
_FILTERED: Mapping[Language, str] = {
    "en": "The answer is not complete: the model's own filter stopped it.",
    "de": "Die Antwort ist nicht vollständig: Der Filter des Modells hat sie angehalten.",
}
BROKE_OFF: Mapping[str, Mapping[Language, str]] = {
    "max_tokens": _NO_ROOM,
    "model_context_window_exceeded": _NO_ROOM,
    "content_filtered": _FILTERED,
    "guardrail_intervened": _FILTERED,
}
# What is said of an answer that is not complete.
INCOMPLETE = frozenset({*CUT.values(), *_NO_ROOM.values(), *_FILTERED.values()})
NOTHING_COMPLETE: Mapping[Language, str] = {
    "en": "There is no answer this time: what the model wrote holds no complete sentence. Ask again, or ask for less.",
    "de": "Diesmal gibt es keine Antwort: Was das Modell schrieb, enthält keinen ganzen Satz. "
    "Fragen Sie noch einmal oder nach weniger.",
}
NOTHING_PASSED: Mapping[Language, str] = {
    "en": "What the model wrote is not shown, because it did not pass the checks against the documents.",
    "de": "Was das Modell schrieb, wird nicht gezeigt, weil es die Prüfung an den Dokumenten nicht bestand.",
}
_INSTRUCTS: Mapping[Language, str] = {
    "en": "{} tells language models what to do. That was left out; check what this document says.",
    "de": "{} sagt Sprachmodellen, was sie tun sollen. Das wurde weggelassen; prüfen Sie, was dieses Dokument sagt.",
}
_NOTE: Mapping[tuple[Language, Language], str] = {
    ("en", "de"): "The answer is quoted from a German document.",
    ("de", "en"): "Die Antwort ist aus einem englischen Dokument zitiert.",
}


def language_of(text: str) -> Language | None:
    """None where the words do not tell: in tables, names and numbers."""
    words = [word.lower() for word in _WORD.findall(text)]
    german, english = (sum(word in _TELLING[language] for word in words) for language in LANGUAGES)
    if german == english:
        return "de" if _UMLAUT.search(text) else None
    return "de" if german > english else "en"


@cache
def telling_words() -> frozenset[str]:
    """Words that hold others together, of all languages: they tell nothing of what a text is about."""
    return frozenset().union(*_TELLING.values())


def instructing_note(language: Language, file_names: Iterable[str]) -> str:
    return _INSTRUCTS[language].format(", ".join(file_names))


def note_of(question: str, answer: str, sources: str) -> str | None:
    """What to say of an answer in another language than its question, as an engine that only quotes gives it.

    The row of a table tells its language by the rest of what it was read in.
    """
    asked, told = language_of(question), language_of(answer) or language_of(sources)
    return _NOTE.get((asked, told)) if asked and told else None


def is_unknown(sentence: str) -> bool:
    """Whether a sentence, its citations left out, says that nothing is known, as models say it."""
    return bool(_UNKNOWN.fullmatch(sentence.replace("’", "'")))
