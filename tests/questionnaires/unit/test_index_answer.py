"""The index holds what the library holds, however often and in whatever order its changes arrive."""

from typing import Any

import pytest

from docent.answer_library import LibraryAnswer
from docent.audiences import audience_of
from docent.errors import TransientError
from docent.errors.ingest import IndexingRefusedError
from docent.questionnaires import Question
from docent.readers import Readers
from tests.support.api_calls import MARY
from tests.support.aws import LIBRARY_TABLE, World
from tests.support.fake_index import FakeIndex
from tests.support.fake_vectors import FakeVectors
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.reviewed_questionnaires import question

EVENT = sample_event("index_answer.approved_again.json")
QUESTION = question(1, f"Who is {CANARY}?", parent="People")


def answer(answer_id: str = "a" * 32, version: int = 2, question: Question = QUESTION) -> LibraryAnswer:
    return LibraryAnswer(
        question=question,
        answer_id=answer_id,
        version=version,
        completion="A bird.",
        values=(),
        citations=(),
        sources=(),
        readers=Readers(frozenset({MARY.user})),
        owner=MARY.user,
        approved_by="erika@example.com",
        approved_at="2027-01-15T08:00:00.000Z",
        expires_at=2_000_000_000,
    )


def keep(aws: World, kept: LibraryAnswer) -> None:
    plain = {name: next(iter(value.values())) for name, value in kept.to_item().items()}
    aws.put_item(LIBRARY_TABLE, **plain | {"version": kept.version, "expires_at": kept.expires_at})


def changed(*answers: LibraryAnswer, before: int | None = None) -> dict[str, Any]:
    """The sample event, about other answers that had this version before."""
    (record,) = EVENT["Records"]
    keys = [{"digest": {"S": each.question.digest}, "answer_id": {"S": each.answer_id}} for each in answers]
    old = {} if before is None else {"version": {"N": str(before)}}
    records = [
        record | {"dynamodb": {"Keys": key} | ({"OldImage": key | old} if before is not None else {})} for key in keys
    ]
    return {"Records": records}


def test_an_approved_answer_is_indexed_with_its_question_and_readers(
    function: Function, aws: World, index: FakeIndex
) -> None:
    keep(aws, answer())
    function(changed(answer()))
    (entry,) = index.entries.values()
    assert entry.document["Id"] == f"library/{'a' * 32}/2"
    assert entry.text == f"People\n\nWho is {CANARY}?\n\nA bird."
    assert entry.attributes == {"_category": "APPROVED_ANSWER", "docent_key": QUESTION.digest}
    assert entry.document["AccessControlList"] == [{"Name": MARY.user, "Type": "USER", "Access": "ALLOW"}]


def test_a_new_version_replaces_the_one_before(function: Function, aws: World, index: FakeIndex) -> None:
    keep(aws, answer(version=1))
    function(changed(answer()))
    keep(aws, answer(version=2))
    function(changed(answer(), before=1))
    index.settle()
    assert list(index.entries) == [answer(version=2).entry_id]
    function(changed(answer(), before=1))
    function(changed(answer()))
    index.settle()
    assert list(index.entries) == [answer(version=2).entry_id], "the same changes again"


def test_a_withdrawn_answer_leaves_the_index(function: Function, aws: World, index: FakeIndex) -> None:
    keep(aws, answer())
    function(changed(answer()))
    aws.delete_items(LIBRARY_TABLE)
    function(changed(answer(), before=2))
    index.settle()
    assert index.entries == {}


def test_what_was_withdrawn_before_it_was_indexed_is_not_indexed(
    function: Function, aws: World, index: FakeIndex
) -> None:
    function(changed(answer()))
    function(EVENT)
    assert index.entries == {}


def test_many_changes_are_put_ten_at_a_time(function: Function, aws: World, index: FakeIndex) -> None:
    answers = [answer(f"{number:032x}") for number in range(23)]
    for each in answers:
        keep(aws, each)
    function(changed(*answers, *answers))
    assert len(index.entries) == 23


