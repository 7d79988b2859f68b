"""Extract the images of one PDF. Called by the ingest_document state machine.

in   {"document": {document_id, generation, source: {bucket, key, version_id?}}}
out  {"manifest": {bucket, key}, "page_count", "image_count"}
     and in the derived bucket `<prefix>images/<image_id>.<format>` and `<prefix>manifest.json`
"""

import os.path
import shutil
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.documents import Document, Manifest, ObjectPointer
from docent.errors.ingest import OversizedPdfError
from docent.objects import download, write_bytes, write_json
from docent.settings import read_settings
from extract_images.image_uploads import uploads
from extract_images.pdf_images import ImageFile, Limits
from extract_images.pdf_opening import check_size
from extract_images.pdf_worker import extract_in_worker

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    max_pages: int
    max_images: int
    extraction_seconds: int
    extraction_megabytes: int


@cache
def settings() -> Settings:
    return read_settings(Settings)


def limits() -> Limits:
    return Limits(
        max_pages=settings().max_pages,
        max_images=settings().max_images,
        seconds=settings().extraction_seconds,
        max_megabytes=settings().extraction_megabytes,
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document = Document.from_json(event["document"])
    bucket = settings().derived_bucket

    def upload(file: ImageFile) -> None:
        key = document.keys.image(file.image_id, file.format)
        write_bytes(ObjectPointer(bucket, key), file.data, f"image/{file.format}")

    with TemporaryDirectory() as folder, uploads(upload) as save:
        path = os.path.join(folder, "document.pdf")

        def check(size: int) -> None:
            check_size(size, document.name, limits())
            if size > (free := shutil.disk_usage(folder).free):
                raise OversizedPdfError(f"{document.name} has {size:,} bytes; the disk has room for {free:,}.")

        download(document.source, path, check)
        found = extract_in_worker(path, document.name, limits(), save)

    manifest = Manifest(document, found.page_count, found.images, found.gaps, found.skipped)
    pointer = ObjectPointer(bucket, document.keys.manifest)
    write_json(pointer, manifest.to_json())
    logger.info(
        "images extracted",
        document_id=document.document_id,
        pages=found.page_count,
        images=len(found.images),
        gaps=len(found.gaps),
    )
    metrics.add_metric("PicturesExtracted", MetricUnit.Count, len(found.images))
    return {
        "manifest": pointer.to_json(),
        "page_count": found.page_count,
        "image_count": len(found.images),
    }
