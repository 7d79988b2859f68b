"""Holds every statement of the insights against the turns of the call.

A statement points to the turns that it rests on: those that it names, if there are such turns and they share its
words, or else those that most likely bear it. A name, a number, a date or a promise that occurs in no turn makes it
`unsupported`. It then stays in the record, marked, and is not shown as a fact.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from answering.answer_sentences import sentences_of
from answering.citation_marks import numbers_in, without_marks
from answering.passage_support import share_of, words_of
from answering.stated_numbers import missing_numbers
from answering.statement_bearing import names_in
from answering.text_languages import language_of
from docent.spoken_turns import SpokenTurn

from .spoken_names import names_in_call, with_roles

type Kind = Literal["sentence", "name", "number", "date", "promise"]

WHY: Mapping[Kind, str] = {
    "sentence": "No turn of the call bears it.",
    "name": "A name in it occurs in no turn of the call.",
    "number": "A number in it occurs in no turn of the call.",
    "date": "A date in it occurs in no turn of the call.",
    "promise": "It tells of a promise that occurs in no turn of the call.",
}

# Of a statement's words, in the turns it names and their neighbours: summaries say things in their own words.
BAR = 0.2
# In the turns that are looked for in place of them, of which there are many to choose from.
BAR_OF_OTHERS = 0.4
MOST_OTHERS = 4
# In the turns of a promise that none of them words as one.
BAR_OF_PROMISES = 0.6
# Turns are numbered without an end, passages to 999: each mark is a number of its own while sentences are told apart.
_MOST_MARKS = 900
_MARK = re.compile(
    r"[\[(【]\s*(?:(?:turns?|lines?|zeilen?|beitr[aä]ge?|äußerung(?:en)?|t|#)\s*[.:#]?\s*)?(?P<numbers>\d{1,6}"
    r"(?:\s*(?:[,;/&–-]|\b(?:and|und|to|bis)\b)\s*(?:turns?\s*)?\d{1,6}){0,20})\s*[\])】]",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)\s*(?:[–-]|to|bis)\s*(\d+)", re.IGNORECASE)
_LONGEST_RANGE = 20
# What models write in place of an empty text.
_NOTHING = re.compile(
    r"(?:(?:it|this|that|the\s\w+|no\s\w+)\s)?(?:(?:is|was|were|are)\s)?(?:not|never)\s(?:mentioned|specified|stated|given|said|told"
    r"|provided|applicable|available|discussed)(?:\sin\sthe\s(?:call|transcript|conversation))?\W*"
    r"|the\s(?:call|transcript|conversation)\sdoes(?:\snot|n['’]t)\s(?:say|tell|mention|state|specify)"
    r"(?:\s(?:so|it|this|that|anything(?:\sabout\s(?:it|this|that))?))?\W*"
    r"|(?:there\sis\s)?no\sinformation(?:\s(?:about|on)\s(?:it|this|that))?(?:\s(?:(?:is|was)\s)?(?:given|provided|available))?\W*|n/?a\W*|none\W*|unknown\W*|unspecified\W*"
    r"|(?:wird\s|wurde\s)?nicht\s(?:erwähnt|genannt|angegeben|gesagt|bekannt)\W*|keine?\sangaben?\W*|unbekannt\W*|keine?\W*"
    r"|das\sgespräch\s(?:sagt|nennt|erwähnt)\s(?:dazu|darüber|hierzu)?\s?nichts(?:\s(?:dazu|darüber|hierzu))?\W*"
    r"|(?:dazu|darüber|hierzu)\s(?:wird|wurde)\s(?:im\sgespräch\s)?nichts\s(?:gesagt|erwähnt)\W*",
    re.IGNORECASE,
)
# What any statement about a call has.
_OF_EVERY_CALL = words_of(
    """
    customer customers caller agent agents representative speaker call called calls calling conversation said says asked
    asks wants wanted explained explains told tells informed informs confirmed confirms offered offers provided provides
    requested requests mentioned mentions stated states reported reports thanked thanks expressed regarding
    sprecher sprecherin
    kunde kundin kunden kundenseite serviceseite anrufer anruferin berater beraterin mitarbeiter mitarbeiterin gespräch
    sagt sagte fragt fragte erklärt erklärte bittet bat bestätigt bestätigte nennt nannte möchte wollte will teilt mit
    """
)
_PROMISE = re.compile(
    r"\b(?:will(?!\sbe\sglad)|promis\w+|guarante\w+|commit(?:s|ted)\sto|agreed\sto|assur\w+|pledg\w+"
    r"|wird|werden|verspr[aio]ch\w*|versprochen|zusag\w*|zugesagt|garantier\w+|sichert\w*)\b",
    re.IGNORECASE,
)
_COMMITS = re.compile(
    r"\b(?:will|shall|won['’]t|promis\w+|guarante\w+|going\sto|gonna|assure\w*|let\sme|make\ssure|able\sto|should|can|expect"
    r"|get\sback|call\syou|send\w*|arrang\w+|schedul\w+|set\sup|process\w*|submit\w*|escalat\w+|refund\w*|book\w*"
    r"|werden?|wird|verspr\w+|garantier\w+|zusag\w*|kann|können|melde\w*|schick\w*|send\w*|kümmer\w*|veranlass\w*|leite\w*"
    r"|buche\w*|rufe?|erstatt\w*|bekommen|erhalten)\b|['’]ll\b",
    re.IGNORECASE,
)
# The days and months of both languages, those left out that are other words as well (May, March).
_DAYS = """
    monday=mondays=montag=montags tuesday=tuesdays=dienstag=dienstags wednesday=wednesdays=mittwoch=mittwochs
    thursday=thursdays=donnerstag=donnerstags friday=fridays=freitag=freitags
    saturday=saturdays=samstag=samstags=sonnabend sunday=sundays=sonntag=sonntags tomorrow=morgen yesterday=gestern
    january=januar=jänner february=februar april june=juni july=juli august september october=oktober november
    december=dezember
