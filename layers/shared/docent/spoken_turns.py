"""What a request to the model holds: the turns of its transcript and the insights it asks for.

A batch's output repeats its input, so a reply is checked against the turns that the model really saw.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .text_language import clear_language_of

_TRANSCRIPT = re.compile(
    r"<transcript\b(?: language=\"(?P<language>\w+)\")?[^>\n]*>\n(?P<turns>.*)\n</transcript>", re.DOTALL
)
_INSIGHTS = re.compile(r"<insights(?: language=\"(?P<language>\w+)\")?>(?P<insights>.*)</insights>", re.DOTALL)
_TURN = re.compile(r"^(?P<number>\d+) (?P<speaker>[^:\n]+): ?(?P<text>.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """`speaker` is `agent`, `customer` or `speaker <n>`. A turn that was too long for one request is in several, with
    the same number."""

    number: int
    speaker: str
    text: str


def turns_of(model_input: Mapping[str, Any]) -> list[SpokenTurn]:
    """In their order. Of a request that holds no transcript, none."""
    found = _TRANSCRIPT.search(_first_message(model_input))
    return [
        SpokenTurn(int(turn["number"]), turn["speaker"], turn["text"])
        for turn in _TURN.finditer(found["turns"] if found else "")
    ]


def asked_of(model_input: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The insights that it asks for, name → {type, question, options?, members?}."""
    found = _insights(model_input)
    return json.loads(found["insights"]) if found else {}


def language_asked(model_input: Mapping[str, Any]) -> str:
    """The language that the summary is to be in, ISO 639-1: the job's, or that of the transcript. Empty where neither
    is stated and the turns leave a doubt."""
    insights, transcript = _insights(model_input), _TRANSCRIPT.search(_first_message(model_input))
    stated = (insights and insights["language"]) or (transcript and transcript["language"])
    return stated or clear_language_of(" ".join(turn.text for turn in turns_of(model_input)))


def coverage_of(turns: Iterable[SpokenTurn]) -> dict[str, int]:
    """How many turns and characters of the transcript the model was given."""
    turns = list(turns)
    return {"turns": len({turn.number for turn in turns}), "characters": sum(len(turn.text) for turn in turns)}


def _insights(model_input: Mapping[str, Any]) -> re.Match[str] | None:
    message = _first_message(model_input)
    return _INSIGHTS.search(message, message.rfind("</transcript>") + 1)


def _first_message(model_input: Mapping[str, Any]) -> str:
    return "\n".join(block["text"] for block in model_input["messages"][0]["content"] if "text" in block)
