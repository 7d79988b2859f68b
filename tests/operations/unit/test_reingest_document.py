"""Ingesting a document again: its object gets a new version with the same content and readers."""

import json

from docent.clock import now_text
from docent.readers import METADATA
from tests.support.api_calls import asked, call
from tests.support.aws import DOCUMENTS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("reingest_document.report.json")
DOCUMENT_ID = json.loads(EVENT["body"])["document_id"]
READERS = {METADATA: '{"groups": ["energy"]}'}


def test_the_object_is_copied_onto_itself_for_the_same_readers(function: Function, aws: World) -> None:
    aws.keep_versions()
    aws.put_item(DOCUMENTS_TABLE, document_id=DOCUMENT_ID, key="a #1.pdf", status="FAILED")
    aws.put("a #1.pdf", b"words", SOURCE_BUCKET, READERS, "application/pdf")
    assert call(function, EVENT) == (202, {"document_id": DOCUMENT_ID, "status": "FAILED"})
    assert len(aws.versions("a #1.pdf")) == 2
    again = aws.head("a #1.pdf")
    assert again["Metadata"].pop("docent-uploaded-at") <= now_text()
    assert (again["Metadata"], again["ContentType"]) == (READERS, "application/pdf")


def test_a_document_that_is_not_there_is_not_found(function: Function, aws: World) -> None:
    assert call(function, EVENT)[0] == 404
    aws.put_item(DOCUMENTS_TABLE, document_id=DOCUMENT_ID, key="gone.pdf", status="REMOVING")
    status, problem = call(function, asked(EVENT))
    assert (status, "gone.pdf is no longer in its bucket" in problem["detail"]) == (404, True)
