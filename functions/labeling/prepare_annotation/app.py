"""Make the input of a task's page from a line of a manifest. Called by Ground Truth before a worker sees it.

in   {"version", "labelingJobArn", "dataObject": the line}
out  {"taskInput": {"source-ref", "line"}, "isHumanAnnotationRequired": "true"}

A line without an address fails: answering that no person is needed would send it on without a label and without a word.
https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step3-lambda-requirements.html
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.errors.labeling import InvalidManifestError
from docent.settings import read_settings
from labeling.manifests import address_of, source_in

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    pass


@cache
def settings() -> Settings:
    return read_settings(Settings)


def prepare_annotation(line: dict[str, Any]) -> dict[str, Any]:
    """The template reads the same key whichever of the two the manifest has."""
    address = source_in(line)
    if address_of(address) is None:
        raise InvalidManifestError("A line of the manifest has no address such as s3://bucket/key.")
    rest = {name: value for name, value in line.items() if name not in ("source", "source-ref")}
    return {"taskInput": {"source-ref": address, "line": rest}, "isHumanAnnotationRequired": "true"}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    prepared = prepare_annotation(event["dataObject"])
    logger.info("annotation prepared", job=event.get("labelingJobArn", "").rpartition("/")[2])
    return prepared
