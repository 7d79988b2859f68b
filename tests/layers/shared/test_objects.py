"""Objects by pointer: what cannot be read, written or deleted is said, and by its right name."""

import io
from pathlib import Path

import pytest
from botocore.response import StreamingBody

from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, TransientError
from docent.errors.ingest import MissingDocumentError
from docent.objects import delete_prefix, download, read_bytes, read_json, write_json
from tests.support.aws import DERIVED_BUCKET, SOURCE_BUCKET, World


def test_what_is_written_is_read_back(aws: World) -> None:
    pointer = ObjectPointer(DERIVED_BUCKET, "documents/ü/1/a.json")
    write_json(pointer, {"text": "Größe „Ä“ 🙂"})
    assert read_json(pointer) == {"text": "Größe „Ä“ 🙂"}
    assert "Größe".encode() in read_bytes(pointer)


def test_a_version_is_read_as_it_was(aws: World, tmp_path: Path) -> None:
    aws.keep_versions()
    first = aws.put("a.pdf", b"first", SOURCE_BUCKET)
    aws.put("a.pdf", b"second", SOURCE_BUCKET)
    pointer = ObjectPointer(SOURCE_BUCKET, "a.pdf", first)
    download(pointer, str(tmp_path / "a.pdf"))
    assert read_bytes(pointer) == (tmp_path / "a.pdf").read_bytes() == b"first"
    assert read_bytes(ObjectPointer(SOURCE_BUCKET, "a.pdf")) == b"second"


def test_an_object_that_breaks_off_is_not_called_missing(aws: World) -> None:
    body = StreamingBody(io.BytesIO(b"half"), 100)
    with aws.answering("s3.GetObject", {"Body": body}), pytest.raises(TransientError):
        read_bytes(ObjectPointer(DERIVED_BUCKET, "a.json"))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (503, "SlowDown", TransientError),
        (500, "InternalError", TransientError),
        (403, "AccessDenied", MisconfiguredError),
    ],
)
def test_a_refusal_is_named_whatever_is_done(aws: World, status: int, code: str, error: type[Exception]) -> None:
    pointer = ObjectPointer(DERIVED_BUCKET, "documents/cafe/1/a.json")
    write_json(pointer, {})
    doings = {
        "s3.GetObject": lambda: read_bytes(pointer),
        "s3.PutObject": lambda: write_json(pointer, {}),
        "s3.ListObjectsV2": lambda: delete_prefix(DERIVED_BUCKET, "documents/cafe/"),
        "s3.DeleteObjects": lambda: delete_prefix(DERIVED_BUCKET, "documents/cafe/"),
    }
    for operation, do in doings.items():
        with aws.refusing(operation, status, code), pytest.raises(error, match=code):
            do()
    assert aws.list_keys("documents/cafe/") == {pointer.key}


def test_an_object_that_is_gone_is_named(aws: World) -> None:
    with pytest.raises(MissingDocumentError, match="s3://docent-derived/nowhere"):
        read_bytes(ObjectPointer(DERIVED_BUCKET, "nowhere"))


def test_objects_that_s3_could_not_delete_are_not_called_deleted(aws: World) -> None:
    aws.put("documents/cafe/1/a.json", b"{}")
    reply = {"Errors": [{"Key": "documents/cafe/1/a.json", "Code": "InternalError"}]}
    with aws.answering("s3.DeleteObjects", reply), pytest.raises(TransientError):
        delete_prefix(DERIVED_BUCKET, "documents/cafe/1/")
