"""How often each technique is right, how certain that is, and what other than truth could explain it."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from debating.cases import Technique, opposite
from debating.measures import ENOUGH_CASES, mcnemar, wilson
from debating.model_replies import Tokens
from debating.verdicts import Side

from .case_verdicts import CaseVerdict, Position, rounds_heard


@dataclass(slots=True)
class Share:
    """`part` of `of`. The interval is Wilson's, at 95 %."""

    part: float = 0.0
    of: int = 0

    def count(self, counts: float | bool) -> None:
        self.part += counts
        self.of += 1

    def to_json(self) -> dict[str, Any]:
        low, high = wilson(self.part, self.of)
        share = self.part / self.of if self.of else None
        return {"part": round(self.part, 4), "of": self.of, "share": share, "low": low, "high": high}


@dataclass(slots=True)
class TechniqueMeasures:
    """Grows with each case. Accuracy has the cases as its number: the votes of one case are no cases of their own."""

    technique: Technique
    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    right: dict[str, bool] = field(default_factory=dict)
    accuracy: Share = field(default_factory=Share)
    of_decided: Share = field(default_factory=Share)
    flipped: Share = field(default_factory=Share)
    first_won: Share = field(default_factory=Share)
    longer_won: Share = field(default_factory=Share)
    own_family_won: Share = field(default_factory=Share)
    halves: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    players: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    rounds: defaultdict[int, Share] = field(default_factory=lambda: defaultdict(Share))
    quotes: Counter[str] = field(default_factory=Counter)
    cuts: Share = field(default_factory=Share)
    tokens: dict[str, Tokens] = field(default_factory=dict)

    def add(self, verdict: CaseVerdict) -> None:
        outcome, reason = verdict.outcome
        self.cases += 1
        self.outcomes[outcome] += 1
        if reason:
            self.reasons[reason] += 1
        if (score := verdict.score) is not None:
            self.accuracy.count(score)
            self.right[verdict.case.id] = score > 0.5
        for flipped in verdict.flips:
            self.flipped.count(flipped)
        for position in verdict.positions:
            self._add_position(verdict, position)
        for (round, is_right), count in rounds_heard(verdict).items():
            self.rounds[round].part += count if is_right else 0
            self.rounds[round].of += count
        for _, judgement in verdict.units:
            for said in judgement.said:
                if said.argument:
                    self.cuts.count(said.argument.was_cut)
                    self.quotes.update(quote.likeness for quote in said.argument.quotes)
        for model, tokens in verdict.tokens.items():
            self.tokens[model] = self.tokens.get(model, Tokens()) + tokens

    def _add_position(self, verdict: CaseVerdict, position: Position) -> None:
        case, side = verdict.case, position.decision.side
        if case.label and len(position.unit.speakers) == 1:
            half = "argued_right" if position.unit.speakers[0].side == case.label else "argued_wrong"
            self.halves[half].count(side == case.label)
        if side is None:
            return
        if case.label:
            self.of_decided.count(side == case.label)
        self.first_won.count(side == position.first)
        if len(case.answer(side)) != len(case.answer(opposite(side))):
            self.longer_won.count(len(case.answer(side)) > len(case.answer(opposite(side))))
        models: dict[Side, str] = {speaker.side: speaker.model_id for speaker in position.unit.speakers}
        if len(set(models.values())) == 2:
            self._add_game(models, side, verdict.units[0][0].plan.judge)

    def _add_game(self, models: dict[Side, str], winner: Side, judge: str) -> None:
        """A model that plays against itself wins nothing. Names stay with the models when these swap their sides."""
        for side, model in models.items():
            self.players[model].count(side == winner)
        related = [side for side, model in models.items() if family_of(model) == family_of(judge)]
        if len(related) == 1:
            self.own_family_won.count(related[0] == winner)

    def to_json(self) -> dict[str, Any]:
        return {
            "technique": self.technique,
            "cases": self.cases,
            "outcomes": dict(self.outcomes),
            "reasons": dict(self.reasons.most_common()),
            "accuracy": self.accuracy.to_json(),
            "accuracy_of_decided": self.of_decided.to_json(),
            "consistency": {"flipped": self.flipped.to_json()},
            "could_explain": {
                "first_won": self.first_won.to_json(),
                "longer_won": self.longer_won.to_json(),
                "own_family_won": self.own_family_won.to_json(),
            },
            "consultancy": {name: share.to_json() for name, share in sorted(self.halves.items())},
            "win_rates": {model: share.to_json() for model, share in sorted(self.players.items())},
            "by_round": {str(round): share.to_json() for round, share in sorted(self.rounds.items())},
            "quotes": {name: self.quotes[name] for name in ("exact", "near", "not_found")},
            "cut_arguments": self.cuts.to_json(),
            "tokens": {model: tokens.to_json() for model, tokens in sorted(self.tokens.items())},
        }


def compared(measures: list[TechniqueMeasures]) -> Iterator[dict[str, Any]]:
    """Each pair of techniques, on the cases that both have judged. With few cases there is no winner."""
    for first, second in combinations(measures, 2):
        cases = first.right.keys() & second.right.keys()
        only_first = sum(first.right[case] and not second.right[case] for case in cases)
        only_second = sum(second.right[case] and not first.right[case] for case in cases)
        p = mcnemar(only_first, only_second)
        differs = len(cases) >= ENOUGH_CASES and p < 0.05
        better = first.technique if only_first > only_second else second.technique
        yield {
            "techniques": [first.technique, second.technique],
            "cases": len(cases),
            "only_first_right": only_first,
            "only_second_right": only_second,
            "p": p,
            "better": better if differs else None,
        }


def family_of(model_id: str) -> str:
    """The maker in a model's id: `anthropic` of `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`."""
    parts = model_id.rpartition("/")[2].split(".")
    return parts[-2] if len(parts) > 1 else parts[0]
