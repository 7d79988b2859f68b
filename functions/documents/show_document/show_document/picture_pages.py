"""A page of a document's pictures: where each stands, what was read in it, masked, and addresses to see it by.

Addresses are signed for a few minutes, so that they are of no use to whoever finds them later.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docent.api import decode_next, encode_next
from docent.clients import s3
from docent.document_rows import DocumentRow
from docent.documents import Figure, ObjectPointer
from docent.errors import InvalidRequestError
from docent.errors.ingest import MissingDocumentError
from docent.objects import list_keys, read_json

LIFETIME = 300  # seconds
# Readings fetched at the same time: as many as the SDK keeps connections.
THREADS = 10


def read_page(bucket: str, row: DocumentRow, place: str | None, limit: int, owned: bool) -> dict[str, Any]:
    """`{pictures, next?}` of openapi.yaml's `DocumentDetails`, from where `place` leads.

    Raises InvalidRequestError when `place` leads nowhere, as when the document has been uploaded again since.
    """
    start = _read_place(place, row.generation)
    figures = _figures(bucket, row)
    page = figures[start : start + limit]
    if not page:
        return {"pictures": []}
    with ThreadPoolExecutor(min(THREADS, len(page) + 1)) as pool:
        thumbnails = pool.submit(set, list_keys(bucket, row.keys.thumbnails))
        readings = list(pool.map(lambda figure: _reading(bucket, row, figure), page))
        known = thumbnails.result()
    pictures = [
        _to_json(figure, reading) | _addresses(bucket, row, figure, reading, known, owned)
        for figure, reading in zip(page, readings, strict=True)
    ]
    end = start + len(page)
    return {"pictures": pictures} | ({"next": encode_next([row.generation, end])} if end < len(figures) else {})


def _figures(bucket: str, row: DocumentRow) -> Sequence[Figure]:
    try:
        manifest = read_json(ObjectPointer(bucket, row.keys.manifest))
    except MissingDocumentError:
        return []  # not extracted yet, or never
    return [Figure.from_json(figure) for figure in manifest["figures"]]


def _reading(bucket: str, row: DocumentRow, figure: Figure) -> dict[str, Any]:
    try:
        return read_json(ObjectPointer(bucket, row.keys.masked(figure.picture_id)))
    except MissingDocumentError:
        return {"outcome": "not read"}


def _to_json(figure: Figure, reading: dict[str, Any]) -> dict[str, Any]:
    return {
        "picture_id": figure.picture_id,
        "kind": figure.kind,
        "outcome": reading["outcome"],
        "places": [{"page": place.page, "box": list(place.bbox)} for place in figure.places],
        "text": reading.get("text", ""),
        "description": reading.get("description", ""),
    }


def _addresses(
    bucket: str, row: DocumentRow, figure: Figure, reading: dict[str, Any], thumbnails: set[str], owned: bool
) -> dict[str, str]:
    """What the guardrail withheld is withheld as a picture too, but from its owner, who is to remove it."""
    if reading["outcome"] == "blocked" and not owned:
        return {}
    thumbnail = ObjectPointer(bucket, row.keys.thumbnail(figure.picture_id))
    addresses = {"image_url": _sign(ObjectPointer(bucket, row.keys.image(figure.picture_id, figure.format)))}
    return addresses | ({"thumbnail_url": _sign(thumbnail)} if thumbnail.key in thumbnails else {})


def _sign(pointer: ObjectPointer) -> str:
    where = {"Bucket": pointer.bucket, "Key": pointer.key}
    return s3().generate_presigned_url("get_object", Params=where, ExpiresIn=LIFETIME)


def _read_place(text: str | None, generation: str) -> int:
    match decode_next(text) if text else [generation, 0]:
        case [str(same), int(start)] if same == generation and start >= 0:
            return start
        case _:
            detail = {"field": "/query/next", "detail": "is none that a page of this upload gave"}
            raise InvalidRequestError("`next` is not usable.", (detail,))
