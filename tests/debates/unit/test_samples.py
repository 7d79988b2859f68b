"""The sample cases: nothing but what is true in them tells which summary is right."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from debating.arguments import Argument, argument_of
from debating.cases import Case, Technique, read_case
from debating.measures import ENOUGH_CASES
from debating.prompting import Speech, judge_request, speech_request
from debating.quotes import QuotedDocument
from debating.verdicts import Side, read_verdict
from local.bedrock import arguing
from samples.make_debates import FILE, TYPES, main

CASES = [read_case(line) for line in FILE.read_text("utf-8").splitlines()]
SIDES: tuple[Side, Side] = ("A", "B")


def test_the_script_writes_the_same_file_again(tmp_path: Path) -> None:
    main(tmp_path / "cases.jsonl")
    assert (tmp_path / "cases.jsonl").read_bytes() == FILE.read_bytes()


def test_there_are_enough_cases_of_each_type_of_error() -> None:
    assert len(CASES) >= ENOUGH_CASES
    counts = Counter(kind for case in CASES for kind in case.error_types)
    assert set(counts) == set(TYPES)
    assert len(set(counts.values())) == 1
    assert len({case.id for case in CASES}) == len(CASES)


def words_a_sentence(text: str) -> float:
    return len(text.split()) / len(re.findall(r"[.!?](?=\s|$)", text))


def variety(text: str) -> float:
    words = re.findall(r"\w+", text.casefold())
    return len(set(words)) / len(words)


@pytest.mark.parametrize("prefers", [
    pytest.param(lambda case: "A", id="the first"),
    pytest.param(lambda case: "A" if len(case.answer_a) > len(case.answer_b) else "B", id="the longer"),
    pytest.param(lambda case: max(SIDES, key=lambda side: words_a_sentence(case.answer(side))), id="longer sentences"),
    pytest.param(lambda case: max(SIDES, key=lambda side: variety(case.answer(side))), id="more different words"),
])  # fmt: skip
def test_who_does_not_read_the_document_is_right_in_half(prefers: Callable[[Case], Side]) -> None:
    right = sum(prefers(case) == case.label for case in CASES) / len(CASES)
    assert right == pytest.approx(0.5, abs=0.12)


def test_neither_summary_is_the_other_one_with_an_edit() -> None:
    for case in CASES:
        first, second = (re.split(r"(?<=[.!?])\s+", answer) for answer in (case.answer_a, case.answer_b))
        assert not set(first) & set(second), case.id


def says(request: dict[str, Any]) -> str:
    return arguing.answer(request["messages"][0]["content"][0]["text"])


def debated(case: Case) -> list[Argument]:
    said: list[Argument] = []
    for round in (1, 2, 3):
        spoken = [
            argument_of(
                says(speech_request(case, Speech("debater", side, round, 3, tuple(said)))),
                "debater", side, round, QuotedDocument(case.document),
            )
            for side in SIDES
        ]  # fmt: skip
        said += [argument for argument in spoken if argument]
    return said


def accuracy(technique: Technique) -> float:
    right = 0
    for case in CASES:
        said = debated(case) if technique == "debate" else []
        for first in SIDES:
            request = judge_request(case, technique, first, said, 0.7, takes_tools=False)
            verdict = read_verdict(says(request)).side
            right += verdict is not None and (first if verdict == "A" else "AB".replace(first, "")) == case.label
    return right / (2 * len(CASES))


def test_the_rules_are_right_more_often_with_the_document_or_a_debate_than_without() -> None:
    shares = {technique: accuracy(technique) for technique in ("naive", "expert", "debate")}
    assert shares["naive"] == pytest.approx(0.5, abs=0.1), json.dumps(shares)
    assert min(shares["expert"], shares["debate"]) > shares["naive"] + 0.15, json.dumps(shares)
