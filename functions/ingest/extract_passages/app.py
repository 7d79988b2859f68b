"""Extract the text of one PDF in passages. Called by the ingest_document state machine.

in   {"document": {document_id, generation, source: {bucket, key, version_id?}}}
out  {"passages": {bucket, key}, "page_count", "passage_count", "gaps": [...], "gap_count"}
     and in the derived bucket `<prefix>passages.jsonl`, a line for each passage: {"n", "page", "text", "language"}
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

from docent.documents import Document, ObjectPointer
from docent.errors.ingest import OversizedPdfError
from docent.objects import download, upload
from docent.settings import read_settings
from extract_passages.document_passages import DocumentPassages
from extract_passages.extraction_limits import Limits

# In the state's output, which has little room. More pages than this are damaged only if the whole document is.
GAPS_TOLD = 100

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    max_pages: int
    extraction_seconds: int
    extraction_megabytes: int


@cache
def settings() -> Settings:
    return read_settings(Settings)


def limits() -> Limits:
    return Limits(
        max_pages=settings().max_pages,
        seconds=settings().extraction_seconds,
        max_megabytes=settings().extraction_megabytes,
    )


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document = Document.from_json(event["document"])
    pointer = ObjectPointer(settings().derived_bucket, document.keys.passages)

    with TemporaryDirectory() as folder:
        path, lines = os.path.join(folder, "document.pdf"), os.path.join(folder, "lines")

        def check(size: int) -> None:
            if size > (free := shutil.disk_usage(folder).free):
                raise OversizedPdfError(f"{document.name} has {size:,} bytes; the disk has room for {free:,}.")

        download(document.source, path, check)
        found = DocumentPassages(path, document.name, limits())
        count = found.write(lines)
        upload(lines, pointer, "application/jsonl")

    logger.info(
        "passages extracted",
        document_id=document.document_id,
        pages=found.page_count,
        passages=count,
        gaps=len(found.gaps),
    )
    metrics.add_metric("PassagesExtracted", MetricUnit.Count, count)
    return {
        "passages": pointer.to_json(),
        "page_count": found.page_count,
        "passage_count": count,
        "gaps": [gap.to_json() for gap in found.gaps[:GAPS_TOLD]],
        "gap_count": len(found.gaps),
    }
