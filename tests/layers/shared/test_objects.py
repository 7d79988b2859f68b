"""Objects by pointer: what cannot be read, written or deleted is said, and by its right name."""

import io
from pathlib import Path

import pytest
from botocore.exceptions import FlexibleChecksumError
from botocore.response import StreamingBody

from docent import objects
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, ThrottledError, TransientError
from docent.errors.ingest import MissingDocumentError
from docent.objects import delete_prefix, download, list_keys, read_bytes, read_json, read_metadata, write_json
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
    download(pointer, str(tmp_path / "a.pdf"), lambda _: None)
    assert read_bytes(pointer) == (tmp_path / "a.pdf").read_bytes() == b"first"
    assert read_bytes(ObjectPointer(SOURCE_BUCKET, "a.pdf")) == b"second"


def test_an_object_that_breaks_off_is_not_called_missing(aws: World) -> None:
    body = StreamingBody(io.BytesIO(b"half"), 100)
    with aws.answering("s3.GetObject", {"Body": body}), pytest.raises(TransientError):
        read_bytes(ObjectPointer(DERIVED_BUCKET, "a.json"))


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (503, "SlowDown", ThrottledError),
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


# What S3 answers, with KMS's answers as S3 passes them on: its list of error codes.
REFUSALS = [
    (404, "NoSuchBucket", MisconfiguredError),
    (400, "ExpiredToken", TransientError),
    (400, "InvalidToken", TransientError),
    (400, "TokenRefreshRequired", TransientError),
    (400, "RequestTimeout", TransientError),
    (403, "RequestTimeTooSkewed", TransientError),
    (409, "OperationAborted", TransientError),
    (429, "SomethingNew", ThrottledError),
    (500, "InternalError", TransientError),
    (503, "SlowDown", ThrottledError),
    (503, "ServiceUnavailable", TransientError),
    (400, "KMS.ThrottlingException", ThrottledError),
    (400, "KMS.KMSInternalException", TransientError),
    (400, "KMS.KeyUnavailableException", TransientError),
    (400, "KMS.DisabledException", MisconfiguredError),
    (400, "KMS.NotFoundException", MisconfiguredError),
    (400, "KMS.KMSInvalidStateException", MisconfiguredError),
    (400, "KMS.AccessDeniedException", MisconfiguredError),
    (403, "AccessDenied", MisconfiguredError),
    (403, "AllAccessDisabled", MisconfiguredError),
    (403, "AccountProblem", MisconfiguredError),
    (403, "InvalidAccessKeyId", MisconfiguredError),
    (403, "SignatureDoesNotMatch", MisconfiguredError),
    (403, "InvalidObjectState", MisconfiguredError),
    (400, "InvalidRequest", MisconfiguredError),
    (400, "SomethingNew", MisconfiguredError),
]


@pytest.mark.parametrize(("status", "code", "error"), REFUSALS)
def test_only_an_object_that_is_not_there_is_called_missing(
    aws: World, tmp_path: Path, status: int, code: str, error: type[Exception]
) -> None:
    pointer = ObjectPointer(DERIVED_BUCKET, "documents/cafe/1/a.json")
    doings = [
        ("s3.GetObject", lambda: read_bytes(pointer)),
        ("s3.GetObject", lambda: download(pointer, str(tmp_path / "a"), lambda _: None)),
        ("s3.HeadObject", lambda: read_metadata(pointer)),
        ("s3.PutObject", lambda: write_json(pointer, {})),
        ("s3.ListObjectsV2", lambda: list(list_keys(DERIVED_BUCKET, "documents/cafe/"))),
    ]
    for operation, do in doings:
        with aws.refusing(operation, status, code), pytest.raises(error, match=code) as raised:
            do()
        assert type(raised.value) is error
        assert "pload the file again" not in str(raised.value)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion"])
def test_an_object_that_is_not_there_is_missing_only_where_it_is_read(aws: World, code: str) -> None:
    pointer = ObjectPointer(DERIVED_BUCKET, "documents/cafe/1/a.json", "v1")
    with aws.refusing("s3.GetObject", 404, code), pytest.raises(MissingDocumentError):
        read_bytes(pointer)
    with aws.refusing("s3.PutObject", 404, code), pytest.raises(MisconfiguredError):
        write_json(pointer, {})


@pytest.mark.parametrize(
    ("status", "error"), [(404, MissingDocumentError), (403, MisconfiguredError), (400, TransientError)]
)
def test_a_head_is_understood_by_its_status_alone(aws: World, status: int, error: type[Exception]) -> None:
    with aws.refusing("s3.HeadObject", status, str(status)), pytest.raises(error, match=str(status)):
        read_metadata(ObjectPointer(SOURCE_BUCKET, "a.pdf"))


def test_metadata_of_an_object_that_is_gone_are_missing(aws: World) -> None:
    with pytest.raises(MissingDocumentError, match="AWS answered 404"):
        read_metadata(ObjectPointer(SOURCE_BUCKET, "nowhere.pdf"))


def test_an_archived_object_is_to_be_restored_and_not_uploaded_again(aws: World) -> None:
    with aws.refusing("s3.GetObject", 403, "InvalidObjectState"), pytest.raises(MisconfiguredError) as raised:
        read_bytes(ObjectPointer(SOURCE_BUCKET, "a.pdf"))
    assert raised.value.happened.startswith("s3://docent-documents/a.pdf is archived (InvalidObjectState). Restore it")


def test_bytes_that_were_damaged_on_the_way_are_read_again(aws: World) -> None:
    body = StreamingBody(io.BytesIO(b"whole"), 5)
    body.read = lambda amt=None: (_ for _ in ()).throw(FlexibleChecksumError(error_msg="It does not match."))
    with aws.answering("s3.GetObject", {"Body": body}), pytest.raises(TransientError):
        read_bytes(ObjectPointer(DERIVED_BUCKET, "a.json"))


def test_an_object_that_is_gone_is_named(aws: World) -> None:
    with pytest.raises(MissingDocumentError, match="s3://docent-derived/nowhere"):
        read_bytes(ObjectPointer(DERIVED_BUCKET, "nowhere"))


def test_objects_that_s3_could_not_delete_are_not_called_deleted(aws: World) -> None:
    aws.put("documents/cafe/1/a.json", b"{}")
    reply = {"Errors": [{"Key": "documents/cafe/1/a.json", "Code": "InternalError"}]}
    with aws.answering("s3.DeleteObjects", reply), pytest.raises(TransientError):
        delete_prefix(DERIVED_BUCKET, "documents/cafe/1/")


def test_a_stream_that_can_be_read_once_is_written_in_parts(aws: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "STREAM_PART_BYTES", 5 << 20)  # the least that S3 takes
    body = bytes(range(256)) * (11 << 12)
    pointer = ObjectPointer(DERIVED_BUCKET, "labeling/t/export/output.manifest")
    objects.upload_stream(_ReadOnce(body), pointer, "application/jsonl")
    assert read_bytes(pointer) == body


class _ReadOnce(io.BytesIO):
    """As a file that is made while it is read."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation
