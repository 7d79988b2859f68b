"""The parts of an upload become a document when they are the whole file, and not before."""

import json
from typing import Any

import pytest

from docent.clients import s3
from docent.documents import document_id_of
from docent.multipart_uploads import PART_BYTES, begin_upload
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("complete_upload.large.json")
KEY = f"uploads/{MARY.subject}/annual-report.pdf"
REST = b"b" * 1000


@pytest.fixture
def upload(aws: World) -> dict[str, Any]:
    """Begun, with its first part."""
    del aws
    upload = begin_upload(SOURCE_BUCKET, KEY, "application/pdf", {}).address
    put(upload, 1, b"a" * PART_BYTES)
    return upload


def put(upload: dict[str, Any], number: int, body: bytes) -> None:
    s3().upload_part(**upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")


def complete(function: Function, upload: dict[str, Any]) -> tuple[int, Any]:
    size = PART_BYTES + len(REST)
    body = json.loads(EVENT["body"]) | {"upload_id": upload["UploadId"], "size_bytes": size}
    return call(function, asked(EVENT, body=body))


def test_all_parts_are_one_document(function: Function, upload: dict[str, Any], aws: World) -> None:
    put(upload, 2, REST)
    status, body = complete(function, upload)
    assert (status, body["document_id"]) == (202, document_id_of(SOURCE_BUCKET, KEY))
    assert s3().get_object(Bucket=SOURCE_BUCKET, Key=KEY)["Body"].read() == b"a" * PART_BYTES + REST


def test_an_upload_with_a_part_missing_is_no_document_and_can_go_on(function: Function, upload: dict[str, Any]) -> None:
    status, body = complete(function, upload)
    assert (status, body["errors"][0]["field"]) == (400, "/size_bytes")
    put(upload, 2, REST)
    assert complete(function, upload)[0] == 202


def test_an_upload_that_is_gone_is_told(function: Function, upload: dict[str, Any]) -> None:
    s3().abort_multipart_upload(**upload)
    status, body = complete(function, upload)
    assert (status, body["type"]) == (404, "urn:docent:problem:NotFoundError")
