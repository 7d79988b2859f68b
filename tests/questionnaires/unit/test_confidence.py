"""How sure answers of the local engine are, and how many of them are right.

`-s` prints the table. What is marked high must be right in 95 of 100 cases.
"""

import json
from collections import Counter
from typing import Any

import pytest

from answering.passage_support import share_of, words_of
from docent.questionnaires import AnswerType
from local.bedrock.answering import answer as local_answer
from tests.questionnaires.unit.company_knowledge import KNOWLEDGE, QUESTIONS
from tests.questionnaires.unit.yes_traps import TRAPS
from tests.support.api_calls import MARY
from tests.support.aws import DOCUMENTS_TABLE, World
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.functions import Function

YES_NO = AnswerType("choice", ("Yes", "No", "N/A"))
LEAST_RIGHT = 0.95


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Any:
    function = Function("answer_item", monkeypatch)
    yield function
    function.close()


@pytest.fixture(autouse=True)
def _knowledge(aws: World, index: FakeIndex, model: FakeModel, guardrail: FakeGuardrail) -> None:
    model.says = model.writes = lambda prompt: local_answer("", prompt)
    for number, (key, texts) in enumerate((KNOWLEDGE | {"trap.md": [""]}).items()):
        document_id = f"{number:032x}"
        readers = json.dumps({"groups": ["energy"]})
        aws.put_item(DOCUMENTS_TABLE, document_id=document_id, key=key, status="INGESTED", readers=readers)
        index.passages += [passage(text, docent_document=document_id, docent_key=key) for text in texts if text]


def ask(function: Function, text: str, wanted: AnswerType) -> dict[str, Any]:
    question = {"number": 1, "text": text, "answer": wanted.to_json()}
    return function({"question": question, "caller": MARY.to_authorizer()})["response"]


def best(passages: list[dict[str, Any]], question: str, most: int) -> list[dict[str, Any]]:
    """Those that share most words with a question, as an index would find them."""
    return sorted(passages, key=lambda each: -share_of(words_of(question), each["Content"]))[:most]


def test_answers_marked_high_are_right(function: Function, index: FakeIndex) -> None:
    known = list(index.passages)
    table: Counter[tuple[str, bool]] = Counter()
    wrong: list[str] = []
    for text, words, value in QUESTIONS:
        index.passages = best(known, text, 3)
        given = ask(function, text, YES_NO if value else AnswerType())
        is_right = given.get("values") == [value] if value else all(word in given["completion"] for word in words)
        table[given["confidence"], is_right] += 1
        if not is_right:
            wrong.append(
                f"{given['confidence']}: {text} {given.get('values', '')} {given['completion']} {given['reason']}"
            )
    print(_shown(table), *wrong, sep="\n")
    right, not_right = table["high", True], table["high", False]
    assert right / max(1, right + not_right) >= LEAST_RIGHT
    assert right >= len(QUESTIONS) / 3  # else nothing would be marked high


def test_no_question_whose_answer_is_no_or_unknown_gets_a_confident_yes(function: Function, index: FakeIndex) -> None:
    known, table = list(index.passages), Counter[tuple[str, bool]]()
    trap_id = f"{len(KNOWLEDGE):032x}"
    for trap in TRAPS:
        index.passages = [
            passage(trap.passage, docent_document=trap_id, docent_key="trap.md"),
            *best(known, trap.question, 1),
        ]
        given = ask(function, trap.question, YES_NO)
        is_yes = given.get("values") == ["Yes"]
        assert not is_yes or (given["confidence"] == "low" and given["needs_review"]), trap
        table[given["confidence"], given.get("values", [""]) == [trap.honest]] += 1
    print(_shown(table))


def _shown(table: Counter[tuple[str, bool]]) -> str:
    rows = [
        f"| {level} | {table[level, True]} | {table[level, False]} |" for level in ("high", "medium", "low", "none")
    ]
    return "\n".join(["", "| confidence | right | not right |", "| --- | ---: | ---: |", *rows])
