"""Extraction, through the handler: images and a manifest, or an error that a person can act on."""

import errno
import io
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.response import StreamingBody
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docent.documents import Manifest, document_id_of
from docent.errors import DocentError, MisconfiguredError, ThrottledError, TransientError
from docent.errors.ingest import (
    EmptyPdfError,
    EncryptedPdfError,
    MissingDocumentError,
    OversizedPdfError,
    UnreadablePdfError,
)
from tests.support.aws import DERIVED_BUCKET, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.odd_images import odd_images
from tests.support.pdfs import image_with, pdf
from tests.support.project import ROOT, sample_event

SAMPLE = sample_event("extract_images.pdf.json")
SAMPLE_PDF = (ROOT / "samples" / "quarterly-report.pdf").read_bytes()
GENERATION = "0" * 31 + "7"
LOGO, CHART = image_with("Docent"), image_with("Ellery Race 184", (600, 300))


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def uploaded(aws: World, key: str, body: bytes, **more: Any) -> dict[str, Any]:
    """Puts a document into the source bucket; returns the event that extracts it."""
    version = aws.put(key, body, SOURCE_BUCKET)
    source = {"bucket": SOURCE_BUCKET, "key": key} | ({"version_id": version} if version else {})
    document = {"document_id": document_id_of(SOURCE_BUCKET, key), "generation": GENERATION, "source": source}
    return {"document": document | more}


def prefix(event: dict[str, Any]) -> str:
    return f"documents/{event['document']['document_id']}/{event['document']['generation']}/"


def manifest_of(aws: World, event: dict[str, Any]) -> Manifest:
    return Manifest.from_json(aws.read_json(f"{prefix(event)}manifest.json"))


def test_the_sample_event_gives_a_manifest_and_every_image_in_it(function: Function, aws: World) -> None:
    source = SAMPLE["document"]["source"]
    aws.put(source["key"], SAMPLE_PDF, source["bucket"])
    result = function(SAMPLE)
    manifest = manifest_of(aws, SAMPLE)
    key = f"{prefix(SAMPLE)}manifest.json"
    assert result == {
        "manifest": {"bucket": DERIVED_BUCKET, "key": key},
        "page_count": manifest.page_count,
        "image_count": len(manifest.images),
    }
    assert manifest.document.to_json() == SAMPLE["document"]
    assert manifest.page_count == 3
    assert manifest.gaps == ()
    assert len(manifest.images) >= 2, "a logo and a chart at least"
    named = {f"{prefix(SAMPLE)}images/{image.image_id}.{image.format}" for image in manifest.images}
    assert aws.list_keys(f"{prefix(SAMPLE)}images/") == named


def test_an_image_is_named_by_its_content_and_is_what_the_manifest_says(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."], [[LOGO, CHART]]))
    function(event)
    images = manifest_of(aws, event).images
    assert len({image.image_id for image in images}) == 2
    again = uploaded(aws, "again.pdf", pdf(["Other", "text."], [[CHART], [LOGO]]))
    function(again)
    assert {image.image_id for image in manifest_of(aws, again).images} == {image.image_id for image in images}
    for image in images:
        key = f"{prefix(event)}images/{image.image_id}.{image.format}"
        data = aws.read(key)
        opened = Image.open(io.BytesIO(data))
        assert (opened.format, opened.size) == (image.format.upper(), (image.width, image.height))
        assert aws.content_type(key) == f"image/{image.format}"


# The defects of the articles' code that show only here; those of the images are in test_pdf_images.


def test_the_article_wrote_to_the_bucket_that_triggered_it_and_ours_cannot_loop(function: Function, aws: World) -> None:
    event = uploaded(aws, "reports/a.pdf", pdf(["Text."], [[LOGO]]))
    before = aws.list_keys(bucket=SOURCE_BUCKET)
    function(event)
    assert aws.list_keys(bucket=SOURCE_BUCKET) == before


def test_the_article_returned_names_without_their_prefix_and_ours_are_pointers_that_resolve(
    function: Function, aws: World
) -> None:
    pointer = function(uploaded(aws, "reports/a.pdf", pdf(["Text."], [[LOGO]])))["manifest"]
    assert aws.read_json(pointer["key"], pointer["bucket"])["page_count"] == 1


def test_two_folders_with_a_file_of_the_same_name_do_not_collide(function: Function, aws: World) -> None:
    one = uploaded(aws, "2025/report.pdf", pdf(["One."], [[LOGO]]))
    other = uploaded(aws, "2026/report.pdf", pdf(["Other."], [[CHART]]))
    function(one)
    function(other)
    assert prefix(one) != prefix(other)
    (first,), (second,) = manifest_of(aws, one).images, manifest_of(aws, other).images
    assert (first.width, second.width) == (900, 600)


def test_a_logo_on_every_page_is_stored_once_with_every_page(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["One.", "Two.", "Three."], [[LOGO], [LOGO], [LOGO]]))
    function(event)
    (image,) = manifest_of(aws, event).images
    assert [place.page for place in image.places] == [1, 2, 3]
    assert all(place.bbox[0] < place.bbox[2] for place in image.places)
    assert len(aws.list_keys(f"{prefix(event)}images/")) == 1


