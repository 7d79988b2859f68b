"""Answers questions about a call by quoting its turns: `{"summary": "The customer says: “…” [3]", …}`.

The prompt has `<transcript language="en">` with one turn a line (`12 customer: …`), and `<insights>` with a JSON
object of names, each with a `type` and a `question`. The reply is a JSON object with the same names.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import unescape

from local.bedrock import call_cues as cues
from local.bedrock.sentences import sentences_of
from local.bedrock.words import Language, language_of, stems

type Role = Literal["customer", "agent"] | str
type Json = dict[str, Any]

_TURN = re.compile(r"^\s*(\d+)\s+([^:\n]{1,40}):[ \t]*(.*)$")
_LANGUAGE = re.compile(r"<transcript\b[^>]*\blanguage\s*=\s*[\"']?(\w\w)", re.IGNORECASE)
_NOISE = re.compile(r"\*[^*\n]{1,80}\*")
_CUSTOMER = re.compile(r"customer|caller|client|kund|anruf", re.IGNORECASE)
_AGENT = re.compile(r"agent|representative|advisor|support|mitarbeit|berat|service", re.IGNORECASE)
_LEAST_WORDS, _MOST_WORDS = 4, 45
_LONG = 60_000  # characters; the sentences of longer calls are looked for at their beginning and their end
_WHO: dict[Language, dict[str, str]] = {
    "en": {"customer": "The customer", "agent": "The agent"},
    "de": {"customer": "Die Kundenseite", "agent": "Die Serviceseite"},
}
_SAYS: dict[Language, str] = {"en": "{who} says: “{text}” [{turn}]", "de": "{who} sagt: „{text}“ [{turn}]"}
_SILENT: dict[Language, str] = {"en": "The call does not say.", "de": "Das Gespräch sagt dazu nichts."}
# What an insight is about, by its name or else by its question.
_ABOUT = {
    "resolved": re.compile(r"resolv|solved|gelöst|geklärt|erledigt", re.I),
    "follow_up": re.compile(r"follow.?up|call.?back|rückruf|nachfass|rückmeldung", re.I),
    "actions": re.compile(r"action|task|to.?do|next.?step|aufgabe|maßnahme|nächste schritte", re.I),
    "outcome": re.compile(r"outcome|result|conclusion|ergebnis|ausgang", re.I),
    "reason": re.compile(r"reason|why|purpose|\bissue|grund|anliegen|warum|weshalb", re.I),
    "summary": re.compile(r"summar|zusammenfass|überblick|overview", re.I),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a turn. `place` is how far into the call it is, from 0 to 1."""

    turn: int
    role: Role
    text: str
    place: float

    def has(self, cue: re.Pattern[str]) -> bool:
        return bool(cue.search(self.text))


def answer(prompt: str, transcript: str, insights: Json) -> str:
    given = _LANGUAGE.search(prompt)
    language = language_of(transcript) if not given or given[1].lower() not in _WHO else given[1].lower()
    call = _Call(_said(transcript), "de" if language == "de" else "en")
    return json.dumps({name: call.insight(name, wanted) for name, wanted in insights.items()}, ensure_ascii=False)


def insights_of(written: str) -> Json | None:
    """The insights that a prompt asks for; None if they are not a JSON object of objects."""
    try:
        found = json.loads(unescape(written))
    except ValueError:
        return None
    return found if isinstance(found, dict) and all(isinstance(each, dict) for each in found.values()) else None


