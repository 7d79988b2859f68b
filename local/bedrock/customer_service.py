"""Plays the model of a customer service: says with one of given labels what a message is about, or replies to it by
quoting a help text.

A label is chosen by meaning and by words, from the line that describes it. It understands nothing: a label whose line
describes everything else is chosen when no other is near enough.
"""

import re
from collections.abc import Sequence

import numpy as np

from local.bedrock.person_names import find_names
from local.bedrock.prompt import part
from local.bedrock.sentences import sentences_of
from local.bedrock.words import Language, language_of, stems
from local.kendra.embedding import Vectors, sentence_model
from local.models import chosen

_LABELS = re.compile(r"^[ \t]*Labels:[ \t]*(\S.*)$", re.MULTILINE)
_REST = re.compile(r"\b(?:else|other|others|rest|alles andere|sonst\w*|übrige\w*)\b", re.IGNORECASE)
_PHRASES = re.compile(r"[,;]|\bor\b|\boder\b", re.IGNORECASE)
_MASKED = re.compile(r"\{NAME\}")
_TITLED = re.compile(r"\b(?P<title>Mrs?|Ms|Miss|Herrn?|Frau)\b\.?\s+(?P<name>\{NAME\}|[A-ZÄÖÜ][\w'’-]+)")
_WOMAN = frozenset({"Mrs", "Ms", "Miss", "Frau"})
_NEAR, _SHARED = 0.32, 0.2  # a cosine, and what a word in common is worth
_FITS = 0.32
_MOST_SENTENCES = 3
# What German customers write about, in the language of the labels: the small sentence model knows no German.
_IN_ENGLISH = {
    german: english
    for english, words in {
        "order": "bestellung auftrag",
        "parcel": "paket päckchen",
        "delivery": "lieferung lieferzeit",
        "arrives": "kommt",
        "return": "zurückgeben zurückschicken umtauschen rückgabe umtausch",
        "refund": "erstattung rückerstattung",
        "shipping": "versand versandkosten",
        "warranty": "garantie gewährleistung",
        "privacy": "datenschutz",
        "where": "wo",
        "when": "wann",
        "is": "ist",
        "my": "mein meine",
    }.items()
    for german in words.split()
}
_GREETING = {
    "en": ("Dear Ms.", "Dear Mr.", "Dear customer,"),
    "de": ("Sehr geehrte Frau", "Sehr geehrter Herr", "Guten Tag,"),
}
_LATER = {"en": "A colleague will write to you.", "de": "Ein Kollege wird Ihnen schreiben."}


def plays(prompt: str) -> bool:
    if part(prompt, "message") is None:
        return False
    return part(prompt, "help") is not None or bool(_LABELS.search(prompt))


def answer(prompt: str) -> str:
    message = part(prompt, "message") or ""
    if (text := part(prompt, "help")) is not None:
        return _reply(message, text)
    # A model often ends its answer with a line break.
    return f"{_label(prompt, message)}\n"


def _label(prompt: str, message: str) -> str:
    listed = _LABELS.search(prompt)
    assert listed
    labels = [label.strip(" .\"'") for label in listed[1].split(",") if label.strip(" .\"'")]
    described = {label: _description(prompt, label) for label in labels}
    rest = next((label for label in labels if _REST.search(f"{label} {described[label]}")), None)
    named = [label for label in labels if label != rest]
    if not named:
        return rest or ""
    language = language_of(message)
    message = _in_english(message) if language == "de" else message
    told = [_without_names(each) for each in sentences_of(message)] or [message]
    told_words = set(stems(" ".join(told), language))
    phrases = {label: [f"{label}: {each}" for each in _phrases(described[label])] or [label] for label in named}
    asked = _vectors(told)

    def score(label: str) -> float:
        near = float((_vectors(phrases[label]) @ asked.T).max())
        words = set(stems(f"{label} {described[label]}", language))
        return near + _SHARED * min(2, len(told_words & words)) / 2

    best = max(named, key=score)
    return best if rest is None or score(best) >= _NEAR else rest


def _in_english(message: str) -> str:
    return re.sub(r"\w+", lambda word: _IN_ENGLISH.get(word[0].lower(), word[0]), message)


def _description(prompt: str, label: str) -> str:
    found = re.search(rf"^[ \t]*[-*]?[ \t]*{re.escape(label)}[ \t]*[:–-][ \t]*(\S.*)$", prompt, re.MULTILINE)
    return found[1] if found else ""


def _phrases(description: str) -> list[str]:
    return [each.strip() for each in _PHRASES.split(description) if each.strip()]


def _reply(message: str, text: str) -> str:
    language = language_of(message)
    fitting = _fitting(message, text)
    return f"{_greeting(message, language)}\n\n{' '.join(fitting) if fitting else _LATER[language]}"


def _greeting(message: str, language: Language) -> str:
    woman, man, nobody = _GREETING[language]
    if titled := _TITLED.search(message):
        return f"{woman if titled['title'] in _WOMAN else man} {titled['name']},"
    if _MASKED.search(message):
        return f"{man} {{NAME}},"
    for start, end in find_names(message):
        return f"{man} {message[start:end].split()[-1]},"
    return nobody


def _fitting(message: str, text: str) -> list[str]:
    """The help text's best sentence, and those after it that are about the same, as long as they fit too."""
    sentences = sentences_of(text)
    told = [_without_names(each) for each in sentences_of(message)]
    if not sentences or not told:
        return []
    scores = (_vectors(sentences) @ _vectors(told).T).max(axis=1)
    best = int(scores.argmax())
    if scores[best] < _FITS:
        return []
    end = best + 1
    while end < len(sentences) and end - best < _MOST_SENTENCES and not _begins_another(sentences[end]):
        end += 1
    return sentences[best:end]


def _begins_another(sentence: str) -> bool:
    """A sentence that says what it is for begins another piece of advice."""
    return bool(re.match(r"(?:To|If|For|Um|Wenn|Falls|Für)\b", sentence))


def _without_names(sentence: str) -> str:
    return re.sub(r"\{[A-Z_]+\}", "", sentence)


def _vectors(texts: Sequence[str]) -> Vectors:
    found = (chosen.multilingual() or sentence_model()).embed(list(texts))
    return np.asarray(found)