def test_nothing_stays_in_the_temporary_folder(function: Function, aws: World, tmp_path: Path) -> None:
    function(uploaded(aws, "a.pdf", pdf(["Text."], [[LOGO]])))
    with pytest.raises(UnreadablePdfError):
        function(uploaded(aws, "b.pdf", b"no pdf"))
    assert list(tmp_path.iterdir()) == []


# Documents as they come.


def test_extracting_twice_changes_nothing(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."], [[LOGO, CHART]]))
    first = function(event)
    stored = {key: aws.read(key) for key in aws.list_keys(prefix(event))}
    assert function(event) == first
    assert {key: aws.read(key) for key in aws.list_keys(prefix(event))} == stored


def test_the_upload_that_the_event_names_is_read_and_not_a_later_one(function: Function, aws: World) -> None:
    aws.keep_versions()
    event = uploaded(aws, "a.pdf", pdf(["One.", "Two."]))
    assert event["document"]["source"]["version_id"]
    later = uploaded(aws, "a.pdf", pdf(["Only one."]))
    assert (function(event)["page_count"], function(later)["page_count"]) == (2, 1)


@pytest.mark.parametrize("key", ["verträge/a b+c#ü,=.pdf", "a%2Fb.pdf", "x" * 500 + ".pdf", "..//a.pdf"])
def test_an_odd_key_is_a_key_like_any_other(function: Function, aws: World, key: str) -> None:
    event = uploaded(aws, key, pdf(["Text."], [[LOGO]]))
    assert function(event)["image_count"] == 1
    assert manifest_of(aws, event).document.source.key == key


def test_a_document_without_images_has_an_empty_manifest(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Only text."]))
    assert function(event)["image_count"] == 0
    assert manifest_of(aws, event).images == ()


@pytest.mark.parametrize("name", ["cmyk jpeg", "jpx", "half-size soft mask", "stencil"])
def test_every_stored_image_is_one_a_model_reads(function: Function, aws: World, name: str) -> None:
    event = uploaded(aws, "a.pdf", odd_images()[name])
    function(event)
    (image,) = manifest_of(aws, event).images
    opened = Image.open(io.BytesIO(aws.read(f"{prefix(event)}images/{image.image_id}.{image.format}")))
    assert opened.format in ("PNG", "JPEG")
    assert opened.mode in ("1", "L", "P", "RGB")


def test_more_images_than_are_read_are_a_gap(function: Function, aws: World) -> None:
    function.set(MAX_IMAGES="1")
    event = uploaded(aws, "a.pdf", pdf(["Text."], [[LOGO, CHART]]))
    assert function(event)["image_count"] == 1
    (gap,) = manifest_of(aws, event).gaps
    assert gap.name == "OversizedPdfError"


# Failures by name, and no manifest that would say otherwise.


def refused(function: Function, aws: World, event: dict[str, Any], error: type[DocentError]) -> str:
    with pytest.raises(error) as raised:
        function(event)
    assert type(raised.value) is error
    assert f"{prefix(event)}manifest.json" not in aws.list_keys()
    return str(raised.value)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", EmptyPdfError),
        (b"<html>no pdf</html>", UnreadablePdfError),
        (LOGO, UnreadablePdfError),
        (pdf(["Secret."], password="open sesame"), EncryptedPdfError),
    ],
    ids=["empty", "a web page", "an image", "encrypted"],
)
def test_a_document_that_cannot_be_read_says_why_and_what_to_do(
    function: Function, aws: World, body: bytes, error: type[DocentError]
) -> None:
    message = refused(function, aws, uploaded(aws, "reports/a.pdf", body), error)
    assert "s3://docent-documents/reports/a.pdf" in message
    assert message.endswith(error.remedy)
    assert message.count(error.remedy) == 1


