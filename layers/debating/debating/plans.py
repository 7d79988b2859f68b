"""What a run of debates does with each case: its units, and what they cost at most.

A unit is one case by one technique with one assignment of models to answers. Its arguments are judged in both
positions, so only another assignment needs other arguments.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from docent.errors.debates import InvalidRunError
from docent.prices import price_of

from .arguments import MOST_WORDS, Role
from .cases import TECHNIQUES, Case, Technique, opposite
from .prompting import prompt
from .verdicts import Side

POSITIONS: tuple[Side, Side] = ("A", "B")
MOST_ROUNDS, MOST_VOTES = 5, 9
_CHARACTERS_A_TOKEN = 4
_PROMPT_TOKENS, _VERDICT_TOKENS = 400, 250
_MEMBERS = {
    "techniques",
    "rounds",
    "turns",
    "votes",
    "temperature",
    "debater_a",
    "debater_b",
    "judge",
    "budget",
    "by_round",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks for. Empty model ids stand for those of the deployment. `budget` is in US dollars.

    With `by_round` one judge more votes after each round but the last, in both positions.
    """

    techniques: tuple[Technique, ...] = TECHNIQUES
    rounds: int = 3
    in_turns: bool = False
    votes: int = 3
    temperature: float = 0.7
    debater_a: str = ""
    debater_b: str = ""
    judge: str = ""
    budget: float | None = None
    by_round: bool = False

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
        if budget is not None and (not _is_number(budget) or not budget > 0):  # which NaN is not
            raise InvalidRunError("The budget must be a number of US dollars above 0.")
        turns, by_round = value.get("turns", False), value.get("by_round", False)
        if not isinstance(turns, bool) or not isinstance(by_round, bool):
            raise InvalidRunError("turns and by_round must be true or false.")
        debater_a, debater_b, judge = (_model(value, name) for name in ("debater_a", "debater_b", "judge"))
        techniques: tuple[Technique, ...] = tuple(each for each in TECHNIQUES if each in named)
        return cls(techniques, rounds, turns, votes, float(temperature), debater_a, debater_b, judge, budget, by_round)

    def to_json(self) -> dict[str, Any]:
        return {
            "techniques": list(self.techniques), "rounds": self.rounds, "turns": self.in_turns, "votes": self.votes,
            "temperature": self.temperature, "debater_a": self.debater_a, "debater_b": self.debater_b,
            "judge": self.judge, "budget": self.budget, "by_round": self.by_round,
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
class Ballot:
    """One vote that is planned: which answer stands first, after how many rounds, and the vote's number."""

    first: Side
    after: int
    number: int


def ballots_of(plan: Plan, unit: Unit) -> Iterator[Ballot]:
    last = plan.rounds if unit.speakers else 0
    for first in POSITIONS:
        yield from (Ballot(first, last, number) for number in range(1, plan.planned_votes + 1))
        if plan.by_round:
            yield from (Ballot(first, round, 1) for round in range(1, last))


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls and tokens, by the id of the model."""

    calls: Counter[str]
    input_tokens: Counter[str]
    output_tokens: Counter[str]

    @classmethod
    def none(cls) -> Self:
        return cls(Counter(), Counter(), Counter())

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.calls + other.calls,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
        )

    @property
    def dollars(self) -> float | None:
        """None if the price of one of the models is not known."""
        prices = [price_of(model, self.input_tokens[model], self.output_tokens[model]) for model in self.calls]
        known = [price for price in prices if price is not None]
        return round(sum(known), 4) if len(known) == len(prices) else None

    def count(self, model_id: str, input_tokens: int, output_tokens: int, calls: int = 1) -> None:
        self.calls[model_id] += calls
        self.input_tokens[model_id] += input_tokens
        self.output_tokens[model_id] += output_tokens


def estimate(plan: Plan, cases: Iterable[Case]) -> Usage:
    """At most: arguments as long as is allowed, and no vote that is asked for once more."""
    usage = Usage.none()
    units = list(units_of(plan))
    for case in cases:
        answers = _tokens(case.answer_a + case.answer_b + case.question) + _PROMPT_TOKENS
        document = _tokens(case.document)
        for unit in units:
            argument = 0
            if unit.speakers:
                role: Role = "debater" if unit.technique == "debate" else "consultant"
                argument, most = MOST_WORDS[role] * 3 // 2, prompt(role)["max_tokens"]
                for round in range(plan.rounds):
                    for speaker in unit.speakers:
                        heard = argument * round * len(unit.speakers)
                        usage.count(speaker.model_id, document + answers + heard, most)
            seen = answers + (document if unit.technique == "expert" else 0)
            seen += argument * plan.rounds * len(unit.speakers)
            for _ in ballots_of(plan, unit):
                usage.count(plan.judge, seen, _VERDICT_TOKENS)
    return usage


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_A_TOKEN)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _model(value: Mapping[str, Any], name: str) -> str:
    if not isinstance(given := value.get(name, ""), str):
        raise InvalidRunError(f"{name} must be the id of a model.")
    return given


def _number(value: Mapping[str, Any], name: str, default: int, allowed: range) -> int:
    given = value.get(name, default)
    if not isinstance(given, int) or isinstance(given, bool) or given not in allowed:
        raise InvalidRunError(f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}.")
    return given
