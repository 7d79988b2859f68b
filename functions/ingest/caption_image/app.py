"""Have Claude read and describe one image. Called by ingest_document, once for each distinct image.

in   {"document": {...}, "picture": an entry of the manifest}
out  {"caption": {bucket, key}, "cached": bool}
     and in the derived bucket `<prefix>captions/<image_id>.json`, not yet masked, with the tokens if this
     document paid for the call,
     and `<prefix>thumbnails/<image_id>.jpeg`, if one can be made
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from caption_image.caption_cache import CaptionCache
from caption_image.image_captions import PROMPT_VERSION, Caption, converse_request, read_caption
from caption_image.image_parts import is_long
from caption_image.image_scaling import model_ready
from caption_image.image_thumbnails import thumbnail
from caption_image.model_refusals import refusal
from docent.clients import bedrock_runtime
from docent.document_rows import owner_of
from docent.documents import Document, Image, ObjectPointer
from docent.errors import MALFORMED
from docent.errors.ingest import MissingDocumentError, UnreadablePictureError
from docent.objects import read_bytes, write_bytes, write_json
from docent.settings import read_settings
from docent.usage import UsageSettings, Use, check_budget, count_tokens

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings(UsageSettings):
    derived_bucket: str
    images_table: str
    model_id: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def caption(data: bytes, image: Image) -> Caption:
    model_id = settings().model_id
    parts = model_ready(data, image.format, image.width, image.height)
    direction = "from left to right" if image.width > image.height else "from top to bottom"

    def ask(*parts: tuple[bytes, str]) -> Any:
        return bedrock_runtime().converse(**converse_request(model_id, parts, direction))

    try:
        return read_caption(ask(*parts), model_id)
    except (ClientError, BotoCoreError) as error:
        raise refusal(error, f"image {image.image_id}", model_id, ask) from error
    except MALFORMED as error:
        happened = f"The model's reply to image {image.image_id} cannot be understood."
        raise UnreadablePictureError(happened) from error


def read_image(source: ObjectPointer, target: ObjectPointer) -> bytes:
    """Make the image's thumbnail and return the image's bytes."""
    data = read_bytes(source)
    if small := thumbnail(data):
        write_bytes(target, small, "image/jpeg")
    return data


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    document, image = Document.from_json(event["document"]), Image.from_json(event["picture"])
    version = f"{PROMPT_VERSION} in parts" if is_long(image.width, image.height) else PROMPT_VERSION
    cache_key = f"{settings().model_id}|{version}"
    cache = CaptionCache(settings().images_table)

    def pointer(key: str) -> ObjectPointer:
        return ObjectPointer(settings().derived_bucket, key)

    source = pointer(document.keys.image(image.image_id, image.format))
    small = pointer(document.keys.thumbnail(image.image_id))
    cached = cache.claim(image.image_id, document.document_id, cache_key)
    if cached is None:
        check_budget()
        found = caption(read_image(source, small), image).to_json()
        cache.keep(image.image_id, cache_key, found | {"paid_by": document.document_id})
        tokens = found["input_tokens"], found["output_tokens"]
        use = Use("ingest", owner_of(document.source.key), document_id=document.document_id)
        count_tokens(use, settings().model_id, *tokens, time.time())
        metrics.add_metric("InputTokens", MetricUnit.Count, found["input_tokens"])
        metrics.add_metric("OutputTokens", MetricUnit.Count, found["output_tokens"])
        metrics.add_metric("PicturesCaptioned", MetricUnit.Count, 1)
    else:
        with suppress(MissingDocumentError):  # superseded meanwhile: a cached caption needs no image
            read_image(source, small)
        found = cached
        if found.pop("paid_by", None) != document.document_id:  # only the document that paid shows the tokens
            found |= {"input_tokens": 0, "output_tokens": 0}
        metrics.add_metric("CaptionsFromCache", MetricUnit.Count, 1)

    target = pointer(document.keys.caption(image.image_id))
    write_json(target, found)
    logger.info(
        "image captioned",
        document_id=document.document_id,
        image_id=image.image_id,
        cached=cached is not None,
        input_tokens=found["input_tokens"],
        output_tokens=found["output_tokens"],
    )
    return {"caption": target.to_json(), "cached": cached is not None}
