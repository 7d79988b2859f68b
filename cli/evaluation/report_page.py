"""report.html: the evaluation as one page to look at. It loads nothing and runs no script.

Questions, answers and file names are other people's words: Jinja escapes them all, and the page's policy forbids
scripts even so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from cli.evaluation import charts
from cli.evaluation.comparison import Change, Comparison
from cli.evaluation.judging import OUTCOMES, Judged, Outcome, is_at
from cli.evaluation.measures import MEASURES
from cli.plain_text import neutral

TEMPLATE = Path(__file__).with_name("report.html")


def page_of(
    report: Mapping[str, Any], judged: Sequence[Judged], comparison: Comparison | None, shortfalls: Sequence[str]
) -> str:
    counts = Counter(each.outcome for each in judged)
    return _template().render(
        report=report,
        cards=[_card(number, each, comparison) for number, each in enumerate(judged, start=1)],
        filters=[(outcome, OUTCOMES[outcome], counts[outcome]) for outcome in Outcome if counts[outcome]],
        withheld=sum(_withheld(each) > 0 for each in judged),
        other_numbers=sum(_lacks_numbers(each) for each in judged),
        comparison=comparison,
        outcomes=OUTCOMES,
        measures=MEASURES,
        shortfalls=shortfalls,
        tones=charts.TONE_NAMES,
        confidences=charts.by_confidence(judged),
        histograms=[
            ("Answer similarity", charts.similarities(judged)),
            ("Time to the answer", charts.latencies(judged)),
        ],
        width=charts.WIDTH,
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_visible, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(TEMPLATE.read_text("utf-8"))


def _card(number: int, judged: Judged, comparison: Comparison | None) -> dict[str, Any]:
    """One question as the page shows it; `classes` are what the filters look for."""
    reply = judged.asked.reply or {"answer": "", "citations": []}
    places = judged.question.places
    better, worse = ({each.number for each in changes} for changes in _changes(comparison))
    change = "better" if number in better else "worse" if number in worse else None
    withheld = _withheld(judged)
    marks = {"withheld": withheld, "numbers": _lacks_numbers(judged), change: change}
    return {
        "number": number,
        "question": judged.question.text,
        "expected": judged.question.answers,
        "places": [str(place) for place in places],
        "answerable": judged.question.answerable,
        "outcome": OUTCOMES[judged.outcome],
        "tone": charts.TONES[judged.outcome],
        "classes": [judged.outcome, *(mark for mark, is_there in marks.items() if is_there)],
        "change": change,
        "withheld": withheld,
        "measures": judged.measures,
        "reply": judged.asked.reply,
        "error": judged.asked.error,
        "seconds": judged.asked.seconds,
        "citations": [
            {**citation, "right": any(is_at(citation, place) for place in places) if places else None}
            for citation in reply["citations"]
        ],
    }


def _changes(comparison: Comparison | None) -> tuple[Sequence[Change], Sequence[Change]]:
    return (comparison.better, comparison.worse) if comparison else ((), ())


def _lacks_numbers(judged: Judged) -> bool:
    return judged.measures.get("numbers", 1) < 1


def _withheld(judged: Judged) -> int:
    return (judged.asked.reply or {}).get("sentences", {}).get("withheld", 0)


def _visible(value: Any) -> Any:
    """Text without characters that cannot be seen or that change the writing direction; see cli/plain_text.py."""
    return neutral(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
