"""A unit of a run, as the workflow passes it on and as it is kept in the derived bucket.

Every argument and every vote is an object of its own, written when it is paid for. What is there already is not asked
for again, so a run that was stopped goes on where it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.documents import ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.objects import list_keys, read_json, write_json

from .arguments import Argument
from .cases import Case, Technique
from .judgements import Vote
from .model_replies import Tokens
from .plans import Ballot, Plan, Speaker, Unit
from .verdicts import Reason, Side


@dataclass(frozen=True, slots=True)
class Said:
    """What became of one speaker in one round. `argument` is None if none could be had, for the `reason`."""

    argument: Argument | None
    tokens: Tokens
    model_id: str
    reason: Reason | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "argument": self.argument and self.argument.to_json(), "reason": self.reason,
            "model_id": self.model_id, "tokens": self.tokens.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        argument = value["argument"] and Argument.from_json(value["argument"])
        return cls(argument, Tokens.from_json(value["tokens"]), value["model_id"], value["reason"])


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote with what its judge wrote, which is kept for people to read, and what it cost.

    `temperature` is None where the model does not take one, and so used its own.
    """

    vote: Vote
    tokens: Tokens
    model_id: str
    temperature: float | None
    reasoning: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            **self.vote.to_json(), "reasoning": self.reasoning, "model_id": self.model_id,
            "temperature": self.temperature, "tokens": self.tokens.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        tokens = Tokens.from_json(value["tokens"])
        return cls(Vote.from_json(value), tokens, value["model_id"], value["temperature"], value["reasoning"])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a unit. Where something failed for good, `failed` is `{name, message}`, as errors have it."""

    said: tuple[Said, ...] = ()
    votes: tuple[CastVote, ...] = ()
    failed: Mapping[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "said": [each.to_json() for each in self.said], "votes": [each.to_json() for each in self.votes],
            "failed": self.failed,
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        said, votes = map(Said.from_json, value["said"]), map(CastVote.from_json, value["votes"])
        return cls(tuple(said), tuple(votes), value["failed"])


@dataclass(frozen=True, slots=True)
class UnitTask:
    """`case` is the pointer's key in the derived bucket, and `prefix` that of all that the unit leaves there."""

    number: int
    prefix: str
    case: str
    unit: Unit
    plan: Plan

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number, "prefix": self.prefix, "case": self.case, "name": self.unit.name,
            "technique": self.unit.technique, "speakers": [each.to_json() for each in self.unit.speakers],
            "plan": self.plan.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        speakers = tuple(Speaker(each["side"], each["model_id"]) for each in value["speakers"])
        unit = Unit(value["name"], value["technique"], speakers)
        return cls(int(value["number"]), value["prefix"], value["case"], unit, Plan.from_json(value["plan"]))

    @property
    def technique(self) -> Technique:
        return self.unit.technique

    def read_case(self, bucket: str) -> Case:
        return Case.from_json(read_json(ObjectPointer(bucket, self.case)))

    def said_key(self, round: int, side: Side) -> str:
        return f"{self.prefix}round-{round}-{side}.json"

    def vote_key(self, ballot: Ballot) -> str:
        return f"{self.prefix}vote-{ballot.after}-{ballot.first}-{ballot.number}.json"

    @property
    def votes_key(self) -> str:
        """All of them are asked for at once, so they have one mark."""
        return f"{self.prefix}votes"

    @property
    def judgement(self) -> str:
        return f"{self.prefix}judgement.json"

    def read_said(self, bucket: str, rounds: int) -> Iterator[Said]:
        """What was said up to and with that round, in the order of rounds and speakers."""
        for round in range(1, rounds + 1):
            for speaker in self.unit.speakers:
                if (said := _read(bucket, self.said_key(round, speaker.side))) is not None:
                    yield Said.from_json(said)

    def read_votes(self, bucket: str) -> dict[str, CastVote]:
        """By their keys."""
        keys = list(list_keys(bucket, f"{self.prefix}vote-"))
        return {key: CastVote.from_json(read_json(ObjectPointer(bucket, key))) for key in keys}


def read_kept(bucket: str, key: str) -> Said | None:
    value = _read(bucket, key)
    return None if value is None else Said.from_json(value)


def read_judgement(bucket: str, task: UnitTask) -> Judgement | None:
    """None of a unit that was never ended, because its run was stopped."""
    value = _read(bucket, task.judgement)
    return None if value is None else Judgement.from_json(value)


def keep(bucket: str, key: str, value: Said | CastVote | Judgement) -> None:
    write_json(ObjectPointer(bucket, key), value.to_json())


def _read(bucket: str, key: str) -> Any:
    try:
        return read_json(ObjectPointer(bucket, key))
    except MissingDocumentError:
        return None
