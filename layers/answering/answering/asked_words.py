"""The words that tell what a question of a questionnaire is about, without how it is put."""

import re

from .passage_support import words_of
from .statement_bearing import denies

# How questionnaires ask, not what about.
_HOW = """
    able accordance address allow any applicable application appropriate are available been briefly business can
    company confirm currently define defined describe detail detailed details document documented does done each
    ensure ensures established exist exists explain following formal give have how implement implemented include
    including indicate kind list long maintain maintained many may much must name offer offers organisation
    organisations organization organizations outline perform performed place please policies policy procedure
    procedures process processes product provide provided provider provides question regarding service services shall
    should software solution specify state such summarise summarize supplier support supported supports system
    systems tell type types use used uses using vendor verify what when where whether which who will with within your
    our please yes
    anbieter anwendung auftragnehmer bieten bietet bitte beschreiben beschreibung dokumentiert einsetzen erläutern
    existieren existiert firma geben gibt haben ihre ihrem ihren ihrer inwieweit können kann lieferant lösung müssen
    muss nennen nutzen organisation produkt sollte sollten stellen system systeme unterstützen unterstützt unternehmen
    verfügen verfügt verwenden verwendet vorhanden welche welchem welchen welcher werden wird wurde ja
"""
_HOW_WORDS = frozenset(_HOW.split())
# Words of questionnaires that say the same. German compounds stay apart.
_SAME = (
    ("multi-factor authentication", "mfa"),
    ("multifactor authentication", "mfa"),
    ("two-factor authentication", "mfa"),
    ("2fa", "mfa"),
    ("single sign-on", "sso"),
    ("penetration tests", "pentest"),
    ("penetration test", "pentest"),
    ("penetration testing", "pentest"),
    ("pen tests", "pentest"),
    ("pen test", "pentest"),
    ("business continuity plan", "bcp"),
    ("disaster recovery plan", "drp"),
    ("personally identifiable information", "pii"),
    ("personal data", "pii"),
    ("personenbezogene daten", "pii"),
    ("personenbezogenen daten", "pii"),
    ("mehr-faktor-authentifizierung", "mfa"),
    ("multi-faktor-authentifizierung", "mfa"),
    ("zwei-faktor-authentifizierung", "mfa"),
    ("personnel", "staff"),
    ("employees", "staff"),
    ("employee", "staff"),
    ("mitarbeiter", "staff"),
    ("mitarbeiterinnen", "staff"),
    ("beschäftigte", "staff"),
    ("clients", "customer"),
    ("client", "customer"),
    ("customers", "customer"),
    ("annually", "yearly"),
    ("every year", "yearly"),
    ("jährlich", "yearly"),
    ("how often", "frequency"),
    ("how frequently", "frequency"),
    ("wie oft", "frequency"),
    ("wie häufig", "frequency"),
)
_SAID_SO = dict(_SAME)
_SAID = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_SAID_SO, key=len, reverse=True)))})\b")
LEAST = 2  # words that a question must be about for another one to be the same


def asked_words(question: str) -> set[str]:
    """In small letters, as `share_of` takes them."""
    return words_of(question) - _HOW_WORDS or words_of(question)


def meaning_of(question: str) -> frozenset[str]:
    """The same for questions that ask the same in other words; empty where too little is left to tell."""
    said = _SAID.sub(lambda found: _SAID_SO[found[0]], question.casefold())
    words = {_stem(word) for word in words_of(said) - _HOW_WORDS}
    if len(words) < LEAST:
        return frozenset()
    return frozenset({*words, *re.findall(r"\d[\d.,]*", said), *(["not"] if denies(question, question) else [])})


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ed", "en", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word
