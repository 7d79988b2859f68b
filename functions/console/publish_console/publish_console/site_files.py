"""The console's files in its bucket.

Files below `assets/` have a digest in their names, so browsers keep them. The others are asked for each time. What an
earlier release had stays: a page that is open loads parts of itself later.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import s3
from docent.errors import MisconfiguredError, from_aws

KEPT = "public, max-age=31536000, immutable"
ASKED_FOR = "no-cache"
# Those of Python differ with the machine that it runs on.
TYPES = {
    ".bcmap": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".icc": "application/vnd.iccprofile",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".pfb": "application/x-font-type1",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
}


def write_site(bucket: str, site: Path, config: Mapping[str, Any]) -> int:
    """Write the files of `site`, and `config` as config.json; the pages last, as they name the others."""
    files = [path for path in sorted(site.rglob("*")) if path.is_file() and path.suffix in TYPES]
    files.sort(key=lambda path: path.suffix == ".html")
    _put(bucket, "config.json", json.dumps(config).encode())
    for path in files:
        _put(bucket, path.relative_to(site).as_posix(), path.read_bytes())
    return len(files) + 1


def delete_site(bucket: str) -> None:
    """CloudFormation deletes a bucket only if it is empty."""
    try:
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for found in page.get("Contents", []):
                s3().delete_object(Bucket=bucket, Key=found["Key"])  # pyright: ignore[reportTypedDictNotRequiredAccess]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the console was deleted", MisconfiguredError) from error


def _put(bucket: str, key: str, body: bytes) -> None:
    kept = KEPT if key.startswith("assets/") else ASKED_FOR
    try:
        s3().put_object(Bucket=bucket, Key=key, Body=body, ContentType=TYPES[Path(key).suffix], CacheControl=kept)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the console was written", MisconfiguredError) from error
