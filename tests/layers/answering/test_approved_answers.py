"""The approved answer to a question: the same, or in other words; for those who can read it; stale or not."""

from collections.abc import Iterator
from typing import Any

import pytest

from answering.answering_settings import answering_settings
from answering.approved_answers import find_approved, library_settings
from answering.retrieval import retrieve, retriever
from docent.answer_library import LibraryAnswer
from docent.questionnaires import AnswerType, Question
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, OTTO
from tests.support.aws import DOCUMENTS_TABLE, LIBRARY_TABLE, World
from tests.support.fake_index import FakeIndex, passage
from tests.support.functions import ENVIRONMENT
from tests.support.reviewed_questionnaires import BEEF, POLICY, put_document, question

ASKED = question(1, "Do you encrypt customer data at rest?")
REPHRASED = question(9, "Is customer data encrypted at rest?")
NOW = 1_800_000_000
EXPIRES = NOW + 1000


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, aws: World, index: FakeIndex) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    answering_settings.cache_clear()
    library_settings.cache_clear()
    retriever.cache_clear()
    put_document(aws, BEEF)
    yield
    answering_settings.cache_clear()
    library_settings.cache_clear()
    retriever.cache_clear()


def keep(aws: World, index: FakeIndex, asked: Question = ASKED, **changes: Any) -> LibraryAnswer:
    """In the table and in the index."""
    values: dict[str, Any] = {
        "question": asked,
        "answer_id": "a" * 32,
        "version": 1,
        "completion": "Yes, with AES-256.",
        "values": (),
        "citations": (POLICY,),
        "sources": ((BEEF, "1"),),
        "readers": Readers(),
        "owner": MARY.user,
        "approved_by": ERIKA.user,
        "approved_at": "2027-01-15T08:00:00.000Z",
        "expires_at": EXPIRES,
    }
    kept = LibraryAnswer(**(values | changes))
    plain = {name: next(iter(value.values())) for name, value in kept.to_item().items()}
    aws.put_item(LIBRARY_TABLE, **plain | {"version": kept.version, "expires_at": kept.expires_at})
    attributes = {"_category": "APPROVED_ANSWER", "docent_key": asked.digest}
    index.passages.append(
        {
            "Id": "query-1-0",
            "DocumentId": kept.entry_id,
            "DocumentTitle": asked.text,
            "Content": kept.completion,
            "DocumentAttributes": [{"Key": key, "Value": {"StringValue": value}} for key, value in attributes.items()],
            "ScoreAttributes": {"ScoreConfidence": "HIGH"},
        }
    )
    return kept


def found(asked: Question, caller: Any = MARY, now: float = NOW) -> Any:
    return find_approved(asked, caller, lambda: now)


def test_the_same_question_finds_its_answer_without_a_search(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    answer = found(question(5, "do you encrypt customer data  at rest"))
    assert (answer.answer_id, answer.completion, answer.citations) == ("a" * 32, "Yes, with AES-256.", (POLICY,))
    assert (answer.approved_by, answer.approved_at) == (ERIKA.user, "2027-01-15T08:00:00.000Z")
    assert (answer.is_stale, answer.stale_reason) == (False, "")
    assert index.asked("Retrieve") == []


def test_other_words_find_it_among_the_approved_answers_alone(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    assert found(REPHRASED).answer_id == "a" * 32
    (search,) = index.asked("Retrieve")
    only = {"EqualsTo": {"Key": "_category", "Value": {"StringValue": "APPROVED_ANSWER"}}}
    assert (search["AttributeFilter"], search["UserContext"]["UserId"]) == (only, MARY.user)


def test_another_question_finds_nothing_although_the_index_finds_it(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    assert found(question(9, "Will you encrypt customer data at rest?")) is None


def test_what_was_withdrawn_is_not_found_although_the_index_still_has_it(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    aws.delete_items(LIBRARY_TABLE)
    assert found(REPHRASED) is None


@pytest.mark.parametrize("asked", [ASKED, REPHRASED])
def test_it_is_for_those_who_can_read_its_sources(aws: World, index: FakeIndex, asked: Question) -> None:
    keep(aws, index)
    assert found(asked, ERIKA)
    assert found(asked, OTTO) is None
    aws.delete_item(DOCUMENTS_TABLE, document_id=BEEF)
    assert found(asked, ERIKA) is None


def test_written_by_hand_it_is_for_the_readers_of_its_questionnaire(aws: World, index: FakeIndex) -> None:
    keep(aws, index, sources=(), citations=(), readers=Readers(frozenset({OTTO.user})))
    assert found(ASKED, OTTO)
    assert found(ASKED, MARY) is None


def test_an_expired_one_is_stale_and_says_so(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    answer = found(ASKED, now=EXPIRES)
    assert answer.is_stale
    assert "expired" in answer.stale_reason


def test_one_whose_source_changed_is_stale_at_once(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    put_document(aws, BEEF, generation="2")
    assert "has changed" in found(ASKED).stale_reason
    put_document(aws, BEEF, status="REMOVED")
    assert "was removed" in found(ASKED).stale_reason


def test_one_that_holds_comes_before_a_newer_stale_one_and_then_the_newest(aws: World, index: FakeIndex) -> None:
    keep(aws, index, answer_id="b" * 32, approved_at="2027-01-14T08:00:00.000Z")
    keep(aws, index, answer_id="c" * 32, approved_at="2027-01-13T08:00:00.000Z")
    keep(aws, index, answer_id="d" * 32, approved_at="2027-01-15T08:00:00.000Z", expires_at=NOW - 1)
    assert found(ASKED).answer_id == "b" * 32


def test_its_values_are_spelt_as_the_question_wants_them(aws: World, index: FakeIndex) -> None:
    given = Question(1, ASKED.text, {}, answer=AnswerType("choice", ("Yes", "No")))
    keep(aws, index, given, values=("Yes",))
    assert found(Question(2, ASKED.text, {}, answer=AnswerType("choice", ("YES", "NO")))).values == ("YES",)
    assert found(Question(2, ASKED.text, {}, answer=AnswerType("choice", ("Yes", "No", "Partly")))) is None
    assert found(ASKED) is None, "a text is not a choice"


def test_a_question_that_is_asked_gets_no_approved_answers_among_its_passages(aws: World, index: FakeIndex) -> None:
    keep(aws, index)
    index.passages.append(passage("Backups are kept.", docent_document=BEEF))
    assert [each.text for each in retrieve(ASKED.text, MARY)] == ["Backups are kept."]
