"""Keep a Kendra index equal to the documents. Called by ingest_document and withdraw_generations.

Its events and answers are in `indexing.upload_actions`, and so are those of sync_s3_vectors.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.deadlines import Deadline
from docent.prices import prices_of
from docent.settings import read_settings
from indexing.upload_actions import Actions
from sync_kendra.kendra_index import KendraIndex

logger = Logger()
tracer = Tracer()

# Seconds of the function in which no further call to the index begins: one may take 30.
KEPT = 60


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    index_id: str
    index_role_arn: str
    model_id: str
    input_token_price: float
    output_token_price: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT)
    index = KendraIndex(settings().index_id, settings().index_role_arn, deadline)
    prices = prices_of(settings().model_id, settings().input_token_price, settings().output_token_price)
    return Actions(index, settings().derived_bucket, prices, logger).do(event)
