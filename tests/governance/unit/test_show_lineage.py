"""Where answers come from, for those who may read a document, and who was answered, for those who look after it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from docent.callers import Caller
from docent.citations import Citation
from docent.conversations import Turn, add_turn, forget_conversation, id_of
from docent.documents import Document, Image, Manifest, ObjectPointer, Place
from indexing.index_entries import image_part, text_part
from indexing.ingestion_outcome import Record
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import (
    CALLERS_TABLE,
    DOCUMENTS_TABLE,
    READERS_TABLE,
    SOURCE_BUCKET,
    World,
)
from tests.support.functions import Function
from tests.support.governed_access import OLGA, PRODUCT, STELLA, put_grant, put_product
from tests.support.project import sample_event

OF_DOCUMENT, OF_PRODUCT = sample_event("show_lineage.document.json"), sample_event("show_lineage.product.json")
DOCUMENT_ID = OF_DOCUMENT["pathParameters"]["document_id"]
DOCUMENT = Document(DOCUMENT_ID, f"{1:032}", ObjectPointer(SOURCE_BUCKET, "lake/harbour.pdf"))
OTHER = "a" * 32
PLATE, STAMP = "1" * 64, "2" * 64
NOW = 1_900_000_000.0


@pytest.fixture(autouse=True)
def _a_document_of_a_product(aws: World, monkeypatch: pytest.MonkeyPatch, function: Function) -> None:
    """Two images, of which the guardrail blocked one."""
    monkeypatch.setattr(function.app.time, "time", lambda: NOW)
    put_product(aws)
    put_grant(aws, "group:energy", ends_at=int(NOW) + 60)
    put_document(aws, DOCUMENT_ID, "lake/harbour.pdf")
    images = tuple(Image(each, "png", 9, 9, "embedded", (Place(2, (0, 0, 9, 9)),)) for each in (PLATE, STAMP))
    record = Record(DOCUMENT, 3, 2, text_part(DOCUMENT), {image_part(DOCUMENT, PLATE): 2})
    for key, value in (
        (DOCUMENT.keys.manifest, Manifest(DOCUMENT, 3, images).to_json()),
        (DOCUMENT.keys.masked(PLATE), {"outcome": "masked"}),
        (DOCUMENT.keys.masked(STAMP), {"outcome": "blocked"}),
        (DOCUMENT.keys.entries, record.to_json()),
    ):
        aws.put(key, json.dumps(value).encode())


def put_document(aws: World, document_id: str, key: str, readers: str = f'{{"products": ["{PRODUCT}"]}}') -> None:
    aws.put_item(READERS_TABLE, reader=f"product:{PRODUCT}", document_key=key, document_id=document_id)
    counts = {"page_count": 3, "image_count": 2, "captioned_count": 1}
    times = {"searchable_since": "2030-03-17T12:00:00.000Z", "updated_at": "2030-03-17T17:46:40.000Z"}
    row = {"document_id": document_id, "generation": DOCUMENT.generation, "key": key, "readers": readers}
    aws.put_item(DOCUMENTS_TABLE, **row, status="INGESTED", **counts, **times)


def cite(caller: Caller, number: int, cited: Sequence[tuple[str, str | None]], at: float = NOW - 60) -> str:
    """Returns the id of the conversation."""
    citations = tuple(Citation(each, "lake/harbour.pdf", 2, None, "", image) for each, image in cited)
    conversation_id = id_of(at, str(number).encode())
    turn = Turn(f"Question {number}?", at, "Answer.", citations)
    add_turn(CALLERS_TABLE, caller, conversation_id, conversation_id, turn, 30, begins=True)
    return conversation_id


def lineage(function: Function, caller: Caller = MARY, event: dict[str, Any] = OF_DOCUMENT) -> dict[str, Any]:
    status, body = call(function, asked(event, caller))
    assert status == 200, body
    return body


def test_a_document_is_followed_from_its_images_to_the_answers(function: Function, aws: World) -> None:
    cite(MARY, 1, [(DOCUMENT_ID, DOCUMENT.keys.image(PLATE, "png")), (DOCUMENT_ID, None), (DOCUMENT_ID, None)])
    shown = lineage(function)
    assert shown["images"] == [
        {"picture_id": PLATE, "pages": [2], "outcome": "masked", "entries": 1},
        {"picture_id": STAMP, "pages": [2], "outcome": "blocked", "entries": 0},
    ]
    assert (shown["text_entries"], shown["entry_count"], shown["answers"]["own_count"]) == (1, 2, 1)
    (own,) = shown["answers"]["own"]
    assert own["question"] == "Question 1?"
    assert own["cites"] == [{"document_id": DOCUMENT_ID, "parts": [PLATE, "text"]}]


def test_an_answer_from_an_earlier_upload_is_marked(function: Function, aws: World) -> None:
    cite(MARY, 1, [(DOCUMENT_ID, None)], at=NOW - 86_400)
    assert lineage(function)["answers"]["own"][0]["cites"][0]["earlier"] is True


def test_readers_see_their_own_answers_and_those_who_look_after_it_see_whose_the_others_are(
    function: Function, aws: World
) -> None:
    for number in range(3):
        cite(ERIKA, number, [(DOCUMENT_ID, None)])
    mine = cite(MARY, 9, [(DOCUMENT_ID, None)])
    assert lineage(function)["answers"].keys() == {"own_count", "own"}
    assert [each["conversation_id"] for each in lineage(function)["answers"]["own"]] == [mine]
    for who in (OLGA, STELLA):
        answers = lineage(function, who, OF_PRODUCT)["answers"]
        assert (answers["count"], answers["is_least"], answers["own"]) == (4, False, [])
        assert [(each["user"], each["count"]) for each in answers["people"]] == [(ERIKA.user, 3), (MARY.user, 1)]
        assert "Question" not in json.dumps(answers)


def test_what_a_caller_may_not_read_is_not_there(function: Function, aws: World) -> None:
    cite(OTTO, 1, [(DOCUMENT_ID, None)])
    assert [call(function, asked(OF_DOCUMENT, who))[0] for who in (MARY, OTTO, OLGA, STELLA)] == [200, 404, 404, 404]
    shown = lineage(function, OTTO, OF_PRODUCT)
    assert (shown["documents"], shown["withheld_documents"], shown["answers"]) == ([], 1, {"own_count": 0, "own": []})
    of_olga = lineage(function, OLGA, OF_PRODUCT)
    assert (of_olga["documents"], of_olga["answers"]["people"][0]["cites"]) == ([], [])
    assert "harbour" not in json.dumps(of_olga)


def test_who_looks_after_a_product_of_a_document_that_they_read_sees_whose_answers_cite_it(
    function: Function, aws: World
) -> None:
    put_grant(aws, f"user:{STELLA.user}", ends_at=int(NOW) + 60)
    cite(MARY, 1, [(DOCUMENT_ID, None)])
    (person,) = lineage(function, STELLA)["answers"]["people"]
    assert (person["user"], person["cites"]) == (MARY.user, [{"document_id": DOCUMENT_ID, "parts": ["text"]}])


def test_an_answer_from_two_documents_of_a_product_counts_once(function: Function, aws: World) -> None:
    put_document(aws, OTHER, "lake/summit.pdf")
    cite(MARY, 1, [(DOCUMENT_ID, None), (OTHER, None)])
    shown = lineage(function, MARY, OF_PRODUCT)
    assert {each["document_id"]: each["answer_count"] for each in shown["documents"]} == {DOCUMENT_ID: 1, OTHER: 1}
    assert (shown["answers"]["own_count"], len(shown["answers"]["own"][0]["cites"])) == (1, 2)
    assert lineage(function, OLGA, OF_PRODUCT)["answers"]["count"] == 1


def test_a_conversation_that_was_forgotten_leaves_nothing(function: Function, aws: World) -> None:
    conversation_id = cite(MARY, 1, [(DOCUMENT_ID, None)])
    forget_conversation(CALLERS_TABLE, MARY, conversation_id, NOW)
    assert aws.items(CALLERS_TABLE) == []
    assert lineage(function)["answers"] == {"own_count": 0, "own": []}


def test_an_answer_counts_until_its_conversation_expires(function: Function, aws: World) -> None:
    cite(MARY, 1, [(DOCUMENT_ID, None)], at=NOW - 31 * 86_400)
    assert lineage(function)["answers"]["own_count"] == 0


def test_a_document_that_is_being_removed_has_no_parts(function: Function, aws: World) -> None:
    readers = f'{{"products": ["{PRODUCT}"]}}'
    row = {"document_id": DOCUMENT_ID, "key": "lake/harbour.pdf", "readers": readers, "status": "REMOVING"}
    aws.put_item(DOCUMENTS_TABLE, **row)
    shown = lineage(function)
    assert (shown["images"], shown["entry_count"]) == ([], 0)
    assert lineage(function, MARY, OF_PRODUCT)["documents"] == []
