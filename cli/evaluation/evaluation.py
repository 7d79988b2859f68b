"""One evaluation from its first question to its report. It survives interruptions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.evaluation.asking import Asking
from cli.evaluation.comparison import Comparison, compared
from cli.evaluation.folder import Folder, Source
from cli.evaluation.judging import Asked, Judged, judge
from cli.evaluation.measures import Measure, Prices, measured, shortfalls, totals
from cli.evaluation.question_fields import Question
from cli.evaluation.report_page import page_of


@dataclass
class Evaluation:
    questions: Sequence[Question]
    source: Source
    folder: Folder
    _asked: dict[int, Asked] = field(default_factory=dict)

    @property
    def judged(self) -> list[Judged]:
        """In the order of the file."""
        return [judge(self.questions[place], self._asked[place]) for place in sorted(self._asked)]

    def take_kept(self) -> None:
        """Begin with what the folder holds. A question that got no reply is asked again."""
        places: dict[str, list[int]] = {}
        for place, question in enumerate(self.questions):
            places.setdefault(question.text, []).append(place)
        for kept in self.folder.kept():
            if kept.asked.reply is not None and places.get(kept.asked.question):
                self._asked[places[kept.asked.question].pop(0)] = kept.asked
        if self._asked:
            self.folder.write_results(self.judged, self.source)

    def ask(self, asking: Asking, at_once: int, advance: Callable[[], object]) -> None:
        """Ask what has not been answered. Each answer is kept before `advance` is called."""
        places = [place for place in range(len(self.questions)) if place not in self._asked]
        for which, asked in asking.all([self.questions[place].text for place in places], at_once):
            self._asked[places[which]] = asked
            self.folder.add(judge(self.questions[places[which]], asked), self.source)
            advance()


@dataclass(frozen=True, slots=True)
class Summary:
    """What report.json and the terminal show."""

    report: dict[str, Any]
    measures: dict[str, Measure]
    comparison: Comparison | None
    shortfalls: list[str]
    page: Path


def sum_up(
    evaluation: Evaluation,
    file: str,
    prices: Prices | None,
    thresholds: dict[str, float],
    earlier: Sequence[Asked] | None,
) -> Summary:
    """Write all files of the folder."""
    judged, source, folder = evaluation.judged, evaluation.source, evaluation.folder
    measures = measured(judged)
    comparison = compared(judged, earlier) if earlier else None
    under = shortfalls(measures, thresholds)
    times = sorted(each.asked.asked_at for each in judged)
    report = {
        "file": file,
        "stack": source.stack,
        "user": source.user,
        "began_at": times[0],
        "ended_at": times[-1],
        "questions": len(evaluation.questions),
        "asked": len(judged),
        "measures": {name: {"value": each.value, "of": each.of} for name, each in measures.items() if each.of},
        **totals(judged, prices),
        "prices_usd_per_million_tokens": {"input": prices.input, "output": prices.output} if prices else None,
        "thresholds": thresholds,
        "shortfalls": under,
        "comparison": comparison.to_json() if comparison else None,
    }
    folder.write_results(judged, source)
    folder.write_report(report)
    page = folder.write_page(page_of(report, judged, comparison, under))
    return Summary(report, measures, comparison, under, page)