"""
# These are read with their numbers, as parts of dates.
_MONTHS = frozenset(("march", "may", "märz", "mai"))
_DAY_OF = {form: day.split("=") for day in _DAYS.split() for form in day.split("=")}
_WORDS = re.compile(r"[^\W_]+")
# Said in other words, it is still the same: without delay.
_AT_ONCE = re.compile(
    r"\b(?:immediately|immediate|at\sonce|(?:right|straight)\s?away|asap|as\ssoon\sas\spossible|right\snow|instantly|now"
    r"|sofort|umgehend|unverzüglich|gleich|jetzt|so\s(?:bald|schnell)\swie\smöglich)\b",
    re.IGNORECASE,
)
# "morgens" and "guten Morgen" are no day.
_NO_DAY = re.compile(r"\b(?:guten|schönen|am|jeden|heute)\s+morgen\b", re.IGNORECASE)
_DATE = re.compile(r"-?\d+-\d\d-\d\d|\d\d-\d\d|\d{1,2}:\d\d")
# German writes every noun with a capital: two in a row, or behind a title, are a name.
_SPEAKER = re.compile(r"\b(?:speaker|sprecher(?:in)?)\s(?P<number>\d+)\b", re.IGNORECASE)
_GERMAN_NAME = re.compile(
    r"\b(?:(?:Herrn?|Frau|Dr\.|Prof\.)\s+(?P<titled>[A-ZÄÖÜ][\w'’-]+)"
    r"|(?P<pair>(?<=\w\s)[A-ZÄÖÜ][a-zäöüß]+\s[A-ZÄÖÜ][a-zäöüß]+))"
)


@dataclass(frozen=True, slots=True)
class CheckedInsights:
    """`insights` by name: of a text its statements `[{text, turns, unsupported?}]`, of a list its objects with `turns`
    and `unsupported` in the same way, of a choice the option. `unsupported` names all of them without repeating any.
    """

    insights: dict[str, Any]
    unsupported: list[dict[str, str]]


def check_insights(
    insights: Mapping[str, Any], asked: Mapping[str, Mapping[str, Any]], turns: Sequence[SpokenTurn]
) -> CheckedInsights:
    """`insights` as `read_reply` gives them. Names of the speakers become their roles."""
    call = _Call(turns)
    checked: dict[str, Any] = {}
    for name, value in insights.items():
        match asked[name]["type"]:
            case "choice":
                checked[name] = value
            case "list":
                checked[name] = [call.checked_object(name, each) for each in value]
            case _:
                checked[name] = [call.checked(words, cited) for words, cited in statements_in(value)]
    unsupported = [
        {"insight": name, "kind": kind, "why": WHY[kind]}
        for name, value in checked.items()
        if isinstance(value, list)
        for each in value
        if (kind := each.get("unsupported"))
    ]
    return CheckedInsights(checked, unsupported)


def statements_in(text: str) -> Iterator[tuple[str, list[int]]]:
    """The sentences of a text without their marks, each with the numbers of the turns that it names."""
    marks: list[list[int]] = []

    def numbered(found: re.Match[str]) -> str:
        marks.append(_numbers(found["numbers"]))
        return f"[{len(marks)}]" if len(marks) <= _MOST_MARKS else ""

    plain = _MARK.sub(numbered, text)
    for sentence in sentences_of([plain]):
        cited = [number for mark in numbers_in(sentence) if mark <= len(marks) for number in marks[mark - 1]]
        words = " ".join(without_marks(sentence).split())
        if re.search(r"\w", words) and not _NOTHING.fullmatch(words):
            yield words, list(dict.fromkeys(cited))


class _Call:
    def __init__(self, turns: Sequence[SpokenTurn]) -> None:
        self._texts: dict[int, str] = {}
        for turn in turns:
            before = self._texts.get(turn.number)
            self._texts[turn.number] = f"{before} {turn.text}" if before else turn.text
        self._whole = "\n".join(self._texts.values())
        self._words = {word.casefold() for word in _WORDS.findall(self._whole)}
        # "Wi-Fi" of a summary is the transcript's "wifi".
        self._joined = {"".join(_WORDS.findall(word)).casefold() for word in self._whole.split()}
        self._names = names_in_call(turns)
        self._speakers = {turn.speaker for turn in turns}
        self._language = language_of(self._whole)

    def checked(self, text: str, cited: Sequence[int], is_promise: bool = False) -> dict[str, Any]:
        borne = self._borne(text, [number for number in cited if number in self._texts])
        kind, borne = self._kind(text, borne, is_promise or bool(_PROMISE.search(text)))
        told = with_roles(text, self._names)
        return {"text": told, "turns": borne} | ({"unsupported": kind} if kind else {})

    def checked_object(self, insight: str, value: Mapping[str, str]) -> dict[str, Any]:
        """All members of an object are one statement."""
        read = {name: _read(text) for name, text in value.items()}
        words = ". ".join(text.rstrip(".") for text, _ in read.values() if text)
        cited = list(dict.fromkeys(number for _, numbers in read.values() for number in numbers))
        checked = self.checked(words, cited, "promise" in insight.casefold() or "zusage" in insight.casefold())
        if "unsupported" not in checked and "due" in read and self._is_unknown_due(read["due"][0], checked["turns"]):
            checked["unsupported"] = "date"
        members = {name: with_roles(text, self._names) for name, (text, _) in read.items()}
        return members | {name: checked[name] for name in ("turns", "unsupported") if name in checked}

    def _kind(self, text: str, borne: list[int], is_promise: bool) -> tuple[Kind | None, list[int]]:
        """Why a text is not supported, if so; and the turns with those that state its numbers."""
        text = _SPEAKER.sub(self._without_number, text)
        if self._has_unknown_names(text):
            return "name", borne
        if self._has_unknown_days(text):
            return "date", borne
        missing = missing_numbers(text, [self._texts[number] for number in borne])
        if missing:
            missing = missing_numbers(text, [self._whole])
            if missing:
                is_date = any(_DATE.fullmatch(reading) for number in missing for reading in number.readings)
                return ("date" if is_date else "number"), borne
            borne = sorted({*borne, *self._stating(text, borne)})
        if not borne:
            return "sentence", borne
        if is_promise and not self._is_promised(text, borne):
            return "promise", borne
        return None, borne

    def _without_number(self, found: re.Match[str]) -> str:
        """The number of a speaker is part of a role, and stands in no turn."""
        return found[0].split()[0] if f"speaker {found['number']}" in self._speakers else found[0]

    def _is_promised(self, text: str, borne: Iterable[int]) -> bool:
        """Whether turns commit anyone to something, or say nearly the same in other words."""
        around = self._around(borne)
        if any(_COMMITS.search(each) for each in around):
            return True
        return share_of(words_of(text) - _OF_EVERY_CALL, "\n".join(around)) >= BAR_OF_PROMISES

    def _borne(self, text: str, cited: list[int]) -> list[int]:
        said = words_of(text) - _OF_EVERY_CALL - {word for name in self._names for word in words_of(name)}
        across = (language := language_of(text)) and self._language and language != self._language
        if cited and (across or not said or share_of(said, "\n".join(self._around(cited))) >= BAR):
            return sorted(cited)
        if not said or across or not self._texts:
            return []
        chosen: list[int] = []
        rest = set(said)
        for _ in range(MOST_OTHERS):
            share, number = max((share_of(rest, each), -number) for number, each in self._texts.items())
            if not share:
                break
            chosen.append(-number)
            rest = {word for word in rest if not share_of({word}, self._texts[-number])}
        return sorted(chosen) if len(rest) <= (1 - BAR_OF_OTHERS) * len(said) else []

    def _around(self, numbers: Iterable[int]) -> list[str]:
        """Turns with those before and behind: an answer says little without its question."""
        wanted = {near for number in numbers for near in (number - 1, number, number + 1)}
        return [self._texts[number] for number in sorted(wanted) if number in self._texts]

    def _stating(self, text: str, borne: list[int]) -> list[int]:
        """The turns that state a number which the others lack."""
        lacking = len(missing_numbers(text, [self._texts[number] for number in borne]))
        found: list[int] = []
        for number, each in self._texts.items():
            left = len(missing_numbers(text, [*(self._texts[known] for known in (*borne, *found)), each]))
            if left < lacking:
                found.append(number)
                lacking = left
            if not lacking or len(found) == MOST_OTHERS:
                break
        return found

    def _has_unknown_names(self, text: str) -> bool:
        for name in _names_of(text):
            for part in name.split():
                folded = part.casefold().removesuffix("'s").removesuffix("’s")
                joined = "".join(_WORDS.findall(folded))
                if folded in _DAY_OF or folded in _MONTHS or joined in self._joined or joined in self._words:
                    continue
                if joined not in _OF_EVERY_CALL and not share_of({joined}, self._whole):
                    return True
        return False

    def _has_unknown_days(self, text: str) -> bool:
        words = {word.casefold() for word in _WORDS.findall(_NO_DAY.sub(" ", text))}
        return any(forms and not self._words & set(forms) for word in words if (forms := _DAY_OF.get(word, ())))

    def _is_unknown_due(self, due: str, borne: Iterable[int]) -> bool:
        """Whether nobody said by when: models like to write "immediately" where the call names no time."""
        around = "\n".join(self._around(borne))
        if _AT_ONCE.search(due):
            return not _AT_ONCE.search(around)
        said = words_of(due) - _OF_EVERY_CALL
        across = (language := language_of(due)) and self._language and language != self._language
        return bool(said) and not across and not share_of(said, self._whole)


def _names_of(text: str) -> set[str]:
    if language_of(text) == "de":
        return {found["titled"] or found["pair"] for found in _GERMAN_NAME.finditer(text)}
    return names_in(text)


def _read(text: str) -> tuple[str, list[int]]:
    """A member's text without its marks, and the turns that it names."""
    statements = list(statements_in(text))
    words = " ".join(words for words, _ in statements)
    return words, [number for _, numbers in statements for number in numbers]


def _numbers(mark: str) -> list[int]:
    spread = _RANGE.sub(lambda found: " ".join(map(str, _between(int(found[1]), int(found[2])))), mark)
    return [int(number) for number in re.findall(r"\d+", spread)]


def _between(first: int, last: int) -> Iterable[int]:
    return range(first, last + 1) if first <= last < first + _LONGEST_RANGE else (first, last)
