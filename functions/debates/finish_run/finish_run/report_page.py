"""A run's report as one page to look at: accuracy with its intervals, and each debate to read.

It loads nothing and runs no script. Arguments are a model's words: Jinja escapes them all, and the page's policy
forbids scripts even so.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from debating.measures import ENOUGH_CASES
from debating.plans import Unit
from debating.unit_tasks import Judgement, UnitTask

from .case_verdicts import CaseVerdict

_QUOTE = re.compile(r"<([vu])_quote>(.*?)</\1_quote>", re.DOTALL)
NAMES = {"naive": "Naive judge", "expert": "Expert judge", "consultancy": "Consultancy", "debate": "Debate"}


def page_of(report: Mapping[str, Any], debates: Sequence[Mapping[str, Any]]) -> str:
    return _template().render(report=report, debates=debates, names=NAMES, enough=ENOUGH_CASES)


def shown_debate(verdicts: Sequence[CaseVerdict]) -> dict[str, Any]:
    """One case with all its techniques, as the page shows it."""
    case = verdicts[0].case
    return {
        "id": case.id,
        "question": case.question,
        "answers": {"A": case.answer_a, "B": case.answer_b},
        "label": case.label,
        "techniques": [_technique(verdict) for verdict in verdicts],
    }


def _technique(verdict: CaseVerdict) -> dict[str, Any]:
    outcome, reason = verdict.outcome
    return {
        "technique": verdict.technique,
        "outcome": outcome,
        "reason": reason,
        "verdict": verdict.decision.side,
        "votes": verdict.decision.votes,
        "right": verdict.case.label and verdict.decision.side == verdict.case.label,
        "units": [_unit(task, judgement) for task, judgement in verdict.units],
    }


def _unit(task: UnitTask, judgement: Judgement) -> dict[str, Any]:
    return {
        "title": _title(task.unit),
        "said": [
            {
                "round": said.argument.round,
                "side": said.argument.side,
                "model": said.model_id,
                "was_cut": said.argument.was_cut,
                "pieces": pieces(said.argument.text),
            }
            for said in judgement.said
            if said.argument
        ],
        "votes": [
            {**each.vote.to_json(), "reasoning": each.reasoning}
            for each in judgement.votes
            if each.vote.after == (task.plan.rounds if task.unit.speakers else 0)
        ],
    }


def _title(unit: Unit) -> str:
    match unit.speakers:
        case ():
            return ""
        case (consultant,):
            return f"The consultant argues for answer {consultant.side}"
    return ", ".join(f"{speaker.model_id} argues for answer {speaker.side}" for speaker in unit.speakers)


def pieces(text: str) -> list[tuple[str, str]]:
    """An argument in pieces: `text`, `verified` or `unverified`, with the words."""
    found: list[tuple[str, str]] = []
    after = 0
    for quote in _QUOTE.finditer(text):
        found += [("text", text[after : quote.start()]), ("verified" if quote[1] == "v" else "unverified", quote[2])]
        after = quote.end()
    return [piece for piece in [*found, ("text", text[after:])] if piece[1]]


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"usd": _usd, "percent": _percent}
    return environment.from_string(files(__package__).joinpath("report_page.html").read_text("utf-8"))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _usd(dollars: float | None) -> str:
    if dollars is None:
        return "not known"
    return f"${dollars:,.2f}" if dollars >= 0.1 or not dollars else f"${dollars:.4f}"
