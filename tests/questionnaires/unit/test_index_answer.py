"""The index holds what the library holds, however often and in whatever order its changes arrive."""

from typing import Any

import pytest

from docent.answer_library import LibraryAnswer
from docent.errors import TransientError
from docent.errors.ingest import IndexingRefusedError
from docent.questionnaires import Question
from docent.readers import Readers
from tests.support.api_calls import MARY
from tests.support.aws import LIBRARY_TABLE, World
from tests.support.fake_index import FakeIndex
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
