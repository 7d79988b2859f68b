"""What a run of debates does with each case: its units, and what they cost at most.

A unit is one case by one technique with one assignment of models to answers. Its arguments are judged in both
positions, so only another assignment needs other arguments.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from docent.errors.debates import InvalidRunError

from .arguments import MOST_WORDS
from .cases import TECHNIQUES, Case, Technique, opposite
from .prompting import prompt
from .verdicts import Side

POSITIONS: tuple[Side, Side] = ("A", "B")
MOST_ROUNDS, MOST_VOTES = 5, 9
_CHARACTERS_A_TOKEN = 4
_PROMPT_TOKENS, _VERDICT_TOKENS = 400, 250
_MEMBERS = {"techniques", "rounds", "turns", "votes", "temperature", "debater_a", "debater_b", "judge", "budget"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks for. Empty model ids stand for those of the deployment. `budget` is in US dollars."""

    techniques: tuple[Technique, ...] = TECHNIQUES
    rounds: int = 3
    in_turns: bool = False
    votes: int = 3
    temperature: float = 0.7
    debater_a: str = ""
    debater_b: str = ""
    judge: str = ""
    budget: float | None = None

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """From the `run` of a request or of the first line of a file. Raises InvalidRunError."""
        if not isinstance(value, Mapping):
            raise InvalidRunError("The run must be an object.")
        if unknown := sorted(value.keys() - _MEMBERS):
            raise InvalidRunError(f"The run has a member {unknown[0]}. It may have {', '.join(sorted(_MEMBERS))}.")
        named = value.get("techniques", list(TECHNIQUES))
        if not isinstance(named, list) or not named or not set(named) <= set(TECHNIQUES):
            raise InvalidRunError(f"Techniques must be a list of {', '.join(TECHNIQUES)}.")
        rounds = _number(value, "rounds", 3, range(1, MOST_ROUNDS + 1))
        votes = _number(value, "votes", 3, range(1, MOST_VOTES + 1))
        temperature, budget = value.get("temperature", 0.7), value.get("budget")
        if not _is_number(temperature) or not 0 <= temperature <= 1:
            raise InvalidRunError("The temperature must be a number from 0 to 1.")
        if budget is not None and (not _is_number(budget) or budget <= 0):
            raise InvalidRunError("The budget must be a number of US dollars above 0.")
        if not isinstance(value.get("turns", False), bool):
            raise InvalidRunError("turns must be true or false.")
        models = [value.get(name, "") for name in ("debater_a", "debater_b", "judge")]
        if not all(isinstance(each, str) for each in models):
            raise InvalidRunError("A model must be named by its id.")
        techniques = tuple(each for each in TECHNIQUES if each in named)
        return cls(techniques, rounds, value.get("turns", False), votes, float(temperature), *models, budget)

    def to_json(self) -> dict[str, Any]:
        return {
            "techniques": list(self.techniques), "rounds": self.rounds, "turns": self.in_turns, "votes": self.votes,
            "temperature": self.temperature, "debater_a": self.debater_a, "debater_b": self.debater_b,
            "judge": self.judge, "budget": self.budget,
        }  # fmt: skip

    @property
    def planned_votes(self) -> int:
        """In each position. Without a temperature, votes are copies of one another, so one is taken."""
        return self.votes if self.temperature > 0 else 1


@dataclass(frozen=True, slots=True)
class Speaker:
    side: Side
    model_id: str

    def to_json(self) -> dict[str, str]:
        return {"side": self.side, "model_id": self.model_id}


@dataclass(frozen=True, slots=True)
class Unit:
    """`name` is a technique with its assignment: `naive`, `consultancy-A` (argued for A), `debate-BA` (debater A's
    model argues for answer B). Speakers are in the order in which they speak, where they speak in turns."""

    name: str
    technique: Technique
    speakers: tuple[Speaker, ...] = field(default=())


def units_of(plan: Plan) -> Iterator[Unit]:
    """Of each case."""
    for technique in plan.techniques:
        match technique:
            case "consultancy":
                for side in POSITIONS:
                    yield Unit(f"consultancy-{side}", technique, (Speaker(side, plan.debater_a),))
            case "debate":
                for side in POSITIONS:
                    other = opposite(side)
                    pair = Speaker(side, plan.debater_a), Speaker(other, plan.debater_b)
                    # In turns the second speaker has the last word, so the other run has the other order.
                    yield Unit(f"debate-{side}{other}", technique, pair if side == "A" else pair[::-1])
            case _:
                yield Unit(technique, technique)


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls and tokens, by the id of the model."""

    calls: Mapping[str, int]
    input_tokens: Mapping[str, int]
    output_tokens: Mapping[str, int]


def estimate(plan: Plan, cases: Iterable[Case]) -> Usage:
    """At most: arguments as long as is allowed, and no vote that is asked for once more."""
    calls: dict[str, int] = {}
    read: dict[str, int] = {}
    written: dict[str, int] = {}

    def count(model_id: str, input_tokens: int, output_tokens: int) -> None:
        for counts, more in ((calls, 1), (read, input_tokens), (written, output_tokens)):
            counts[model_id] = counts.get(model_id, 0) + more

    units = list(units_of(plan))
    for case in cases:
        answers = _tokens(case.answer_a + case.answer_b + case.question) + _PROMPT_TOKENS
        document = _tokens(case.document)
        for unit in units:
            argument = 0
            if unit.speakers:
                role = "debater" if unit.technique == "debate" else "consultant"
                argument, most = MOST_WORDS[role] * 3 // 2, prompt(role)["max_tokens"]
                for round in range(plan.rounds):
                    for speaker in unit.speakers:
                        count(speaker.model_id, document + answers + argument * round * len(unit.speakers), most)
            seen = answers + (document if unit.technique == "expert" else 0)
            seen += argument * plan.rounds * len(unit.speakers)
            for _ in range(len(POSITIONS) * plan.planned_votes):
                count(plan.judge, seen, _VERDICT_TOKENS)
    return Usage(calls, read, written)


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_A_TOKEN)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Mapping[str, Any], name: str, default: int, allowed: range) -> int:
    given = value.get(name, default)
    if not isinstance(given, int) or isinstance(given, bool) or given not in allowed:
        raise InvalidRunError(f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}.")
    return given
