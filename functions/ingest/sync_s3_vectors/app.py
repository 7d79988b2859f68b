"""Keep an S3 Vectors index equal to the documents. Called by ingest_document and withdraw_generations.

Its events and answers are in `indexing.upload_actions`, and so are those of sync_kendra.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.deadlines import Deadline
from docent.embeddings import EmbeddingModel
from docent.prices import prices_of
from docent.settings import read_settings
from indexing.upload_actions import Actions
from indexing.vector_index import VectorIndex
from sync_s3_vectors.passage_index import PassageIndex

logger = Logger()
tracer = Tracer()

# Seconds of the function in which no further batch begins: one embeds a hundred passages, eight calls at a time.
KEPT = 180


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    audiences_table: str
    vector_index_arn: str
    embedding_model_id: str
    embedding_dimensions: int
    model_id: str
    input_token_price: float
    output_token_price: float


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    known = settings()
    deadline = Deadline.of(context.get_remaining_time_in_millis, KEPT)
    vectors = VectorIndex(known.vector_index_arn, EmbeddingModel(known.embedding_model_id, known.embedding_dimensions))
    index = PassageIndex(vectors, known.audiences_table, known.derived_bucket, deadline)
    prices = prices_of(known.model_id, known.input_token_price, known.output_token_price)
    return Actions(index, known.derived_bucket, prices, logger).do(event)
