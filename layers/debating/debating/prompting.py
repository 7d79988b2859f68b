"""Requests of Converse to speakers and judges. Each prompt is a file of its own, with a version that a run records.

A speaker is told neither its position nor its opponent's model, and a judge knows Debater A and Debater B alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import yaml

from docent.prompts import disarmed, tagged

from .arguments import ASKED_WORDS, Argument, Role, as_seen
from .cases import Case, Technique, opposite
from .verdicts import TOOL, TOOL_CONFIG, Side

PROMPTS = (
    "debater",
    "consultant",
    "judge_naive",
    "judge_expert",
    "judge_consultancy",
    "judge_debate",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be said: for which answer, in which of how many rounds, and after which arguments."""

    role: Role
    side: Side
    round: int
    rounds: int
    said: Sequence[Argument] = ()


@cache
def prompt(name: str) -> Mapping[str, Any]:
    return yaml.safe_load(files(__package__).joinpath(f"prompts/{name}.yaml").read_text("utf-8"))


def prompt_versions() -> dict[str, int]:
    return {name: prompt(name)["version"] for name in PROMPTS}


def speech_request(case: Case, speech: Speech) -> dict[str, Any]:
    written = prompt(speech.role)
    advice = "opening" if speech.round == 1 else "second" if speech.round == 2 else "later"
    said = [
        _argument("you" if each.side == speech.side else "your opponent", each.round, each.text)
        for each in sorted(speech.said, key=lambda each: (each.round, each.side != speech.side))
    ]
    return {
        "system": [{"text": _filled(written["system"], words=str(ASKED_WORDS[speech.role]))}],
        "messages": _messages(
            written["user"],
            document=tagged("document", case.document),
            question=tagged("question", case.question),
            your_answer=tagged("your_answer", case.answer(speech.side)),
            other_answer=tagged("other_answer", case.answer(opposite(speech.side))),
            transcript=_transcript(said),
            round=str(speech.round),
            rounds=str(speech.rounds),
            advice=written[advice],
        ),
        "inferenceConfig": {"maxTokens": written["max_tokens"], "temperature": written["temperature"]},
    }


def judge_request(
    case: Case,
    technique: Technique,
    first: Side,
    arguments: Sequence[Argument],
    temperature: float | None,
    takes_tools: bool = True,
) -> dict[str, Any]:
    """`first` is the answer of the case that the judge sees as A. Without a temperature the model's own is used."""
    written, verdict = prompt(f"judge_{technique}"), prompt("verdict")
    speaker = "Debater {}" if technique == "debate" else "Consultant, for answer {}"
    said = [_argument(speaker.format(letter), each.round, text) for letter, each, text in as_seen(arguments, first)]
    form = _filled(verdict["by_tool"], tool=TOOL) if takes_tools else verdict["by_line"].strip()
    limits: dict[str, Any] = {"maxTokens": verdict["max_tokens"]}
    request: dict[str, Any] = {
        "system": [{"text": written["system"].strip()}],
        "messages": _messages(
            f"{written['user'].strip()}\n\n{form}",
            document=tagged("document", case.document),
            question=tagged("question", case.question),
            answer_a=tagged("answer_a", case.answer(first)),
            answer_b=tagged("answer_b", case.answer(opposite(first))),
            transcript=_transcript(said),
        ),
        "inferenceConfig": limits if temperature is None else limits | {"temperature": temperature},
    }
    return request | ({"toolConfig": TOOL_CONFIG} if takes_tools else {})


def asked_again(request: Mapping[str, Any], reply: str) -> dict[str, Any]:
    """The same request once more, after a reply that holds no verdict."""
    messages = [*request["messages"], {"role": "assistant", "content": [{"text": reply or "(nothing)"}]}]
    again = {"role": "user", "content": [{"text": prompt("verdict")["again"].strip()}]}
    return {name: value for name, value in request.items() if name != "toolConfig"} | {"messages": [*messages, again]}


def _transcript(said: Sequence[str]) -> str:
    return "<transcript>\n{}\n</transcript>".format("\n".join(said)) if said else ""


def _argument(speaker: str, round: int, text: str) -> str:
    return f'<argument by="{speaker}" round="{round}">{disarmed(text, "argument", "transcript")}</argument>'


def _messages(template: str, **parts: str) -> list[dict[str, Any]]:
    text = _filled(template, **parts)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return [{"role": "user", "content": [{"text": text}]}]


def _filled(template: str, **parts: str) -> str:
    return Template(template).substitute({name: part.strip() for name, part in parts.items()}).strip()
