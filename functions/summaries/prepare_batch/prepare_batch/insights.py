"""The insights that a job asks for: insights.yaml, or what the job names instead."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from docent.errors.summaries import InvalidJobError

TYPES = ("text", "choice", "list")


@cache
def own_insights() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(files(__package__).joinpath("insights.yaml").read_text("utf-8"))


def insights_of(named: Any) -> Mapping[str, Mapping[str, Any]]:
    """`named` is a job's own insights, name → {type, question, options?, members?}. Raises InvalidJobError."""
    if not isinstance(named, Mapping) or not named:
        raise InvalidJobError("Insights must be an object with at least one name.")
    for name, insight in named.items():
        if not isinstance(insight, Mapping) or not isinstance(insight.get("question"), str):
            raise InvalidJobError(f"The insight {name} needs a question.")
        if insight.get("type") not in TYPES:
            raise InvalidJobError(f"The type of the insight {name} must be one of {', '.join(TYPES)}.")
        if insight["type"] == "choice" and not _texts(insight.get("options")):
            raise InvalidJobError(f"The insight {name} is a choice and needs options.")
    return named


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
