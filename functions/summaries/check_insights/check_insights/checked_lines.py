"""The lines of `insights.jsonl`: what the model said of each transcript, checked against its turns."""

from collections.abc import Mapping
from typing import Any

from docent.spoken_turns import SpokenTurn

from .insight_checks import check_insights

# What only the check needs of a line.
_GIVEN = ("asked", "turns")


def checked_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """`line` is one of `joined.jsonl`; one without a valid reply has nothing to check."""
    if "insights" not in line:
        return {**line, "unsupported": []}
    turns = [SpokenTurn(**turn) for turn in line["turns"]]
    checked = check_insights(line["insights"], line["asked"], turns)
    kept = {name: value for name, value in line.items() if name not in _GIVEN}
    return kept | {"insights": checked.insights, "unsupported": checked.unsupported}
