"""The totals of a job, for report.json: counts, and reasons without anything that was said."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .summaries import DUPLICATE

# Of transcripts that somebody should look at, so many are named; all are counted, and summaries.jsonl has all of them.
MOST_NAMED = 100
# Outcomes with a summary that can be read.
READABLE = ("clean", "masked")
_WHOLE = 1.0


@dataclass(slots=True)
class Tally:
    """Of the lines of summaries.jsonl. `choices` are the insights with options, by name."""

    choices: Mapping[str, list[str]]
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    chosen: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[dict[str, str]] = field(default_factory=list)
    partly_covered: list[dict[str, Any]] = field(default_factory=list)
    partly_covered_count: int = 0
    uncertain_roles: int = 0
    with_unsupported: int = 0

    def add(self, line: Mapping[str, Any]) -> None:
        outcome = line["outcome"]
        self.outcomes[outcome] += 1
        if outcome not in READABLE and outcome != DUPLICATE:
            reason = line.get("reason") or outcome
            self.reasons[outcome, reason] += 1
            if len(self.failures) < MOST_NAMED:
                self.failures.append({"source": line["source"], "outcome": outcome, "reason": reason})
        if outcome not in READABLE:
            return
        self.languages[line.get("language") or "not stated"] += 1
        self.uncertain_roles += bool(line.get("roles_uncertain"))
        self._add_coverage(line)
        unsupported = line.get("unsupported") or []
        self.unsupported.update(each["kind"] for each in unsupported)
        self.with_unsupported += bool(unsupported)
        for name in self.choices:
            value = (line.get("insights") or {}).get(name)
            self.chosen.setdefault(name, Counter())[str(value) if value else "not said"] += 1

    def _add_coverage(self, line: Mapping[str, Any]) -> None:
        share = share_of(line.get("coverage"))
        if share >= _WHOLE:
            return
        self.partly_covered_count += 1
        if len(self.partly_covered) < MOST_NAMED:
            self.partly_covered.append({"source": line["source"], "coverage": round(share, 4)})

    @property
    def transcripts(self) -> int:
        return self.outcomes.total()

    def to_json(self) -> dict[str, Any]:
        return {
            "transcripts": self.transcripts,
            "outcomes": dict(self.outcomes.most_common()),
            "failures": {
                "counts": [
                    {"outcome": outcome, "reason": reason, "count": count}
                    for (outcome, reason), count in self.reasons.most_common(MOST_NAMED)
                ],
                "named": self.failures,
            },
            "unsupported": {
                "statements": self.unsupported.total(),
                "transcripts": self.with_unsupported,
                "by_kind": dict(self.unsupported.most_common()),
            },
            "partly_covered": {"count": self.partly_covered_count, "named": self.partly_covered},
            "roles_uncertain": self.uncertain_roles,
            "languages": dict(self.languages.most_common()),
            "choices": {
                name: {option: found[option] for option in [*options, "not said"] if found[option]}
                for name, options in self.choices.items()
                if (found := self.chosen.get(name))
            },
        }


def share_of(coverage: Any) -> float:
    """Of a share, or of `{turns, characters}` with what was covered of each."""
    match coverage:
        case int() | float():
            return float(coverage)
        case {"share": int() | float() as share}:
            return float(share)
        case {"characters": int() as characters, "covered_characters": int() as covered} if characters:
            return covered / characters
        case _:
            return _WHOLE
