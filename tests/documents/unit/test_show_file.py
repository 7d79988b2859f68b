"""The link to a document's file: for its readers, for five minutes, and shown as a PDF whatever it is called."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, OTTO, asked, call
from tests.support.aws import DOCUMENTS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("show_file.report.json")
DOCUMENT_ID = EVENT["pathParameters"]["document_id"]
NAME = "Maß & Ziel #1 100%.pdf"


@pytest.fixture(autouse=True)
def row(aws: World) -> dict[str, Any]:
    values = {
        "document_id": DOCUMENT_ID,
        "generation": "1",
        "key": f"uploads/{MARY.subject}/{NAME}",
        "status": "INGESTED",
        "version_id": "v1",
        "readers": Readers.from_json({"groups": ["energy"]}).to_text(),
        "updated_at": "2026-11-24T08:00:00.000Z",
    }
    aws.put_item(DOCUMENTS_TABLE, **values)
    return values


def test_readers_get_a_link_to_the_very_upload_for_five_minutes(function: Function) -> None:
    for caller in (MARY, ERIKA):
        status, link = call(function, asked(EVENT, caller))
        assert status == 200
        address = urlsplit(link["url"])
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert address.netloc.startswith(f"{SOURCE_BUCKET}.s3.")
        assert unquote(address.path) == f"/uploads/{MARY.subject}/{NAME}"
        assert (query["versionId"], query["X-Amz-Expires"]) == ("v1", "300")
        assert query["response-content-type"] == "application/pdf"
        assert unquote(query["response-content-disposition"]) == f"inline; filename*=UTF-8''{NAME}"


def test_a_bucket_without_versions_has_none_in_its_links(function: Function, aws: World, row: dict[str, Any]) -> None:
    aws.put_item(DOCUMENTS_TABLE, **(row | {"version_id": "null"}))
    assert "versionId" not in call(function, EVENT)[1]["url"]


def test_strangers_and_readers_of_what_is_being_removed_get_none(
    function: Function, aws: World, row: dict[str, Any]
) -> None:
    assert call(function, asked(EVENT, OTTO))[0] == 404
    aws.put_item(DOCUMENTS_TABLE, **(row | {"status": "REMOVING"}))
    assert call(function, EVENT)[0] == 404
