"""What an operator does about everything at once: one document that cannot be helped never keeps the others back."""

from typing import Any

import pytest

from cli.library import Library
from cli.repair import reingest
from cli.target import Target
from docent.documents import document_id_of
from docent.readers import METADATA
from tests.support.aws import DERIVED_BUCKET, DOCUMENTS_TABLE, SOURCE_BUCKET, World, session

READERS = {METADATA: '{"groups": ["energy"]}'}


class MotoTarget(Target):
    outputs = {  # pyright: ignore[reportAssignmentType, reportIncompatibleVariableOverride]  # noqa: RUF012
        "SourceBucketName": SOURCE_BUCKET,
        "DerivedBucketName": DERIVED_BUCKET,
        "DocumentsTableName": DOCUMENTS_TABLE,
    }

    def client(self, service: str, *_: Any, **__: Any) -> Any:
        make: Any = session().client
        return make(service)


@pytest.fixture
def library(aws: World) -> Library:
    """Two documents that are there, one whose removal failed, and one that was removed."""
    aws.keep_versions()
    for key, status in {"a": "INGESTED", "b": "REMOVING", "c": "FAILED", "d": "REMOVED"}.items():
        aws.put_item(DOCUMENTS_TABLE, document_id=document_id_of(SOURCE_BUCKET, key), key=key, status=status)
    for key in "abc":
        aws.put(key, b"words", SOURCE_BUCKET, READERS, "application/pdf")
    aws.delete("b", SOURCE_BUCKET)
    return Library(MotoTarget())


def test_everything_that_is_there_is_ingested_again_for_the_same_readers(library: Library, aws: World) -> None:
    assert list(reingest(library, [])) == [
        ("a", "is ingested again"),
        ("b", "is REMOVING and no longer in its bucket; upload it again if it should be there"),
        ("c", "is ingested again"),
    ]
    assert [len(aws.versions(key)) for key in "abc"] == [2, 1, 2]
    again = aws.head("a")
    assert (again["Metadata"], again["ContentType"]) == (READERS, "application/pdf")


def test_what_s3_will_not_show_now_is_not_called_gone(library: Library, aws: World) -> None:
    with aws.refusing("s3.HeadObject", 503, "SlowDown"), pytest.raises(Exception, match="SlowDown"):
        list(reingest(library, []))
