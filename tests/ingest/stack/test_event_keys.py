"""Documents whose keys are as odd as S3 allows."""

import unicodedata

import pytest

from tests.support.pdfs import pdf
from tests.support.stack import Stack


@pytest.mark.parametrize(
    "key",
    [
        "keys/emoji 👩‍🔬🜁.pdf",
        unicodedata.normalize("NFD", "keys/Übergrößenträger.pdf"),
        "keys/../keys/./dots.pdf",
        "/keys//leading and trailing/",
        " keys/spaces ",
        "keys/100%25+1%2F2&a=b?c#d;e.pdf",
        "keys/tab\tnewline\nbell\x07.pdf",
        "keys/'quotes\" {braces} <tags> \\back`ticks`.pdf",
        "keys/" + "lang" * 220 + ".pdf",
        "keys/" + "ü" * 509 + "x",
    ],
    ids=lambda key: ascii(key)[:40],
)
def test_a_document_of_any_key_is_ingested_found_and_removed(stack: Stack, key: str) -> None:
    document = stack.ingest(key, pdf([f"The lighthouse keeper of Skerry {len(key)} keeps bees."]))
    assert (document["status"], document["key"]) == ("INGESTED", key)
    assert set(stack.entries(key).values()) == {"INDEXED"}
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    assert stack.settled(key, document["generation"])["status"] == "REMOVED"
    assert stack.derived_keys(key) == []


@pytest.mark.parametrize("key", ["keys/invoice\u202efdp.exe", "keys/in\u200bvoice.pdf"], ids=ascii)
def test_a_key_that_deceives_people_fails_with_what_is_in_it(stack: Stack, key: str) -> None:
    document = stack.ingest(key, pdf(["The lighthouse keeper keeps bees."]))
    assert (document["status"], document["error"]["name"]) == ("FAILED", "UnseenCharactersError")
    assert "Rename the file, and upload it again." in document["error"]["message"]
    assert stack.entries(key) == {}
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    assert stack.settled(key, document["generation"])["status"] == "REMOVED"
