"""The upload of a document: a PDF below its owner's prefix, with its readers."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from docent.callers import Caller
from docent.document_rows import upload_key
from docent.ownership import readers_named_by
from docent.readers import METADATA
from docent.upload_forms import PlannedUpload, plan_upload


def plan_document(caller: Caller, announced: Mapping[str, Any], bucket: str) -> PlannedUpload:
    """Of what the caller announced, as `NewDocument` of openapi.yaml.

    Raises InvalidRequestError for a name that S3 cannot take or that people cannot read, InvalidReadersError for
    readers that nobody can be.
    """
    readers = readers_named_by(caller, announced.get("readers", {})).to_text()
    metadata = {f"x-amz-meta-{METADATA}": readers}
    return plan_upload(announced, bucket, partial(upload_key, caller), "application/pdf", metadata)
