"""A large document in parts: addresses for exactly the announced parts, of which the missing ones are given again."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from docent.clients import s3
from docent.multipart_uploads import PART_BYTES
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import CALLERS_TABLE, SOURCE_BUCKET, World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("begin_upload.large.json")
ANNOUNCED = json.loads(EVENT["body"])
KEY = f"uploads/{MARY.subject}/annual-report.pdf"


@pytest.fixture(autouse=True)
def _no_other_requests(aws: World) -> None:
    """The world is there, and nobody has called in it."""


def begun(function: Function, caller: Any = MARY, **changes: Any) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller, ANNOUNCED | changes))
    assert status == 201, body
    return body


def uploads() -> list[str]:
    return [each["UploadId"] for each in s3().list_multipart_uploads(Bucket=SOURCE_BUCKET).get("Uploads", [])]  # pyright: ignore[reportTypedDictNotRequiredAccess]


def test_each_part_has_an_address_that_is_signed_for_its_size_and_its_checksum(function: Function) -> None:
    body = begun(function)
    assert uploads() == [body["upload_id"]]
    for number, part in enumerate(body["parts"], 1):
        address = urlsplit(part["url"])
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert address.path.endswith(KEY)
        assert (query["partNumber"], query["uploadId"]) == (str(number), body["upload_id"])
        assert query["X-Amz-SignedHeaders"] == "content-length;host;x-amz-checksum-sha256"
    assert len(body["parts"]) == 2


def test_an_upload_that_is_gone_is_begun_again(function: Function) -> None:
    first = begun(function)
    s3().abort_multipart_upload(Bucket=SOURCE_BUCKET, Key=KEY, UploadId=first["upload_id"])
    again = begun(function, upload_id=first["upload_id"])
    assert again["upload_id"] != first["upload_id"]
    assert uploads() == [again["upload_id"]]


def test_the_readers_are_those_that_were_announced(function: Function, aws: World) -> None:
    body = begun(function)
    parts = []
    for number in (1, 2):
        stored: Any = {"Bucket": SOURCE_BUCKET, "Key": KEY, "UploadId": body["upload_id"], "PartNumber": number}
        parts.append({"PartNumber": number, "ETag": s3().upload_part(**stored, Body=b"a" * PART_BYTES)["ETag"]})
    whole: Any = {"Bucket": SOURCE_BUCKET, "Key": KEY, "UploadId": body["upload_id"]}
    s3().complete_multipart_upload(**whole, MultipartUpload={"Parts": parts})
    head = s3().head_object(Bucket=SOURCE_BUCKET, Key=KEY)
    assert head["ContentType"] == "application/pdf"
    readers = json.loads(head["Metadata"]["docent-readers"])
    assert set(readers["users"]) == {"erika@example.com", "mary@example.com"}


@pytest.mark.parametrize(
    "changes",
    [
        {"size_bytes": 1_000_000},
        {"parts": ANNOUNCED["parts"] * 2},
        {"parts": []},
        {"size_bytes": 52_428_801},
        {"file_name": "a.txt"},
        {"file_name": "a\u202egnp.pdf"},
        {"upload_id": "a b"},
    ],
)
def test_what_is_no_upload_is_invalid_and_nothing_is_begun(function: Function, changes: dict[str, Any]) -> None:
    assert call(function, asked(EVENT, body=ANNOUNCED | changes))[0] == 400
    assert uploads() == []


def test_uploads_are_counted_with_those_by_forms(function: Function, aws: World) -> None:
    begun(function)
    (item,) = aws.items(CALLERS_TABLE)
    assert "upload" in str(item["item"])


def test_a_bucket_that_is_not_well_is_a_problem_that_passes(function: Function, aws: World) -> None:
    with aws.refusing("s3.CreateMultipartUpload", 503, "SlowDown"):
        status, body = call(function, EVENT)
    assert status == 503, body
