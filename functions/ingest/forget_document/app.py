"""Delete what uploads of a document left in the derived bucket. Called by withdraw_generations, last.

in   {"selection": {document_id, which: before | through | only, generation}}
out  {"generations": how many uploads were forgotten, "objects": how many objects were deleted}
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import GenerationKeys
from docent.documents import Manifest, ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.generations import Selection, generations_of
from docent.objects import delete_prefix, read_json
from docent.settings import read_settings
from forget_document.derived_objects import images_let_go, release

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    images_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def manifests(document_id: str, generations: list[str]) -> list[Manifest]:
    found: list[Manifest] = []
    for generation in generations:
        try:
            key = GenerationKeys(document_id, generation).manifest
            found.append(Manifest.from_json(read_json(ObjectPointer(settings().derived_bucket, key))))
        except MissingDocumentError:
            continue  # the extraction did not finish
    return found


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    selection = Selection.from_json(event["selection"])
    bucket, document_id = settings().derived_bucket, selection.document_id
    every = generations_of(bucket, document_id)
    forgotten = [generation for generation in every if selection.holds(generation)]
    kept = [generation for generation in every if not selection.holds(generation)]

    for image_id in images_let_go(manifests(document_id, forgotten), manifests(document_id, kept)):
        release(settings().images_table, image_id, document_id)
    # The manifests are deleted last, with everything else: a run that is interrupted can start again.
    objects = sum(delete_prefix(bucket, GenerationKeys(document_id, generation).prefix) for generation in forgotten)
    logger.info("uploads forgotten", document_id=document_id, generations=len(forgotten), objects=objects)
    return {"generations": len(forgotten), "objects": objects}
