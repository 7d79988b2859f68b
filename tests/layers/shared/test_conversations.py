"""Conversations in the callers' table: newest first, nothing lost, nothing doubled, and nobody else's."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.callers import Caller
from docent.citations import Citation
from docent.conversations import (
    DAY,
    Turn,
    add_turn,
    fitting,
    forget_conversation,
    id_of,
    list_conversations,
    read_conversation,
    read_turns,
)
from docent.errors import MisconfiguredError, NotFoundError, TransientError
from tests.support.api_calls import ERIKA, MARY
from tests.support.aws import CALLERS_TABLE, World

NOW = 1_800_000_000.0
CITATION = Citation("beef" * 8, "a.pdf", 4, (1.0, 2.0, 3.5, 4.0), "An excerpt.", "documents/b/1/images/c.png")


@pytest.fixture(autouse=True)
def _a_table(aws: World) -> None:
    """Without any conversation."""


def conversation(number: int, at: float = NOW) -> str:
    return id_of(at, bytes([number]) * 10)


def add(conversation_id: str, question: str, at: float = NOW, *, begins: bool = False, caller: Caller = MARY) -> None:
    turn = Turn(question, at, f"{question} Ja [1].", (CITATION,))
    turn_id = id_of(at, question.encode())
    add_turn(CALLERS_TABLE, caller, conversation_id, turn_id, turn, 30, begins=begins)


def pages(limit: int, now: float = NOW, caller: Caller = MARY) -> Iterator[list[str]]:
    after = None
    while True:
        page, after = list_conversations(CALLERS_TABLE, caller, limit, after, now)
        assert len(page) <= limit
        yield [each.conversation_id for each in page]
        if after is None:
            return


@given(moments=st.lists(st.integers(0, 2**40), min_size=2, max_size=2), entropy=st.binary(max_size=32))
def test_ids_are_32_digits_and_sort_by_their_moment(moments: list[int], entropy: bytes) -> None:
    earlier, later = (id_of(moment / 1000, entropy) for moment in sorted(moments))
    assert len(earlier) == 32
    assert set(earlier) <= set("0123456789abcdef")
    assert earlier <= later


def test_turns_come_back_as_they_were_added_in_the_order_they_were_asked() -> None:
    mine = conversation(1)
    add(mine, "Erste?", begins=True)
    add(mine, "Dritte?", NOW + 20)
    add(mine, "Zweite?", NOW + 10)
    turns = read_turns(CALLERS_TABLE, MARY, mine, 9)
    assert [turn.question for turn in turns] == ["Erste?", "Zweite?", "Dritte?"]
    assert turns[0] == Turn("Erste?", NOW, "Erste? Ja [1].", (CITATION,), turn_id=id_of(NOW, b"Erste?"))
    assert [turn.question for turn in read_turns(CALLERS_TABLE, MARY, mine, 2)] == ["Zweite?", "Dritte?"]
    found = read_conversation(CALLERS_TABLE, MARY, mine, NOW)
    assert (found.title, found.started_at) == ("Erste?", NOW)


def test_a_turn_keeps_the_tokens_it_took(aws: World) -> None:
    turn = Turn("Erste?", NOW, "Ja.", (), input_tokens=1272, output_tokens=163, turn_id="t")
    add_turn(CALLERS_TABLE, MARY, conversation(1), "t", turn, 30, begins=True)
    assert read_turns(CALLERS_TABLE, MARY, conversation(1), 9) == [turn]
    (item,) = [item for item in aws.items(CALLERS_TABLE) if item["item"].startswith("turn#")]
    assert (item["input_tokens"], item["output_tokens"]) == ("1272", "163")


def test_a_turn_from_before_tokens_were_kept_is_read_without_any(aws: World) -> None:
    add(conversation(1), "Erste?", begins=True)
    (item,) = [item for item in aws.items(CALLERS_TABLE) if item["item"].startswith("turn#")]
    numbers = {name: int(item[name].split(".")[0]) for name in ("asked_at", "expires_at")}
    del item["input_tokens"], item["output_tokens"]
    aws.put_item(CALLERS_TABLE, **item | numbers)
    (turn,) = read_turns(CALLERS_TABLE, MARY, conversation(1), 9)
    assert (turn.question, turn.input_tokens, turn.output_tokens) == ("Erste?", 0, 0)


def test_the_same_turn_again_changes_nothing() -> None:
    mine = conversation(1)
    add(mine, "Erste?", begins=True)
    add(mine, "Erste?", begins=True)
    assert len(read_turns(CALLERS_TABLE, MARY, mine, 9)) == 1


def test_turns_of_one_moment_are_both_kept() -> None:
    mine = conversation(1)
    add(mine, "Erste?", begins=True)
    add(mine, "Zweite?")
    assert {turn.question for turn in read_turns(CALLERS_TABLE, MARY, mine, 9)} == {"Erste?", "Zweite?"}


def test_conversations_are_listed_newest_first_page_by_page() -> None:
    ids = [conversation(number, NOW + number) for number in range(7)]
    for number, each in enumerate(ids):
        add(each, "Frage?", NOW + number, begins=True)
    add(conversation(9), "Eine andere?", begins=True, caller=ERIKA)
    for limit in (1, 2, 3, 7, 100):
        assert [each for page in pages(limit) for each in page] == ids[::-1]
    assert [len(page) for page in pages(7)] == [7], "a full last page leads nowhere"


def test_what_expired_is_gone_even_before_dynamodb_deletes_it() -> None:
    for number in range(6):
        add(conversation(number, NOW + number * DAY), "Frage?", NOW + number * DAY, begins=True)
    later = NOW + 33.5 * DAY
    assert [each for page in pages(1, later) for each in page] == [
        conversation(5, NOW + 5 * DAY),
        conversation(4, NOW + 4 * DAY),
    ]
    with pytest.raises(NotFoundError):
        read_conversation(CALLERS_TABLE, MARY, conversation(0), later)


def test_a_conversation_expires_with_all_its_turns_after_its_last_question(aws: World) -> None:
    mine = conversation(1)
    add(mine, "Erste?", begins=True)
    add(mine, "Zweite?", NOW + 3600)
    assert {item["item"][:4]: item["expires_at"] for item in aws.items(CALLERS_TABLE)}["turn"]
    add(mine, "Dritte?", NOW + 20 * DAY)
    assert {int(item["expires_at"]) for item in aws.items(CALLERS_TABLE)} == {round(NOW + 50 * DAY)}


def test_other_peoples_conversations_are_not_found() -> None:
    hers = conversation(1)
    add(hers, "Frage?", begins=True, caller=ERIKA)
    assert read_turns(CALLERS_TABLE, MARY, hers, 9) == []
    for action in (read_conversation, forget_conversation):
        with pytest.raises(NotFoundError, match="no such conversation"):
            action(CALLERS_TABLE, MARY, hers, NOW)
    assert read_turns(CALLERS_TABLE, ERIKA, hers, 9)


def test_what_is_forgotten_is_gone_with_every_turn_and_nothing_else(aws: World) -> None:
    mine, other = conversation(1), conversation(2)
    add(mine, "Erste?", begins=True)
    for number in range(60):
        add(mine, f"Frage {number}?", NOW + number)
    add(other, "Bleibt?", begins=True)
    forget_conversation(CALLERS_TABLE, MARY, mine, NOW)
    assert len(aws.items(CALLERS_TABLE)) == 3, "the conversation, its turn, and which document that cites"
    assert list(pages(9)) == [[other]]
    add(mine, "Zu spät?", NOW + 70)
    assert len(aws.items(CALLERS_TABLE)) == 3, "a question under way does not bring it back"


def test_a_deletion_that_dynamodb_left_unfinished_can_be_repeated(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    mine = conversation(1)
    add(mine, "Erste?", begins=True)
    with (
        aws.leaving_unprocessed("dynamodb.BatchWriteItem", times=99),
        pytest.raises(TransientError, match="unprocessed while a conversation was deleted"),
    ):
        forget_conversation(CALLERS_TABLE, MARY, mine, NOW)
    forget_conversation(CALLERS_TABLE, MARY, mine, NOW)
    assert aws.items(CALLERS_TABLE) == []


def test_an_item_stays_below_what_dynamodb_takes(aws: World) -> None:
    citations = tuple(replace(CITATION, excerpt="ä" * 1500) for _ in range(300))
    turn = Turn("ä" * 2000, NOW, "ä" * 6000, citations)
    add_turn(CALLERS_TABLE, MARY, conversation(1), "t", turn, 30, begins=True)
    (item,) = [item for item in aws.items(CALLERS_TABLE) if item["item"].startswith("turn#")]
    assert len(json.dumps(item, ensure_ascii=False).encode()) < 400_000
    (kept,) = read_turns(CALLERS_TABLE, MARY, conversation(1), 9)
    assert [citation.document_id for citation in kept.citations] == ["beef" * 8] * 300
    assert kept.citations[0].excerpt
    assert not kept.citations[-1].excerpt


def test_what_fits_keeps_its_excerpts() -> None:
    assert fitting([CITATION] * 3) == [CITATION] * 3


def test_failures_are_named(aws: World) -> None:
    add(conversation(1), "Frage?", begins=True)
    with aws.refusing("dynamodb.Query", 400, "AccessDeniedException"), pytest.raises(MisconfiguredError):
        read_turns(CALLERS_TABLE, MARY, conversation(1), 9)
    with aws.refusing("dynamodb.PutItem", 400, "ProvisionedThroughputExceededException"), pytest.raises(TransientError):
        add(conversation(1), "Noch eine?", NOW + 1)
