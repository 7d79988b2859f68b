"""A document from its file to the index: its images, what became of each, and how many entries each has."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docent.clients import s3
from docent.document_rows import DocumentRow
from docent.documents import Image, ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.objects import read_json
from indexing.ingestion_outcome import Record

# Nobody can read a graph of more images. All are counted.
MOST_IMAGES = 60
THREADS = 10
S3_VECTORS = "s3_vectors"


def parts_of(bucket: str, row: DocumentRow, search_index: str) -> dict[str, Any]:
    """`DocumentLineage` of openapi.yaml without its answers. One that is being removed has no parts any more."""
    told: dict[str, Any] = {
        "document_id": row.document_id,
        "file_name": row.file_name,
        "status": row.status,
        "generation": row.generation,
        "page_count": int(row.values.get("page_count", 0)),
        "image_count": int(row.values.get("image_count", 0)),
        "captioned_count": int(row.values.get("captioned_count", 0)),
        "images": [],
        "text_entries": 0,
        "entry_count": 0,
    } | {name: row.values[at] for name, at in _TIMES.items() if at in row.values}
    manifest = _read(bucket, row.keys.manifest) if row.is_answered_from else None
    if manifest is None:
        return told
    images = [Image.from_json(each) for each in manifest["figures"]]
    record = _read(bucket, row.keys.vectors if search_index == S3_VECTORS else row.keys.entries)
    entries = _entries(Record.from_json(record)) if record else {}
    return told | {
        "images": _shown(bucket, row, images[:MOST_IMAGES], entries),
        "text_entries": entries.get("text", 0),
        "entry_count": sum(entries.values()),
    }


_TIMES = {"uploaded_at": "claimed_at", "searchable_since": "searchable_since"}


def _shown(bucket: str, row: DocumentRow, images: list[Image], entries: dict[str, int]) -> list[dict[str, Any]]:
    s3()  # before threads ask for it
    with ThreadPoolExecutor(THREADS) as pool:
        readings = list(pool.map(lambda image: _read(bucket, row.keys.masked(image.image_id)), images))
    return [
        {
            "picture_id": image.image_id,
            "pages": sorted({place.page for place in image.places}),
            "outcome": reading["outcome"] if reading else "not read",
            "entries": entries.get(image.image_id, 0),
        }
        for image, reading in zip(images, readings, strict=True)
    ]


def _entries(record: Record) -> dict[str, int]:
    """How many entries the index has for the `text` and for each image, without those that it refused."""
    return {
        "text" if part == record.text_id else part.rpartition("/")[2]: record.counts.get(part, 1)
        for part in record.parts
        if part not in record.refused
    }


def _read(bucket: str, key: str) -> Any:
    try:
        return read_json(ObjectPointer(bucket, key))
    except MissingDocumentError:
        return None  # not yet, or never
