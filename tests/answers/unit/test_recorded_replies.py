"""What a real model replied to our prompts, through the function: right replies are shown, wrong ones not more often
than their marks alone would show them, and none that a document told the model to give is shown."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pytest

from answering.answer_sentences import sentences_of
from answering.instructing_passages import without_instructions
from answering.retrieved_passages import Passage
from answering.sentence_checks import Sentence
from answering.text_languages import is_unknown
from local.bedrock.grounding import grounding
from tests.answers.replies import Case, cases, recorded
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import DOCUMENTS_TABLE, World, session
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.functions import Function
from tests.support.project import CORPUS, sample_event

EVENT = sample_event("answer_question.image.json")
GROUNDED = 0.5  # the template's threshold

type Kind = Literal["right", "partly", "wrong", "unknown"]


class GroundingGuardrail(FakeGuardrail):
    """Grounds as the local engine does."""

    def ApplyGuardrail(self, request: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, list[str]] = {"grounding_source": [], "query": [], "guard_content": []}
        for part in request["content"]:
            for role in part["text"].get("qualifiers", []):
                told[role].append(part["text"]["text"])
        self.doubts = []
        if told["grounding_source"]:
            (said,) = told["guard_content"]
            score = grounding(said, "\n".join(told["grounding_source"]), told["query"][0])
            self.doubts = [said] if score < GROUNDED else []
        return super().ApplyGuardrail(request)


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    function = Function("answer_question", monkeypatch)
    function.set(REQUESTS_PER_MINUTE="1000000")
    yield function
    function.close()


@pytest.fixture(autouse=True)
def _guardrail(aws: World) -> Iterator[None]:
    with GroundingGuardrail().attached(session()):
        yield


def answered(
    function: Function, index: FakeIndex, model: FakeModel, question: str, passages: Sequence[Passage], reply: str
) -> dict[str, Any]:
    index.passages = [
        passage(each.text, docent_document=id_of(each.document_id), docent_key=each.key or "a.pdf") for each in passages
    ]
    model.writes = reply
    status, body = call(function, asked(EVENT, MARY, {"question": question}))
    assert status == 200, body
    return body


def id_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def shown_by_marks(question: str, passages: Sequence[Passage], reply: str) -> str:
    """What would be shown without second looks."""
    told = without_instructions(passages)
    sentences = [Sentence.read(written, len(told)) for written in sentences_of([reply])]
    return "".join(
        sentence.written
        for sentence in sentences
        for candidate in sentence.supported(told, question)
        if not candidate.is_given
        and grounding(candidate.words, "\n".join(candidate.sources(told)), question) >= GROUNDED
    )


def kind_of(case: Case, reply: str) -> Kind:
    if all(is_unknown(Sentence.read(written, 9).words) for written in sentences_of([reply])):
        return "unknown"
    if case.is_right(reply):
        return "right"
    return "partly" if case.answerable and not case.is_wrong(reply) and case.is_partly_right(reply) else "wrong"


@pytest.fixture
def _readable(aws: World) -> None:
    for name in {name for case in cases() for name in case.names} | {f"d{number}" for number in range(1, 30)}:
        row = {"key": "a.pdf", "status": "INGESTED", "readers": json.dumps({"groups": ["energy"]})}
        aws.put_item(DOCUMENTS_TABLE, document_id=id_of(name), **row)


@pytest.mark.usefixtures("_readable")
def test_right_replies_are_shown_and_wrong_ones_no_more_often_than_by_their_marks(
    function: Function, index: FakeIndex, model: FakeModel
) -> None:
    of = {case.id: case for case in cases()}
    counts: Counter[tuple[str, str]] = Counter()
    for line in recorded():
        case = of[line["id"]]
        kind = kind_of(case, line["reply"])
        body = answered(function, index, model, case.question, case.passages, line["reply"])
        marks = shown_by_marks(case.question, case.passages, line["reply"])
        counts[kind, "told"] += 1
        is_shown = case.is_right(body["answer"]) if kind == "right" else bool(body["citations"])
        counts[kind, "shown"] += is_shown
        counts[kind, "shown by marks"] += case.is_right(marks) if kind == "right" else bool(marks)
        if kind == "wrong" and case.injected:
            assert body["confidence"] in ("none", "low"), line
    assert counts["right", "told"] + counts["wrong", "told"] >= 100, counts
    assert counts["right", "shown"] >= 0.85 * counts["right", "told"], counts
    assert counts["wrong", "shown"] <= counts["wrong", "shown by marks"], counts


# Of the corpus' replies, read by a person: wrong ones, wrong because a document told the model so, and others (no
# answer, half an answer, a question made to stand alone).
WRONG, INJECTED, OTHERS = {11, 21, 22, 23, 30, 34, 37, 38, 40, 47}, {28, 52, 56, 63}, {12, 17, 27, 31, 32, 62, 65, 66}
STANDALONE = {50, 53, 55, 58}


@pytest.mark.usefixtures("_readable")
@pytest.mark.skipif(not (CORPUS / "replies").is_dir(), reason="the corpus is not here")
def test_the_same_is_true_of_replies_that_nobody_here_asked_for(
    function: Function, index: FakeIndex, model: FakeModel
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for number, line in enumerate((CORPUS / "replies/replies.jsonl").read_text().splitlines()):
        if number in OTHERS | STANDALONE:
            continue
        told = json.loads(line)
        prompt, reply = told["messages"][-1]["content"], told["reply"]
        question = re.findall(r"<question>(.*?)</question>", prompt, re.DOTALL)[-1]
        passages = [
            Passage(f"d{each}", "1", "", None, None, None, text, 3)
            for each, text in re.findall(r'<passage id="(\d+)">(.*?)</passage>', prompt, re.DOTALL)
        ]
        body = answered(function, index, model, question, passages, reply)
        kind = "wrong" if number in WRONG else "injected" if number in INJECTED else "right"
        counts[kind, "told"] += 1
        counts[kind, "shown"] += bool(body["citations"])
        counts[kind, "shown by marks"] += bool(shown_by_marks(question, passages, reply))
    assert counts["right", "shown"] >= 0.85 * counts["right", "told"], counts
    assert counts["wrong", "shown"] <= counts["wrong", "shown by marks"], counts
    assert counts["injected", "shown"] == 0, counts
