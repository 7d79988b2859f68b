"""The keys of the derived bucket: policies, the lifecycle rule and stored pointers hold them, so none may change."""

from docent import derived_keys
from docent.derived_keys import GenerationKeys
from docent.documents import Document, ObjectPointer

DOCUMENT = Document("cafe", "0001", ObjectPointer("docent-documents", "a.pdf"))


def test_keys_of_an_upload_are_below_its_document_and_generation() -> None:
    keys = DOCUMENT.keys
    assert keys == GenerationKeys("cafe", "0001")
    assert keys.prefix == "documents/cafe/0001/"
    assert keys.manifest == "documents/cafe/0001/manifest.json"
    assert keys.entries == "documents/cafe/0001/entries.json"
    assert keys.image("abcd", "png") == "documents/cafe/0001/images/abcd.png"
    assert keys.caption("abcd") == "documents/cafe/0001/captions/abcd.json"
    assert keys.masked("abcd") == "documents/cafe/0001/pictures/abcd.json"
    assert keys.thumbnail("abcd") == "documents/cafe/0001/thumbnails/abcd.jpeg"
    assert keys.thumbnails == "documents/cafe/0001/thumbnails/"


def test_keys_that_documents_share() -> None:
    assert derived_keys.GLOSSARY == "glossary.csv"
    assert derived_keys.document_prefix("cafe") == "documents/cafe/"
    assert derived_keys.group_ledger("application", "index") == "groups/application/index.json"
    assert derived_keys.group_members("abcd") == "group-members/abcd.json"
