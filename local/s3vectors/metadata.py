"""What the metadata of a vector can be, with the service's limits."""

import json
from collections.abc import Collection
from typing import Any

from local.s3vectors.filters import is_scalar
from local.s3vectors.wire import S3VectorsError, invalid

MOST_KEYS = 50
MOST_FILTERABLE_BYTES = 2048
MOST_BYTES = 40 << 10

type Json = dict[str, Any]


def check(key: str, metadata: Any, non_filterable: Collection[str]) -> None:
    """Raises S3VectorsError. Sizes are those of the compact JSON in UTF-8."""
    if not isinstance(metadata, dict):
        raise _refused(key, "Metadata must be an object")
    if len(metadata) > MOST_KEYS:
        raise _refused(key, f"Metadata object must have at most {MOST_KEYS} keys")
    for name, value in metadata.items():
        if not 0 < len(name) <= 63:
            raise _refused(key, "Metadata keys must have 1 to 63 characters")
        if not (is_scalar(value) or (isinstance(value, list) and all(map(is_scalar, value)))):
            raise _refused(key, f"The value of the metadata key {name} must be a string, a number, a Boolean or a list")
    if _bytes_of(filterable(metadata, non_filterable)) > MOST_FILTERABLE_BYTES:
        raise _refused(key, f"Filterable metadata must have at most {MOST_FILTERABLE_BYTES} bytes")
    if _bytes_of(metadata) > MOST_BYTES:
        raise _refused(key, f"Metadata must have at most {MOST_BYTES} bytes")


def filterable(metadata: Json, non_filterable: Collection[str]) -> Json:
    return {name: value for name, value in metadata.items() if name not in non_filterable}


def _bytes_of(metadata: Json) -> int:
    return len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())


def _refused(key: str, why: str) -> S3VectorsError:
    return invalid(f"Invalid record for key '{key}': {why}")
