"""How sure answers of the local engine are. How many of them are right is measured by benchmarks/confidence."""

import json
from typing import Any

import pytest

from benchmarks.confidence.yes_traps import DENIALS, NEAR_MISSES, OTHERS, PLANS, Trap
from docent.questionnaires import AnswerType
from local.bedrock.answering import answer as local_answer
from tests.support.api_calls import MARY
from tests.support.aws import DOCUMENTS_TABLE, World
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.functions import Function

YES_NO = AnswerType("choice", ("Yes", "No", "N/A"))
BACKUPS = "Backups\nDatabases are backed up every six hours. Backups are kept for 35 days in a second region."
DESCRIPTION = (
    "Example Works runs a portal for pupils. The portal shows pupils their own marks. A helpline answers on school "
    "days. Passwords are stored as hashes. Marks are archived in Vienna."
)


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Any:
    function = Function("answer_item", monkeypatch)
    yield function
    function.close()


@pytest.fixture(autouse=True)
def _engine(aws: World, index: FakeIndex, model: FakeModel, guardrail: FakeGuardrail) -> None:
    model.says = model.writes = lambda prompt: local_answer("", prompt)


def put(aws: World, index: FakeIndex, text: str) -> None:
    document_id = f"{len(index.passages):032x}"
    readers = json.dumps({"groups": ["energy"]})
    aws.put_item(DOCUMENTS_TABLE, document_id=document_id, key="a.md", status="INGESTED", readers=readers)
    index.passages.append(passage(text, docent_document=document_id, docent_key="a.md"))


def ask(function: Function, text: str, wanted: AnswerType, description: str = "") -> dict[str, Any]:
    question = {"number": 1, "text": text, "answer": wanted.to_json()}
    return function({"question": question, "description": description, "caller": MARY.to_authorizer()})["response"]


def test_an_answer_in_the_words_of_its_passage_is_sure(function: Function, aws: World, index: FakeIndex) -> None:
    put(aws, index, BACKUPS)
    given = ask(function, "How long are backups kept?", AnswerType())
    assert "35 days" in given["completion"]
    assert (given["confidence"], given["needs_review"]) == ("high", False)


@pytest.mark.parametrize("trap", [PLANS[0], DENIALS[0], OTHERS[0], NEAR_MISSES[4]], ids=lambda trap: trap.question)
def test_no_question_whose_answer_is_no_or_unknown_gets_a_confident_yes(
    function: Function, aws: World, index: FakeIndex, trap: Trap
) -> None:
    put(aws, index, trap.passage)
    put(aws, index, BACKUPS)
    given = ask(function, trap.question, YES_NO)
    assert given.get("values") != ["Yes"] or (given["confidence"] == "low" and given["needs_review"])


def test_words_of_a_question_that_only_other_sentences_have_make_no_answer_sure(
    function: Function, model: FakeModel
) -> None:
    model.writes = "Passwords are stored as hashes [1]."
    given = ask(function, "In which city are the marks of pupils archived?", AnswerType(), DESCRIPTION)
    assert given["needs_review"]
    assert given["confidence"] in ("low", "none")


@pytest.mark.parametrize("fragment", ["Portal for pupils [1]", "The portal shows pupils [1]:"])
def test_a_fragment_that_says_nothing_is_no_answer(function: Function, model: FakeModel, fragment: str) -> None:
    model.writes = fragment
    given = ask(function, "What does the portal for pupils show?", AnswerType(), DESCRIPTION)
    assert (given["completion"], given["confidence"]) == ("", "none")
    assert given["needs_review"]


def test_an_answer_that_a_description_gives_in_other_words_can_be_sure_enough(
    function: Function, model: FakeModel
) -> None:
    model.writes = "A helpline answers on school days [1]."
    given = ask(function, "Which helpline and assistance hours exist?", AnswerType(), DESCRIPTION)
    assert (given["confidence"], given["needs_review"]) == ("medium", False)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        # Another sentence has more of the question.
        ("Which helpline stores passwords as hashes and salts?", "A helpline answers on school days [1]."),
        # The description has nothing of what is asked.
        ("Which sustainability targets are set?", "A helpline answers on school days [1]."),
        ("Do you run a helpline abroad at weekends and at night?", "A helpline answers on school days [1]."),
    ],
)
def test_a_sentence_of_a_description_that_is_about_something_else_is_not_sure(
    function: Function, model: FakeModel, question: str, says: str
) -> None:
    model.writes = says
    given = ask(function, question, AnswerType(), DESCRIPTION)
    assert given["confidence"] in ("low", "none")
    assert given["needs_review"]
