"""A transcript: who said what, turn by turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# What a speaker is called in prompts and summaries, which speak of roles and never of names.
AGENT, CUSTOMER = "agent", "customer"

_AGENTS = frozenset(
    (
        *("agent", "csr", "representative", "rep", "advisor", "adviser", "assistant", "operator", "support"),
        *("supervisor", "manager", "system", "bot", "agentin", "berater", "beraterin", "kundenberater"),
        *("kundenberaterin", "mitarbeiter", "mitarbeiterin", "vorgesetzter", "vorgesetzte"),
    )
)
_CUSTOMERS = frozenset(("customer", "caller", "client", "user", "kunde", "kundin", "anrufer", "anruferin"))


# How those who take calls begin them. A customer who says so, and an agent who does not, have each other's names.
_TAKES_CALLS = re.compile(
    r"\b(?:thank(?:s|\syou)\sfor\s(?:calling(?!\s(?:me|us|back)\b)|contacting)|how\s(?:can|may)\si\s(?:help|assist)\syou"
    r"|what\scan\si\sdo\sfor\syou|(?:womit|wie)\skann\sich\s(?:ihnen|dir)\s(?:weiter)?helfen"
    r"|was\skann\sich\sfür\s(?:sie|dich)\stun|sie\ssprechen\smit|danke\sfür\sihren\sanruf)\b",
    re.IGNORECASE,
)
_BEGINNING = 6  # turns
# Tags that services write in place of personal data, such as Amazon Transcribe and Amazon Comprehend.
_REDACTED = re.compile(
    r"[\[{<](?:PII|NAME|ADDRESS|EMAIL|PHONE|SSN|PIN|BANK_(?:ACCOUNT_NUMBER|ROUTING)|CREDIT_DEBIT_(?:NUMBER|CVV|EXPIRY))[\]}>]"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """`number` counts from 1. `speaker` is `agent`, `customer` or `speaker <n>`."""

    number: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation. `label` tells those of one file apart. `language` is ISO 639-1, empty where the file does not
    say. `is_redacted` is whether a service has replaced personal data in it by tags.
    """

    turns: tuple[Turn, ...]
    label: str = ""
    language: str = ""
    is_redacted: bool = False

    @property
    def roles_uncertain(self) -> bool:
        """Whether the file does not say who is the agent and who the customer, or seems to have them swapped."""
        return not {AGENT, CUSTOMER} <= {turn.speaker for turn in self.turns}

    @property
    def characters(self) -> int:
        return sum(len(turn.text) for turn in self.turns)


def transcript_of(
    said: Sequence[tuple[str, str]], *, label: str = "", language: str = "", is_redacted: bool = False
) -> Transcript:
    """Of (speaker as the file names it, text), in order. What one speaker says in a row is one turn."""
    speakers: dict[str, str] = {}
    turns: list[tuple[str, str]] = []
    for name, spoken in said:
        text = " ".join(spoken.split())
        if not text:
            continue
        speaker = speakers.get(name) or speakers.setdefault(name, _role_of(name, len(speakers) + 1))
        if turns and turns[-1][0] == speaker:
            turns[-1] = speaker, f"{turns[-1][1]} {text}"
        else:
            turns.append((speaker, text))
    turns = _without_swapped_roles(turns)
    is_redacted = is_redacted or any(_REDACTED.search(text) for _, text in turns)
    numbered = tuple(Turn(number, speaker, text) for number, (speaker, text) in enumerate(turns, start=1))
    return Transcript(numbered, label, language[:2].lower(), is_redacted)


def _without_swapped_roles(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    greeting = {speaker for speaker, text in turns[:_BEGINNING] if _TAKES_CALLS.search(text)}
    if CUSTOMER not in greeting or AGENT in greeting:
        return turns
    numbers = {name: f"speaker {number}" for number, name in enumerate(dict.fromkeys(name for name, _ in turns), 1)}
    return [(numbers[name], text) for name, text in turns]


def is_role(name: str) -> bool:
    """Whether a speaker is named by a role alone: "Agent 2", and not "Customer Details"."""
    return set() < _words_of(name) <= _AGENTS | _CUSTOMERS


def _words_of(name: str) -> set[str]:
    words = {word.strip("0123456789.#()[]{}_-").casefold() for word in name.replace("_", " ").split()}
    return words - {""}


def _role_of(name: str, number: int) -> str:
    words = _words_of(name)
    if words & _AGENTS:
        return AGENT  # before the customers, as some are named "Customer Support Agent"
    return CUSTOMER if words & _CUSTOMERS else f"speaker {number}"
