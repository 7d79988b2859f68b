"""Make one label of the answers of several workers. Called by Ground Truth when an object has all its answers.

in   {"version", "labelingJobArn", "labelAttributeName", "payload": {"s3Uri"} of a file with
     [{"datasetObjectId", "dataObject", "annotations": [{"workerId", "annotationData": {"content"} or {"s3Uri"}}]}]}
out  [{"datasetObjectId", "consolidatedAnnotation": {"content": {<label attribute>: the label}}}], one for each object

An answer that cannot be read stays in the label as an error, and is counted: an object that is left out would count as
failed without a reason.
https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step3-lambda-requirements.html
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from consolidate_annotations.consolidated_objects import consolidate
from consolidate_annotations.read_answers import payload_of
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Settings:
    pass


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> list[dict[str, Any]]:
    told = [consolidate(each, event["labelAttributeName"]) for each in payload_of(event["payload"]["s3Uri"])]
    unread = sum(each.errors for each in told)
    metrics.add_metric("UnreadableAnswers", MetricUnit.Count, unread)
    job = event.get("labelingJobArn", "").rpartition("/")[2]
    logger.info("annotations consolidated", job=job, objects=len(told), unreadable=unread)
    return [each.to_json() for each in told]
