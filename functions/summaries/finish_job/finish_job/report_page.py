"""A job's report as one page to look at. It loads nothing and runs no script.

Names of files and reasons are other people's words: Jinja escapes them all, and the page's policy forbids scripts
even so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

WIDTH = 300
# Each outcome with its tone, in the order of the chart, and what it is called.
OUTCOMES = {
    "clean": ("good", "nothing private found"),
    "masked": ("good", "masked"),
    "duplicate": ("plain", "same call again"),
    "left_out": ("plain", "left out, its redacted twin is there"),
    "blocked": ("fair", "withheld by the guardrail"),
    "invalid_output": ("fair", "the model's reply was not valid"),
    "unreadable": ("bad", "no transcript"),
    "failed": ("bad", "failed"),
    "error": ("bad", "the model gave no reply"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar, in units of the chart."""

    tone: str
    label: str
    count: float
    begin: float
    length: float


def page_of(report: Mapping[str, Any]) -> str:
    outcomes = report["outcomes"]
    order = list(OUTCOMES)
    names = sorted(outcomes, key=lambda name: order.index(name) if name in order else len(order))
    tones = {name: OUTCOMES.get(name, ("bad", name.replace("_", " "))) for name in names}
    return _template().render(
        report=report,
        readable=sum(outcomes.get(name, 0) for name in ("clean", "masked", "duplicate")),
        outcomes=stacked((*tones[name], outcomes[name]) for name in names),
        pii=ranked(report["pii"]),
        residual=ranked(report["residual"]["found"]),
        unsupported=ranked(report["unsupported"]["by_kind"]),
        languages=ranked(report["languages"]),
        choices={name: ranked(found) for name, found in report["choices"].items()},
        stages=ranked(report["seconds"]),
        width=WIDTH,
    )


def stacked(parts: Iterable[tuple[str, str, float]]) -> list[Part]:
    """One bar of parts: tone, label and count of each."""
    given = [part for part in parts if part[2]]
    total = sum(count for _, _, count in given) or 1
    made: list[Part] = []
    begin = 0.0
    for tone, label, count in given:
        made.append(Part(tone, label, count, begin, WIDTH * count / total))
        begin += WIDTH * count / total
    return made


def ranked(counts: Mapping[str, float]) -> list[Part]:
    """A bar for each, as long as its share of the longest."""
    longest = max(counts.values(), default=0) or 1
    return [Part("plain", label, count, 0, WIDTH * count / longest) for label, count in counts.items()]


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"duration": _duration, "usd": _usd}
    return environment.from_string(files(__package__).joinpath("report_page.html").read_text("utf-8"))


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _usd(dollars: float | None) -> str:
    if dollars is None:
        return "not known"
    return f"${dollars:,.2f}" if dollars >= 0.1 or not dollars else f"${dollars:.4f}"