class _Call:
    def __init__(self, said: list[Said], language: Language) -> None:
        self.language: Language = language
        self.told = [each for each in said if _is_telling(each)] or said
        # How a call ends is often said in a few words.
        self.ending = [each for each in said if each.place >= 0.6]

    def insight(self, name: str, wanted: Json) -> Any:
        about = _about(name, str(wanted.get("question", "")))
        options = _options(wanted)
        if options:
            return self._choice(about, options)
        kind = str(wanted.get("type", "text")).lower()
        found = self._found(about, f"{name.replace('_', ' ')} {wanted.get('question', '')}")
        if kind.startswith("bool"):
            return self._settled() == "yes" if about == "resolved" else bool(found)
        if kind in ("number", "integer"):
            numbers = [number for each in found for number in re.findall(r"\d+", each.text)]
            return int(numbers[0]) if numbers else None
        if isinstance(members := wanted.get("members"), list) and members:
            return [self._thing(each, members) for each in found]
        if "action" in kind or wanted.get("fields") or wanted.get("items"):
            return [self._action(each) for each in found]
        if any(word in kind for word in ("list", "array", "[]")):
            return [self._quoted(each) for each in found]
        return " ".join(self._quoted(each) for each in found) or _SILENT[self.language]

    def _found(self, about: str, question: str) -> list[Said]:
        match about:
            case "summary":
                return self._summary()
            case "reason":
                return self._reasons()[:1]
            case "outcome" | "resolved":
                return self._outcomes()[-1:] or self._closing()
            case "actions":
                return self._actions()
            case "follow_up":
                return [each for each in self.told if each.role != "customer" and each.has(cues.FOLLOW_UP)][:1]
        return self._related(question)

    def _summary(self) -> list[Said]:
        chosen = {*self._reasons()[:2], *self._outcomes()[:2], *self._closing()}
        return sorted(chosen, key=self.told.index)

    def _reasons(self) -> list[Said]:
        """A reason is given early, and by the customer if it is known who that is."""
        early = [each for each in self.told if each.place <= 0.5 and each.role != "agent"] or self.told
        return [each for each in early if each.has(cues.REASON)] or early[:1]

    def _outcomes(self) -> list[Said]:
        late = [each for each in self.told if each.place >= 0.4 and each.role != "customer"]
        return [each for each in late if each.has(cues.OUTCOME)]

    def _closing(self) -> list[Said]:
        customer = [each for each in self.told if each.place >= 0.6 and each.role != "agent"]
        return [each for each in customer if each.has(cues.UNSETTLED) or each.has(cues.SETTLED)][-1:]

    def _actions(self) -> list[Said]:
        return [
            each for each in self.told if each.has(cues.PROMISE) or (each.has(cues.REQUEST) and "?" not in each.text)
        ]

    def _related(self, question: str) -> list[Said]:
        wanted = set(stems(question, self.language))
        stated = [each for each in self.told if not each.text.endswith("?")]
        scored = [(len(wanted & set(stems(each.text, self.language))), each) for each in stated]
        best = sorted(scored, key=lambda pair: -pair[0])[:2]
        return sorted((each for score, each in best if score), key=self.told.index)

    def _settled(self) -> str:
        """What the customer says last counts: yes, no, or unclear if there is neither or both."""
        last = [each for each in self.ending if each.role != "agent"]
        good, bad = (any(each.has(cue) for each in last) for cue in (cues.SETTLED, cues.UNSETTLED))
        return "unclear" if good == bad else "yes" if good else "no"

    def _choice(self, about: str, options: list[str]) -> str | None:
        lower = {option.lower(): option for option in options}
        if about == "resolved":
            said = self._settled()
        elif "yes" in lower or "ja" in lower:
            said = "yes" if self._found(about, about) else "no"
        else:
            text = " ".join(each.text for each in self.told).lower()
            return max(options, key=lambda option: text.count(option.lower()))
        german = {"yes": "ja", "no": "nein", "unclear": "unklar"}[said]
        return lower.get(said) or lower.get(german) or (options[-1] if said == "unclear" else None)

    def _quoted(self, said: Said) -> str:
        return _SAYS[self.language].format(who=self._name(said.role), text=said.text, turn=said.turn)

    def _name(self, role: Role) -> str:
        return _WHO[self.language].get(role) or f"{role[:1].upper()}{role[1:]}"

    def _action(self, said: Said) -> Json:
        """A promise binds the one who speaks, a request the other one."""
        owner = said.role
        if not said.has(cues.PROMISE) and owner in ("customer", "agent"):
            owner = "agent" if owner == "customer" else "customer"
        due = cues.DUE.search(said.text)
        return {"action": self._quoted(said), "owner": owner, "due": due[0] if due else None}

    def _thing(self, said: Said, members: list[str]) -> Json:
        """Of a list whose objects have members: the first of them is what was said."""
        values = {**self._action(said), members[0]: self._quoted(said)}
        return {member: values.get(member) or "" for member in members}


def _said(transcript: str) -> list[Said]:
    turns: list[tuple[int, Role, str]] = []
    for line in transcript.splitlines():
        if match := _TURN.match(line):
            turns.append((int(match[1]), _role(match[2].strip()), match[3]))
        elif turns and line.strip():
            number, role, text = turns[-1]
            turns[-1] = number, role, f"{text} {line.strip()}"
    last = max(1, len(turns) - 1)
    before = 0
    size = sum(len(text) for _, _, text in turns)
    found = []
    for index, (number, role, text) in enumerate(turns):
        if before < _LONG // 2 or before > size - _LONG // 2:
            plain = " ".join(_NOISE.sub(" ", unescape(text)).split())
            found += [Said(number, role, sentence, index / last) for sentence in sentences_of(plain)]
        before += len(text)
    return found


def _role(label: str) -> Role:
    if _CUSTOMER.search(label):
        return "customer"
    return "agent" if _AGENT.search(label) else label


def _is_telling(said: Said) -> bool:
    words = len(said.text.split())
    if not _LEAST_WORDS <= words <= _MOST_WORDS or said.has(cues.IDENTITY):
        return False
    telling = (cues.REASON, cues.OUTCOME, cues.PROMISE, cues.FOLLOW_UP)
    return not said.has(cues.COURTESY) or any(said.has(cue) for cue in telling)


def _about(name: str, question: str) -> str:
    for text in (name, question):
        for about, pattern in _ABOUT.items():
            if pattern.search(text):
                return about
    return "other"


def _options(wanted: Json) -> list[str]:
    """The values that an insight can have, however they are given; empty if they are open."""
    for given in (wanted.get("values"), wanted.get("options"), wanted.get("enum"), wanted.get("type")):
        if isinstance(given, list):
            return [str(option) for option in given]
    kind = str(wanted.get("type", ""))
    parts = [part for part in re.split(r"\s*(?:\||/|,|_|\bor\b|\boder\b)\s*", kind) if part]
    return parts if (len(parts) > 1 and {"yes", "no"} <= {*parts}) or "|" in kind else []
