"""Who is who in a call, so that its summary can say the customer and the agent instead of their names.

Learnt from how people introduce themselves, answer to the question for their name, and are addressed.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from answering.text_languages import Language, language_of
from docent.spoken_turns import SpokenTurn

_WORD = r"[A-ZÄÖÜ][^\W\d_]+(?:[-'’][A-ZÄÖÜ]?[^\W\d_]+)*"
_NAME = rf"{_WORD}(?:(?:\s[A-Z]\.)?\s(?:(?:van|von|de|der|den|la|le)\s){{0,2}}{_WORD}){{0,2}}"
_TITLE = r"(?:(?:Mrs?|Ms|Miss|Dr|Prof|Herrn?|Frau)\.?\s+)"
# "this is Orrery customer support"
_DEPARTMENT = r"\s+(?i:customer|technical|tech|support|service|sales|care|help\s?desk|team|kunden\w+)\b"
_INTRODUCED = re.compile(
    rf"(?i:\b(?:my\s(?:full\s|first\s|last\s)?name(?:\sis|['’]s)|i['’]m|i\sam|this\sis|speaking\s(?:with|to)"
    rf"|mein\sname\s(?:ist|war)|ich\shei(?:ß|ss)e|ich\sbin|hier\s(?:ist|spricht)|(?:spreche|sprechen)\smit))"
    rf"\s+{_TITLE}?(?P<name>{_NAME})\b(?!{_DEPARTMENT})"
)
# "Guten Tag, Petra Hoffmann." and "Orrery support, Jamal here."
_GREETED_WITH_OWN = re.compile(
    rf"(?i:\b(?:guten\s(?:tag|morgen|abend)|grüß\sgott|moin)),?\s+(?P<name>{_WORD}\s{_WORD})(?=[.!])"
)
_HERE = re.compile(rf"(?:^|[.!?,]\s+)(?P<name>{_WORD})\s+(?i:here|speaking|am\sapparat)\b(?=\s*[.,!])")
_ADDRESSED = re.compile(
    rf"(?:(?:(?:^|[.!?,]\s+)|(?i:\b(?:thank\syou|thanks|hi|hello|okay|alright|sure|great|danke|hallo|tag|morgen|abend|gut|gerne))"
    rf"[,!.]?\s+){_TITLE}|(?i:\b(?:thank\syou(?:\s(?:so|very)\smuch)?|thanks|hi|hello|danke|hallo))\b,?\s+)"
    rf"(?P<name>{_NAME})(?=[,.!?])"
)
# "calling Nordlicht Internet", "bei den Stadtwerken": the name of an employer is not theirs.
_COMPANY = re.compile(
    rf"(?i:\b(?:calling|from|at|contacting|choosing|bei|von))\s(?:den\s|der\s|the\s)?(?P<name>{_NAME})"
)
# What people begin sentences with, and whom they greet.
_OTHER_WORDS = """
    absolutely actually again agent ah alright also and at bye but certainly correct customer definitely dear
    exactly excellent fantastic finally first for goodbye good great hello hey hi hmm hopefully how however if
    in it just let look ma madam mr mrs ms no not now of oh ok okay one perfect please right service sir so
    sorry sure team thank thanks that the there this to uh um understood unfortunately very well what wonderful
    wow yeah yep yes you your auf bitte danke das die der ein genau gerne guten hallo herr frau ich ihr ihre ja
    jetzt kein klar mein moment natürlich nein prima richtig sehr sie super und vielen was wie wir wunderbar
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
    sonntag
