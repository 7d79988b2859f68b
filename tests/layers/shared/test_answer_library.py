"""Approved answers: who can read one, and when it is stale, at the moment it is used."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from docent.answer_library import LibraryAnswer, answer_id_of, approved, readers_of_all
from docent.document_rows import DocumentRow
from docent.questionnaires import Answer
from docent.readers import NOBODY, Readers
from tests.support.api_calls import ERIKA, MARY, OTTO
from tests.support.reviewed_questionnaires import BEEF, CAFE, DIAGRAM, POLICY, QUESTIONNAIRE_ID, answered, question

MOMENT = datetime(2027, 1, 15, 8, tzinfo=UTC)
NOW = MOMENT.timestamp()
DAY = 86_400
ANSWER = answered("x [1][2].", POLICY, DIAGRAM)
ASKED = question(2, "How long are backups kept?", existing="x")


def row(document_id: str, *users: str, **changes: Any) -> DocumentRow:
    readers = json.dumps({"users": list(users)})
    values = {"document_id": document_id, "key": f"{document_id[:4]}.pdf", "generation": "1", "status": "INGESTED"}
    return DocumentRow.from_item(
        {name: {"S": each} for name, each in (values | {"readers": readers} | changes).items()}
    )


def rows(**changes: Any) -> dict[str, DocumentRow]:
    """Mary and Erika can read the one, Mary and Otto the other."""
    return {BEEF: row(BEEF, MARY.user, ERIKA.user, **changes), CAFE: row(CAFE, MARY.user, OTTO.user)}


def keep(answer: Answer = ANSWER, known: Any = None) -> LibraryAnswer:
    return approved(
        ASKED,
        answer,
        rows() if known is None else known,
        questionnaire_id=QUESTIONNAIRE_ID,
        version=3,
        readers=Readers(frozenset({MARY.user, ERIKA.user})),
        owner=MARY.user,
        by=ERIKA.user,
        moment=MOMENT,
        days=180,
    )


def test_an_answer_comes_back_from_the_table_as_it_was() -> None:
    kept = keep(answered("x [1].", POLICY, DIAGRAM, values=("Yes",)))
    read = LibraryAnswer.from_item(kept.to_item())
    assert (read.question.digest, read.question.existing, read.question.place) == (ASKED.digest, "", {})
    assert read.to_item() == kept.to_item()
    assert (read.entry_id, read.sources) == (f"library/{kept.answer_id}/3", ((BEEF, "1"), (CAFE, "1")))


def test_it_can_be_read_by_those_who_can_read_all_its_sources() -> None:
    kept = keep()
    assert [kept.may_be_read_by(caller, rows()) for caller in (MARY, ERIKA, OTTO)] == [True, False, False]


def test_its_readers_are_those_of_its_sources_now() -> None:
    kept = keep()
    shared = rows() | {CAFE: row(CAFE, ERIKA.user)}
    assert [kept.may_be_read_by(caller, shared) for caller in (MARY, ERIKA)] == [False, True]
    assert not kept.may_be_read_by(MARY, {BEEF: rows()[BEEF]}), "nobody knows who could read the other one"


def test_without_sources_it_can_be_read_by_the_readers_of_its_questionnaire() -> None:
    kept = keep(answered("By hand."))
    assert [kept.may_be_read_by(caller, {}) for caller in (MARY, ERIKA, OTTO)] == [True, True, False]


def test_the_index_shows_it_to_those_whom_each_source_names() -> None:
    assert keep().readers == Readers(frozenset({MARY.user}))
    denied = Readers(frozenset({MARY.user}), denied_groups=frozenset({"energy"}))
    assert readers_of_all([Readers(frozenset({MARY.user, OTTO.user})), denied]) == denied
    nobody = readers_of_all([Readers(frozenset({MARY.user})), Readers(frozenset({OTTO.user}))])
    assert nobody.to_access_list() == [{"Name": NOBODY, "Type": "USER", "Access": "ALLOW"}]


def test_it_is_stale_from_the_day_it_expires() -> None:
    kept = keep()
    assert kept.stale_reason(rows(), NOW + 180 * DAY - 1) == ""
    reason = "The approval by erika@example.com on 2027-01-15 expired on 2027-07-14."
    assert kept.stale_reason(rows(), NOW + 180 * DAY) == reason


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (rows(generation="2"), "beef.pdf, on which the approved answer rests, has changed since it was approved."),
        (rows(status="REMOVED"), "beef.pdf, on which the approved answer rests, was removed."),
        (rows(status="REMOVING"), "beef.pdf, on which the approved answer rests, was removed."),
        ({CAFE: rows()[CAFE]}, "A document, on which the approved answer rests, was removed."),
    ],
    ids=["changed", "removed", "being removed", "unknown"],
)
def test_it_is_stale_at_once_when_a_source_changes_or_goes(known: dict[str, DocumentRow], reason: str) -> None:
    assert keep().stale_reason(known, NOW) == reason


def test_a_source_that_was_gone_at_the_approval_leaves_it_stale_even_if_it_comes_back() -> None:
    kept = keep(known={BEEF: rows()[BEEF]})
    assert kept.sources == ((BEEF, "1"), (CAFE, ""))
    assert "has changed" in kept.stale_reason(rows(), NOW)
    assert kept.readers == Readers()


def test_a_question_of_a_questionnaire_has_one_answer_in_the_library() -> None:
    other = question(7, "How long are backups  kept")
    assert answer_id_of(QUESTIONNAIRE_ID, other) == answer_id_of(QUESTIONNAIRE_ID, ASKED)
    assert answer_id_of("0" * 32, ASKED) != answer_id_of(QUESTIONNAIRE_ID, ASKED)
