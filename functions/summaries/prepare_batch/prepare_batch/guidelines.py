"""The ethical guidelines that a job composes its prompt from: guidelines.yaml."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from docent.errors.summaries import InvalidJobError


@dataclass(frozen=True, slots=True)
class Guideline:
    name: str
    version: int
    text: str


@cache
def all_guidelines() -> dict[str, Guideline]:
    written = yaml.safe_load(files(__package__).joinpath("guidelines.yaml").read_text("utf-8"))
    return {name: Guideline(name, each["version"], each["text"]) for name, each in written.items()}


def guidelines_named(names: Iterable[str]) -> list[Guideline]:
    """In the order of the file, each once; all of them if no names are given. Raises InvalidJobError."""
    wanted, known = set(names), all_guidelines()
    if unknown := sorted(wanted - known.keys()):
        raise InvalidJobError(f"There is no guideline {unknown[0]}. There are {', '.join(known)}.")
    return [each for name, each in known.items() if not wanted or name in wanted]
