"""The lines of `joined.jsonl`: each transcript with what the model said of it, or the reason why it said nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from docent.spoken_turns import SpokenTurn, asked_of, coverage_of, turns_of

from .gathering import Gathering
from .replies import read_output, usage_of

# In a file, which is checked and masked as a whole.
LINES = 200


def lines_of(gathering: Gathering) -> Iterator[dict[str, Any]]:
    for record_id, parts in gathering.parts.items():
        yield {"record_id": record_id} | (
            _of_parts(gathering, record_id, parts) if len(parts) > 1 else _of_one(gathering, record_id)
        )


def _of_one(gathering: Gathering, record_id: str) -> dict[str, Any]:
    line = gathering.good(record_id)
    if line is None:
        return _without(gathering.why(record_id))
    turns = turns_of(line["modelInput"])
    coverage = _covered(turns, coverage_of(turns))
    return _replied(line, turns) | {"usage": usage_of(line["modelOutput"]), "coverage": coverage}


def _of_parts(gathering: Gathering, record_id: str, parts: tuple[str, ...]) -> dict[str, Any]:
    """A part without a valid reply is not covered, which the reason says."""
    lines = [(number, gathering.good(part)) for number, part in enumerate(parts, 1)]
    combined = gathering.good(gathering.combined[record_id])
    missing = [(number, gathering.why(parts[number - 1])) for number, line in lines if line is None]
    if combined is None:
        number, why = missing[0] if len(missing) == len(parts) else (0, gathering.why(gathering.combined[record_id]))
        return _without((why[0], f"Part {number} of {len(parts)}: {why[1]}" if number else f"Its parts: {why[1]}"))
    there = [line for _, line in lines if line]
    turns = [turn for line in there for turn in turns_of(line["modelInput"])]
    usage: Counter[str] = Counter()
    for line in (*there, combined):
        usage.update(usage_of(line["modelOutput"]))
    size = gathering.sizes[record_id] if missing else coverage_of(turns)
    found = _replied(combined, turns) | {"usage": dict(usage), "coverage": _covered(turns, size)}
    if missing:
        number, (_, why) = missing[0]
        found["reason"] = f"Part {number} of {len(parts)} is not covered: {why}"
    return found


def _replied(line: Mapping[str, Any], turns: list[SpokenTurn]) -> dict[str, Any]:
    """With what check_insights needs: the insights that were asked for, and what was said."""
    asked = asked_of(line["modelInput"])
    insights = read_output(line["modelOutput"], asked)
    return {"outcome": "ok", "asked": asked, "insights": insights, "turns": [asdict(turn) for turn in turns]}


def _covered(turns: list[SpokenTurn], size: dict[str, int]) -> dict[str, int]:
    """`{turns, characters, covered_turns, covered_characters}`."""
    return size | {f"covered_{name}": count for name, count in coverage_of(turns).items()}


def _without(why: tuple[str, str]) -> dict[str, Any]:
    outcome, reason = why
    return {"outcome": outcome, "reason": reason, "usage": {"inputTokens": 0, "outputTokens": 0}}