"""
_NO_NAMES = frozenset(_OTHER_WORDS.split())
_ASKED = re.compile(
    r"\b(?:your\s(?:\w+\s){0,3}name|who\s(?:am\si|do\si)|ihre[nr]?\s(?:\w+\s){0,3}namen?|wie\shei(?:ß|ss)en)\b",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    rf"\W*(?i:(?:(?:yes|yeah|sure|of\scourse|absolutely|okay|it['’]?s|it\sis|ja|gerne?|klar|natürlich|das\sist)[,.!]?\s+){{0,3}})"
    rf"(?P<name>{_NAME})"
)
# Behind a word that begins an answer and is a name: "Maria." and "Maria, my number is", but not "Brilliant, thank you".
_BEHIND_A_NAME = re.compile(
    r"\W*$|[.!]|,\s+(?:[A-ZÄÖÜ]|and\b|my\b|und\b|mein\b)|\s+(?:here|calling|speaking|from|hier)\b"
)
_ANSWERED_LATER = re.compile(rf"(?i:\b(?:it['’]?s|it\sis|das\sist|es\sist))\s+(?P<name>{_NAME})")
# A name in an e-mail address or the name of a site is no ordinary word.
_ADDRESS = re.compile(r"\S+@\S+|\b[\w-]+(?:\.[\w-]+)+\b")
_OTHER = {"agent": "customer", "customer": "agent"}
_ROLES: Mapping[Language, Mapping[str, str]] = {
    "en": {"customer": "the customer", "agent": "the agent"},
    "de": {"customer": "die Kundenseite", "agent": "die Serviceseite"},
}
# Said of the one whose name follows: "the customer, Anna Schmidt, wants".
_ROLE_BEFORE = (
    r"(?P<role>(?i:\b(?:the|a|der|die|den|dem)\s(?:\w+\s)?(?:customer|caller|client|agent|representative|advisor|kund(?:e|in|en)"
    r"|anrufer(?:in)?|agent(?:in)?|berater(?:in)?|mitarbeiter(?:in)?)\b))"
)


def names_in_call(turns: Sequence[SpokenTurn]) -> dict[str, str]:
    """Each name that a speaker is called by, in full and in parts, with the speaker: `agent`, `speaker 2`."""
    ordinary = {word for turn in turns for word in re.findall(r"\b[a-zäöüß]{2,}\b", _ADDRESS.sub(" ", turn.text))}
    companies = {found["name"].split()[0] for turn in turns for found in _COMPANY.finditer(turn.text)}
    names: dict[str, str] = {}
    for speaker, name in (*_introduced(turns), *_answered(turns), *_addressed(turns)):
        parts = [part for part in name.split() if part[0].isupper() and part[-1] != "."]
        # "I'm Sorry" of a service that writes such letters large
        if parts[0].casefold() in ordinary | _NO_NAMES or parts[0] in companies:
            continue
        for each in (name, *parts):
            if each.casefold() not in ordinary | _NO_NAMES and len(each) > 1:
                names.setdefault(each, speaker)
    return names


def with_roles(text: str, names: Mapping[str, str]) -> str:
    """A sentence that says what the speakers are, and not their names."""
    known = sorted((name for name in names if name in text), key=len, reverse=True)
    if not known:
        return text
    roles = _ROLES[language_of(text) or "en"]
    pattern = re.compile(
        rf"(?:{_ROLE_BEFORE},?\s+)?{_TITLE}?\b(?P<name>{'|'.join(map(re.escape, known))})\b(?(role),?)"
    )
    return pattern.sub(_role_written(names, roles, text), text)


def _role_written(names: Mapping[str, str], roles: Mapping[str, str], text: str) -> Callable[[re.Match[str]], str]:
    def written(found: re.Match[str]) -> str:
        if found["role"]:
            return found["role"]
        speaker = names[found["name"]]
        role = roles.get(speaker, speaker)
        starts = not re.search(r"\w", text[: found.start()]) or re.search(r"[.!?]\s+$", text[: found.start()])
        return role[0].upper() + role[1:] if starts else role

    return written


def _introduced(turns: Sequence[SpokenTurn]) -> Iterator[tuple[str, str]]:
    for number, turn in enumerate(turns):
        # Agents greet with the company's name.
        for pattern in (_INTRODUCED, _HERE, _GREETED_WITH_OWN) if number else (_INTRODUCED, _HERE):
            for found in pattern.finditer(turn.text):
                yield turn.speaker, found["name"]


def _answered(turns: Sequence[SpokenTurn]) -> Iterator[tuple[str, str]]:
    for asking, answering in pairwise(turns):
        if not _ASKED.search(asking.text):
            continue
        if (found := _ANSWERED_LATER.search(answering.text)) or (
            (found := _ANSWERED.match(answering.text))
            and (" " in found["name"] or _BEHIND_A_NAME.match(answering.text, found.end()))
        ):
            yield answering.speaker, found["name"]


def _addressed(turns: Sequence[SpokenTurn]) -> Iterator[tuple[str, str]]:
    """Of two speakers, who is addressed is the other one. The first to speak says the company's name, not theirs."""
    for turn in turns[1:]:
        if turn.speaker in _OTHER:
            for found in _ADDRESSED.finditer(turn.text):
                yield _OTHER[turn.speaker], found["name"]
