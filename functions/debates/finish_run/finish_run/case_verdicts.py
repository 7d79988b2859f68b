"""What a technique makes of a case: the decisions of its units in both positions, and one verdict of them all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from debating.cases import Case, Technique
from debating.judgements import Decision, Vote, decide, is_flipped
from debating.model_replies import Tokens
from debating.plans import POSITIONS, Unit
from debating.prompting import prompt_versions
from debating.quotes import CheckedQuote
from debating.unit_tasks import Judgement, UnitTask
from debating.verdicts import Side

from .costs import cost_of


@dataclass(frozen=True, slots=True)
class Position:
    """How one unit was decided with the answer `first` shown as A."""

    unit: Unit
    first: Side
    decision: Decision


@dataclass(frozen=True)
class CaseVerdict:
    """`units` are those that were ended; `planned_units` counts those that were planned."""

    case: Case
    technique: Technique
    planned_votes: int
    planned_units: int
    units: Sequence[tuple[UnitTask, Judgement]]

    @cached_property
    def positions(self) -> list[Position]:
        made: list[Position] = []
        for task, judgement in self.units:
            votes = _final_votes(task, judgement)
            for first in POSITIONS:
                seen = [vote for vote in votes if vote.first == first]
                made.append(Position(task.unit, first, decide(seen, self.planned_votes)))
        return made

    @cached_property
    def decision(self) -> Decision:
        """Of all votes of the technique together."""
        votes = [vote for task, judgement in self.units for vote in _final_votes(task, judgement)]
        return decide(votes, self.planned_votes * len(POSITIONS) * self.planned_units)

    @property
    def planned_decisions(self) -> int:
        return self.planned_units * len(POSITIONS)

    @property
    def score(self) -> float | None:
        """The share of the planned decisions that are right; None without a label."""
        if self.case.label is None:
            return None
        return sum(each.decision.side == self.case.label for each in self.positions) / self.planned_decisions

    @property
    def flips(self) -> list[bool]:
        """Of each unit that both positions decide, whether they decide differently."""
        found = (is_flipped(_final_votes(task, judgement), self.planned_votes) for task, judgement in self.units)
        return [flipped for flipped in found if flipped is not None]

    @property
    def failed(self) -> Mapping[str, str] | None:
        return next((judgement.failed for _, judgement in self.units if judgement.failed), None)

    @property
    def outcome(self) -> tuple[str, str]:
        """`decided`, `undecided`, `failed` or `not_run`, with the reason."""
        if self.failed:
            return "failed", self.failed["message"]
        if len(self.units) < self.planned_units:
            return "not_run", "The run was stopped before all of it was judged. Start it again to go on."
        if self.decision.side:
            return "decided", ""
        silent = [said.reason for _, judgement in self.units for said in judgement.said if said.argument is None]
        return "undecided", f"a speaker gave no argument ({silent[0]})" if silent else str(self.decision.reason)

    @property
    def tokens(self) -> dict[str, Tokens]:
        """By the id of the model, including replies that were of no use."""
        spent: dict[str, Tokens] = {}
        for _, judgement in self.units:
            for each in (*judgement.said, *judgement.votes):
                spent[each.model_id] = spent.get(each.model_id, Tokens()) + each.tokens
        return spent

    def evidence(self) -> list[CheckedQuote]:
        """The verified quotes that argued for the winning answer, each once."""
        quotes = {
            quote.text: quote
            for _, judgement in self.units
            for said in judgement.said
            if said.argument and said.argument.side == self.decision.side
            for quote in said.argument.quotes
            if quote.likeness == "exact"
        }
        return list(quotes.values())

    def to_json(self) -> dict[str, Any]:
        """A line of verdicts.jsonl. `confidence` is the winner's share of all planned votes."""
        outcome, reason = self.outcome
        side, plan = self.decision.side, self.units[0][0].plan if self.units else None
        temperatures = {vote.temperature for _, judgement in self.units for vote in judgement.votes}
        return {
            "case": self.case.id,
            "document_hash": self.case.document_hash,
            "technique": self.technique,
            "outcome": outcome,
            "reason": reason,
            "verdict": side,
            "label": self.case.label,
            "right": None if self.case.label is None or side is None else side == self.case.label,
            "score": self.score,
            "votes": dict(self.decision.votes),
            "planned_votes": self.decision.planned,
            "confidence": self.decision.votes[side] / self.decision.planned if side else 0.0,
            "flipped": sum(self.flips),
            "evidence": [quote.to_json() for quote in self.evidence()],
            "error_types": list(self.case.error_types),
            "models": plan and {"debater_a": plan.debater_a, "debater_b": plan.debater_b, "judge": plan.judge},
            "temperature": plan and plan.temperature if None not in temperatures else None,
            "prompt_versions": prompt_versions(),
            "tokens": {model: tokens.to_json() for model, tokens in self.tokens.items()},
            "cost": cost_of(self.tokens)["total"],
            "units": {task.unit.name: task.judgement for task, _ in self.units},
        }


def rounds_heard(verdict: CaseVerdict) -> Counter[tuple[int, bool]]:
    """Of each round after which a judge voted, how many votes were right and how many were not."""
    return Counter(
        (each.vote.after, each.vote.side == verdict.case.label)
        for _, judgement in verdict.units
        for each in judgement.votes
        if verdict.case.label and each.vote.after
    )


def _final_votes(task: UnitTask, judgement: Judgement) -> list[Vote]:
    last = task.plan.rounds if task.unit.speakers else 0
    return [each.vote for each in judgement.votes if each.vote.after == last]