def test_more_pages_than_the_setting_allows_are_refused(function: Function, aws: World) -> None:
    function.set(MAX_PAGES="2")
    message = refused(function, aws, uploaded(aws, "a.pdf", pdf(["One.", "Two.", "Three."])), OversizedPdfError)
    assert "3" in message


@pytest.mark.parametrize(
    ("free", "size", "words"),
    [
        (1 << 40, (50 << 20) + 1, "more than the 52,428,800"),
        (30_000_000, 40_000_000, "the disk has room for 30,000,000"),
    ],
    ids=["than an index takes", "than the disk"],
)
def test_a_larger_document_is_refused_before_it_is_read(
    function: Function, aws: World, monkeypatch: pytest.MonkeyPatch, free: int, size: int, words: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    unread = io.BytesIO(b"%PDF")
    with aws.answering("s3.GetObject", {"Body": StreamingBody(unread, size), "ContentLength": size}):
        assert words in refused(function, aws, event, OversizedPdfError)
    assert unread.closed


def test_a_full_disk_is_named_and_tried_again(function: Function, aws: World) -> None:
    class FullDisk(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            raise OSError(errno.ENOSPC, "No space left on device")

    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    with aws.answering("s3.GetObject", {"Body": StreamingBody(FullDisk(), 4), "ContentLength": 4}):
        assert "The disk was full" in refused(function, aws, event, TransientError)


def test_a_document_that_is_gone_is_named(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    aws.delete("a.pdf", SOURCE_BUCKET)
    assert "s3://docent-documents/a.pdf" in refused(function, aws, event, MissingDocumentError)


def test_an_image_that_cannot_be_stored_fails_the_extraction(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."], [[LOGO]]))
    with aws.refusing("s3.PutObject", 403, "AccessDenied"):
        refused(function, aws, event, MisconfiguredError)
    with aws.refusing("s3.PutObject", 503, "SlowDown"):
        refused(function, aws, event, ThrottledError)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(503, "SlowDown", ThrottledError), (502, "502", TransientError), (403, "AccessDenied", MisconfiguredError)],
)
def test_a_document_that_s3_will_not_show_now_is_not_called_missing(
    function: Function, aws: World, status: int, code: str, error: type[DocentError]
) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    with aws.refusing("s3.GetObject", status, code):
        refused(function, aws, event, error)


def test_a_download_that_breaks_off_is_transient(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    with aws.answering("s3.GetObject", {"Body": StreamingBody(io.BytesIO(b"%PDF"), 100), "ContentLength": 100}):
        refused(function, aws, event, TransientError)


def test_everything_missing_from_the_settings_is_named_at_once(function: Function, aws: World) -> None:
    event = uploaded(aws, "a.pdf", pdf(["Text."]))
    function.set(DERIVED_BUCKET="", MAX_PAGES="", EXTRACTION_SECONDS="soon")
    message = refused(function, aws, event, MisconfiguredError)
    assert "DERIVED_BUCKET is not set, MAX_PAGES is not set, EXTRACTION_SECONDS is not a number" in message


SMALL = pdf(["Text."], [[image_with("x", (80, 60))]])


@settings(max_examples=15)
@given(at=st.integers(0, len(SMALL)), junk=st.binary(max_size=30), cut=st.integers(0, len(SMALL)))
def test_a_damaged_document_ends_in_a_manifest_or_a_named_error(
    function: Function, aws: World, at: int, junk: bytes, cut: int
) -> None:
    event = uploaded(aws, "a.pdf", (SMALL[:at] + junk + SMALL[at + len(junk) :])[: cut + 200])
    aws.delete(f"{prefix(event)}manifest.json")
    try:
        result = function(event)
    except DocentError:
        assert f"{prefix(event)}manifest.json" not in aws.list_keys()
        return
    assert len(manifest_of(aws, event).images) == result["image_count"]


# What is told.


def test_no_log_line_holds_a_word_of_a_document(function: Function, aws: World) -> None:
    function(uploaded(aws, "a.pdf", pdf([f"{CANARY} stands here."], [[LOGO]])))
    record, metrics = function.records()
    assert record["message"] == "images extracted"
    assert (record["pages"], record["images"], record["gaps"]) == (1, 1, 0)
    assert metrics["PicturesExtracted"] == [1]
    with pytest.raises(EncryptedPdfError):
        function(uploaded(aws, "b.pdf", pdf([CANARY], password=CANARY)))
    with pytest.raises(UnreadablePdfError):
        function(uploaded(aws, "c.pdf", CANARY.encode()))
    assert CANARY not in function.logged
