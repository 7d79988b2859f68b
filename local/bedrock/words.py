"""German and English words: the language of a text, and the stems of its words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

import tantivy

type Language = Literal["de", "en"]


def _listed(words: dict[Language, str]) -> dict[Language, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in words.items()}


# Words that are frequent in one language: a few of them identify it. "an", "in" and "was" count for both.
_TELLING = _listed(
    {
        "de": """
            aber als an auch auf aus bei bis das dass dem den der des die dies diese dieser durch ein
            eine einem einen einer eines er es für gibt hat ich ihr im in ist kann kein keine können
            mit muss nach nicht noch nur oder sein sich sie sind um und uns unter vom von vor wann
            warum was welche welchem welchen welcher welches wenn wer werden wie wir wird wo wurde
            zu zum zur zwischen über
        """,
        "en": """
            a about after all an and any are as at be been before between by can do does for from
            had has have he how i if in into is it its many may more much must my no not of on or
            our shall should than that the their there these they this to under was we were what
            when where which who why will with would you your
        """,
    }
)
# Question words and the like, which occur in most questions and do not identify the subject.
_ASKING = _listed(
    {
        "de": """
            beschreib beschreibe bitte erklär erkläre gelten gemäß genau gibt gilt hoch lang laut nenne
            nennen oft sag sage steht viel viele wann warum was welche welchem welchen welcher
            welches wem wen wer wie wieso wieviel wo wofür woher wozu zeigt
        """,
        "en": """
            according also describe described document documents does explain give how list long
            many me mean much outlined please provide say show shown tell what when where which who
            whom whose why
        """,
    }
)
_NAMES: dict[Language, str] = {"de": "german", "en": "english"}
_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_LOOKS = re.compile(r"[äöüß]|(?:ung|heit|keit|lich|isch|wert|zahl|nummer)(?:e?n?)\b|\b\d+,\d{1,2}\b", re.I)
_ENGLISH_LOOKS = re.compile(r"th|(?:tion|ing|ly|ty|ness|ment)s?\b|\b\d+\.\d{1,2}\b", re.I)
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


def language_of(text: str) -> Language:
    words = [word.lower() for word in _WORD.findall(text)]
    german, english = (sum(word in _TELLING[language] for word in words) for language in ("de", "en"))
    if german == english:  # headings, tables
        german, english = len(_GERMAN_LOOKS.findall(text)), len(_ENGLISH_LOOKS.findall(text))
    return "de" if german > english else "en"


def function_words(text: str) -> int:
    """The number of its function words. Prose has them, tables do not."""
    return sum(word.lower() in _TELLING["de"] | _TELLING["en"] for word in _WORD.findall(text))


def is_function_word(word: str) -> bool:
    """Of a word in lower case: an article, a pronoun, a question word and the like, in either language."""
    return any(word in words[language] for words in (_TELLING, _ASKING) for language in words)


def stems(text: str, language: Language) -> list[str]:
    """The stems of a text's words in order, without stop words and question words."""
    asking = _ASKING[language]
    return _analyzer(language).analyze(" ".join(word for word in _split(text) if word.lower() not in asking))


def numbers(text: str) -> frozenset[str]:
    """Numbers as written: 0,1 and 50-00-0 are one number each."""
    return frozenset(_NUMBER.findall(text))


def number_of(written: str, language: Language) -> float:
    """1,234.5 and 1.234,5 alike. Where one mark could be either, the language decides."""
    written = written.rstrip(".,").replace("'", "")
    marks = [mark for mark in written if mark in ".,"]
    grouped = bool(re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", written)) and len(set(marks)) == 1
    if grouped and (len(marks) > 1 or marks[0] == (".", ",")[language == "en"]):
        return float(re.sub("[.,]", "", written))
    if not marks:
        return float(written)
    whole, _, fraction = written.rpartition(marks[-1])
    return float(f"{re.sub('[.,]', '', whole)}.{fraction}")


def share_of(wanted: str, words: Iterable[str]) -> float:
    """How much of a stem is found among others, 0–1. German compounds can contain it."""
    best = 0.0
    for word in words:
        if word == wanted:
            return 1.0
        short, long = sorted((word, wanted), key=len)
        if len(short) >= 5 and short in long:
            best = max(best, 0.7)
    return best


def _split(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@cache
def _analyzer(language: Language) -> tantivy.TextAnalyzer:
    name = _NAMES[language]
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stopword(name))
        .filter(tantivy.Filter.stemmer(name))
        .build()
    )
