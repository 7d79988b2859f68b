"""Which language a text is in, guessed from the words that hold others together, and what we ourselves say in each."""

import re
from collections.abc import Mapping
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


def note_of(question: str, answer: str, sources: str) -> str | None:
    """What to say of an answer in another language than its question, as an engine that only quotes gives it.

    The row of a table tells its language by the rest of what it was read in.
    """
    asked, told = language_of(question), language_of(answer) or language_of(sources)
    return _NOTE.get((asked, told)) if asked and told else None


def is_unknown(sentence: str) -> bool:
    """Whether a sentence, its citations left out, is what the model was told to write where nothing is known."""
    words = sentence.replace("’", "'").strip().rstrip(".! ").casefold()
    return words in {known.rstrip(".").casefold() for known in UNKNOWN.values()}
