"""Questions over passages of invented documents, and what a real model replied to them (record.py)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from answering.answer_prompts import QuestionInContext
from answering.retrieved_passages import Passage
from answering.text_languages import language_of

HERE = Path(__file__).parent
REPLIES = HERE / "replies.jsonl"


@dataclass(frozen=True)
class Case:
    """A question with its passages; a right answer matches all of `states` and none of `wrong`."""

    id: str
    question: str
    names: tuple[str, ...]
    passages: tuple[Passage, ...]
    states: tuple[str, ...]
    wrong: tuple[str, ...]
    answerable: bool = True
    injected: str | None = None

    @property
    def question_in_context(self) -> QuestionInContext:
        return QuestionInContext(self.question, self.question, (), language_of(self.question) or "en")

    def is_right(self, answer: str) -> bool:
        return bool(self.states) and all(map(self._finds(answer), self.states)) and not self.is_wrong(answer)

    def is_partly_right(self, answer: str) -> bool:
        return any(map(self._finds(answer), self.states))

    def is_wrong(self, answer: str) -> bool:
        return any(map(self._finds(answer), self.wrong))

    def _finds(self, answer: str) -> Any:
        return lambda pattern: re.search(pattern, answer, re.IGNORECASE)


@cache
def cases() -> tuple[Case, ...]:
    documents = yaml.safe_load((HERE / "documents.yaml").read_text())
    return tuple(_case(value, documents) for value in yaml.safe_load((HERE / "questions.yaml").read_text()))


def _case(value: Mapping[str, Any], documents: Mapping[str, Any]) -> Case:
    names = tuple(value["passages"])
    return Case(
        value["id"],
        value["question"],
        names,
        tuple(_passage(name, documents[name]) for name in names),
        tuple(value["states"]),
        tuple(value["wrong"]),
        value.get("answerable", True),
        value.get("injected"),
    )


def _passage(name: str, value: Mapping[str, Any]) -> Passage:
    return Passage(name, "1", value["document"], value["page"], None, None, value["text"], 3)


def recorded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in REPLIES.read_text().splitlines()] if REPLIES.exists() else []


def key_of(reply: Mapping[str, Any]) -> tuple[str, str]:
    return reply["id"], reply["prompt"]
