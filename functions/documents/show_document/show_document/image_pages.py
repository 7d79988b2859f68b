"""A page of a document's images: where each appears, what was read in it, masked, what that cost, and signed URLs to
see it by.

The URLs are valid for a few minutes, so they are of no use to someone who finds them later.
"""

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from docent.api import decode_next, encode_next
from docent.clients import s3
from docent.document_rows import DocumentRow
from docent.documents import Image, ObjectPointer
from docent.errors import InvalidRequestError
from docent.errors.ingest import MissingDocumentError
from docent.objects import list_keys, read_json
from docent.prices import TokenPrices

LIFETIME = 300  # seconds
# Readings fetched at the same time: the SDK keeps this many connections.
THREADS = 10
# What the guardrail writes in place of what it masked: `{NAME}`, `{EMAIL}`, or the name of a regex.
PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_ ]{1,60})\}")


def read_page(
    bucket: str, row: DocumentRow, place: str | None, limit: int, owned: bool, prices: TokenPrices
) -> dict[str, Any]:
    """`{pictures, next?}` of openapi.yaml's `DocumentDetails`, from `place` on. `prices` are dollars per million
    tokens, in and out.

    Raises InvalidRequestError when `place` is not usable, for instance because the document was uploaded again.
    """
    start = _read_place(place, row.generation)
    images = _images(bucket, row)
    page = images[start : start + limit]
    if not page:
        return {"pictures": []}
    with ThreadPoolExecutor(min(THREADS, len(page) + 1)) as pool:
        thumbnails = pool.submit(set, list_keys(bucket, row.keys.thumbnails))
        readings = list(pool.map(lambda image: _reading(bucket, row, image), page))
        known = thumbnails.result()
    shown = [
        _to_json(image, reading, prices) | _addresses(bucket, row, image, reading, known, owned)
        for image, reading in zip(page, readings, strict=True)
    ]
    end = start + len(page)
    return {"pictures": shown} | ({"next": encode_next([row.generation, end])} if end < len(images) else {})


def _images(bucket: str, row: DocumentRow) -> Sequence[Image]:
    try:
        manifest = read_json(ObjectPointer(bucket, row.keys.manifest))
    except MissingDocumentError:
        return []  # not extracted yet, or never
    return [Image.from_json(image) for image in manifest["figures"]]


def _reading(bucket: str, row: DocumentRow, image: Image) -> dict[str, Any]:
    try:
        return read_json(ObjectPointer(bucket, row.keys.masked(image.image_id)))
    except MissingDocumentError:
        return {"outcome": "not read"}


def _to_json(image: Image, reading: dict[str, Any], prices: TokenPrices) -> dict[str, Any]:
    text, description = reading.get("text", ""), reading.get("description", "")
    masked = PLACEHOLDER.findall(f"{text}\n{description}") if reading["outcome"] == "masked" else []
    tokens = reading.get("input_tokens", 0), reading.get("output_tokens", 0)
    return {
        "picture_id": image.image_id,
        "kind": image.kind,
        "outcome": reading["outcome"],
        "places": [{"page": place.page, "box": list(place.bbox)} for place in image.places],
        "text": text,
        "description": description,
        "masked": [{"kind": kind, "count": count} for kind, count in sorted(Counter(masked).items())],
        "input_tokens": tokens[0],
        "output_tokens": tokens[1],
        "cost_usd": round(prices.of(*tokens), 6),
    }


def _addresses(
    bucket: str, row: DocumentRow, image: Image, reading: dict[str, Any], thumbnails: set[str], owned: bool
) -> dict[str, str]:
    """What the guardrail withheld is not shown as an image either, except to the owner, who can remove it."""
    if reading["outcome"] == "blocked" and not owned:
        return {}
    thumbnail = ObjectPointer(bucket, row.keys.thumbnail(image.image_id))
    addresses = {"image_url": _sign(ObjectPointer(bucket, row.keys.image(image.image_id, image.format)))}
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
