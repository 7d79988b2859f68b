"""The folder of one evaluation: results.jsonl has each answer as soon as it is there, so that none is lost."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any, Self

from cli.evaluation.judging import Asked, Judged
from cli.evaluation.question_fields import Question
from cli.plain_text import one_line
from cli.target import CommandError

RESULTS, REPORT, PAGE = "results.jsonl", "report.json", "report.html"


@dataclass(frozen=True, slots=True)
class Source:
    """Who asked which deployment: answers of others do not belong to the same evaluation."""

    stack: str
    user: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder holds of an evaluation that was interrupted, or that is complete."""

    source: Source
    asked: Asked

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Self:
        fields = ("question", "asked_at", "seconds", "reply", "error")
        return cls(Source(line["stack"], line["user"]), Asked(**{name: line[name] for name in fields}))


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path

    @classmethod
    def chosen(cls, path: Path | None, day: str, questions: Sequence[Question], source: Source) -> Self:
        """The folder that was named, or one of today's: that of an interrupted evaluation of the same questions, or
        a new one. Raises CommandError if the one that was named is of something else.
        """
        if path is not None:
            named = cls(path)
            if why := named.why_another(questions, source):
                raise CommandError(f"{one_line(str(path))} holds {why}. Name another folder with --output.")
            return named
        names = chain([f"evaluation-{day}"], (f"evaluation-{day}-{number}" for number in count(2)))
        for folder in (cls(Path(name)) for name in names):
            if not folder.path.exists():
                return folder
            unfinished = len(folder.kept()) < len(questions)
            if folder.kept() and unfinished and not folder.why_another(questions, source):
                return folder
        raise AssertionError("there is always another number")

    def kept(self) -> list[Kept]:
        """What was answered; a line that was not written to its end is passed over."""
        return [Kept.from_json(line) for line in _lines(self.path / RESULTS)]

    def why_another(self, questions: Sequence[Question], source: Source) -> str | None:
        kept, texts = self.kept(), {question.text for question in questions}
        if any(each.asked.question not in texts for each in kept):
            return "answers to other questions"
        others = {each.source for each in kept} - {source}
        if others:
            other = others.pop()
            return f"answers of {other.stack} to {other.user}"
        return None

    def add(self, judged: Judged, source: Source) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / RESULTS).open("ab") as file:
            file.write(_line(judged, source))

    def write_results(self, judged: Iterable[Judged], source: Source) -> None:
        self._replace(RESULTS, b"".join(_line(each, source) for each in judged))

    def write_report(self, report: dict[str, Any]) -> None:
        self._replace(REPORT, _encoded(report, indent=2))

    def write_page(self, page: str) -> Path:
        self._replace(PAGE, page.encode())
        return self.path / PAGE

    def _replace(self, name: str, content: bytes) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / f".{name}.{os.getpid()}"
        partial.write_bytes(content)
        partial.replace(self.path / name)


def earlier(path: Path) -> list[Asked]:
    """The answers of an earlier evaluation. Raises CommandError if the folder has none."""
    asked = [each.asked for each in Folder(path).kept()]
    if not asked:
        raise CommandError(f"{one_line(str(path))} holds no evaluation: there is nothing to read in its {RESULTS}.")
    return asked


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in path.read_bytes().split(b"\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "question" in found:
            yield found


def _line(judged: Judged, source: Source) -> bytes:
    question, asked = judged.question, judged.asked
    return _encoded(
        {
            "question": question.text,
            "line": question.line,
            "expected": {
                "answers": list(question.answers),
                "places": [str(place) for place in question.places],
                "answerable": question.answerable,
            },
            "outcome": judged.outcome,
            "measures": dict(judged.measures),
            "seconds": asked.seconds,
            "asked_at": asked.asked_at,
            "stack": source.stack,
            "user": source.user,
            "reply": asked.reply,
            "error": asked.error,
        }
    )


def _encoded(value: Any, indent: int | None = None) -> bytes:
    """As JSON escapes them, for the halves of surrogate pairs that UTF-8 has not."""
    return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "backslashreplace")
