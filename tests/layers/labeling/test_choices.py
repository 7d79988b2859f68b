"""How well people agree on what they chose."""

from typing import Any

import pytest

from labeling.choices import choice_agreement, met
from labeling.task_schemas import check_schema

SCHEMA = check_schema(
    {
        "name": "s", "version": "1", "media": "text",
        "clip": {"type": "object", "properties": {
            "side": {"enum": ["A", "B"]},
            "sure": {"type": "integer", "minimum": 1, "maximum": 5},
            "why": {"type": "string"},
        }},
    }
)  # fmt: skip


def label(**clip: Any) -> dict[str, Any]:
    return {"segments": [], "clip": clip}


@pytest.mark.parametrize(("labels", "expected"), [
    ([label(side="A", sure=1, why="x"), label(side="A", sure=1, why="y")], 1.0),
    ([label(side="A", sure=1), label(side="B", sure=1)], 0.5),
    ([label(side="A"), label(side="B"), label(side="A")], 0.6667),
    ([label(side="A"), label()], 0.5),
])  # fmt: skip
def test_agreement_is_the_share_of_pairs_that_chose_the_same(labels: list[Any], expected: float) -> None:
    assert choice_agreement(labels, SCHEMA) == expected


def test_what_is_written_freely_is_not_compared() -> None:
    free = check_schema(
        {
            "name": "s",
            "version": "1",
            "media": "text",
            "clip": {"type": "object", "properties": {"why": {"type": "string"}}},
        }
    )
    assert choice_agreement([label(why="x"), label(why="y")], free) == 1.0


def test_a_known_answer_is_met_choice_by_choice() -> None:
    counts = met(label(side="A", sure=3), label(side="A", why="x"), SCHEMA)
    assert counts == {"known_matched": 1, "known_found": 1, "known_wanted": 2}
