"""A document's text and images as Kendra's documents. The id of one is the part of the document that it is of."""

from typing import Any

from docent.documents import Document, Image
from indexing.index_entries import Entry, ImageReading, image_part, places_of, text_part, title_of

# `[{Name, Type: USER | GROUP, Access: ALLOW | DENY}]`. Every entry has one: without it, everybody would find the entry.
type AccessList = list[dict[str, str]]


def text_entry(document: Document, access: AccessList) -> Entry:
    """The PDF itself: Kendra extracts its text, with page numbers."""
    source = document.source
    entry = {
        "Id": text_part(document),
        "Title": title_of(document),
        "S3Path": {"Bucket": source.bucket, "Key": source.key},
        "ContentType": "PDF",
        "AccessControlList": access,
        "Attributes": _attributes(document, {}),
    }
    return Entry(entry["Id"], entry["Id"], entry)


def image_entry(document: Document, access: AccessList, image: Image, reading: ImageReading) -> Entry:
    """One image as text."""
    special = {
        "docent_page": {"LongValue": image.places[0].page},
        "docent_picture": {"StringValue": document.keys.image(image.image_id, image.format)},
        "docent_places": {"StringValue": places_of(image)},
    }
    entry = {
        "Id": image_part(document, image.image_id),
        "Title": f"{title_of(document)}, page {image.places[0].page}",
        "Blob": reading.words.encode(),
        "ContentType": "PLAIN_TEXT",
        "AccessControlList": access,
        "Attributes": _attributes(document, special),
    }
    return Entry(entry["Id"], entry["Id"], entry)


def _attributes(document: Document, special: dict[str, Any]) -> list[dict[str, Any]]:
    every = {
        "_source_uri": {"StringValue": document.name},
        "docent_document": {"StringValue": document.document_id},
        "docent_key": {"StringValue": document.source.key},
    }
    return [{"Key": key, "Value": value} for key, value in (every | special).items()]