@pytest.mark.parametrize(
    ("code", "error"), [("InternalError", TransientError), ("InvalidRequest", IndexingRefusedError)]
)
def test_a_refusal_is_an_error_so_that_it_comes_again(
    function: Function, aws: World, index: FakeIndex, code: str, error: type[Exception]
) -> None:
    keep(aws, answer())
    index.refuses = {"/2": code}
    with pytest.raises(error):
        function(changed(answer()))
    index.refuses = {}
    function(changed(answer()))
    assert len(index.entries) == 1


def test_an_index_that_is_busy_is_asked_again(function: Function, aws: World, index: FakeIndex) -> None:
    keep(aws, answer())
    index.fail("ThrottlingException")
    with pytest.raises(TransientError):
        function(changed(answer()))


# In an index of S3 Vectors.


@pytest.fixture
def vector_library(function: Function, vectors: FakeVectors, embeddings: object) -> FakeVectors:
    function.set(SEARCH_INDEX="s3_vectors", INDEX_ID="", INDEX_ROLE_ARN="")
    return vectors


def test_an_approved_answer_is_a_vector_with_its_own_audience(
    function: Function, aws: World, vector_library: FakeVectors
) -> None:
    keep(aws, answer())
    function(changed(answer()))
    assert vector_library.metadata(answer().entry_id) == {
        "audience": audience_of(answer().readers),
        "kind": "approved_answer",
        "key": QUESTION.digest,
        "text_en": f"People\n\nWho is {CANARY}?\n\nA bird.",
    }


def test_vectors_of_answers_follow_the_library(function: Function, aws: World, vector_library: FakeVectors) -> None:
    keep(aws, answer(version=1))
    function(changed(answer(version=1)))
    keep(aws, answer(version=2))
    function(changed(answer(), before=1))
    function(changed(answer(), before=1))
    assert list(vector_library.vectors) == [answer(version=2).entry_id]
    aws.delete_items(LIBRARY_TABLE)
    function(changed(answer(), before=2))
    assert vector_library.vectors == {}


def test_a_long_question_and_answer_are_put_whole(function: Function, aws: World, vector_library: FakeVectors) -> None:
    asked = question(1, "Wort " * 2000)
    keep(aws, answer(question=asked))
    function(changed(answer(question=asked)))
    found = vector_library.metadata(answer().entry_id)
    assert found["text_en"].startswith(asked.text.strip())
    assert found["text_en"].endswith("A bird.")


def test_an_answer_over_the_limit_of_metadata_is_a_named_error(
    function: Function, aws: World, vector_library: FakeVectors
) -> None:
    asked = question(1, "Wort " * 9000)
    keep(aws, answer(question=asked))
    with pytest.raises(IndexingRefusedError, match="40,960 are allowed"):
        function(changed(answer(question=asked)))


def test_a_deleted_answer_that_is_still_there_is_deleted_again(
    function: Function, aws: World, vector_library: FakeVectors
) -> None:
    keep(aws, answer())
    function(changed(answer()))
    aws.delete_items(LIBRARY_TABLE)
    vector_library.keeps = ("/2",)
    with pytest.raises(TransientError):
        function(changed(answer(), before=2))
    vector_library.keeps = ()
    function(changed(answer(), before=2))
    assert vector_library.vectors == {}


def test_while_the_stack_moves_an_answer_leaves_the_former_index(
    function: Function, aws: World, index: FakeIndex, vectors: FakeVectors, embeddings: object
) -> None:
    keep(aws, answer())
    function(changed(answer()))
    function.set(SEARCH_INDEX="s3_vectors", FORMER_SEARCH_INDEX="kendra")
    function(changed(answer(), before=2))
    index.settle()
    assert (index.entries, list(vectors.vectors)) == ({}, [answer().entry_id])
    function.set(SEARCH_INDEX="kendra", FORMER_SEARCH_INDEX="s3_vectors")
    function(changed(answer(), before=2))
    assert (list(index.entries), vectors.vectors) == ([answer().entry_id], {})
