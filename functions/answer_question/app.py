"""Answer one question from the index, with citations. Called by clients, through lambda:Invoke for now.

in   {"question": "..."}
out  {"answer", "citations": [{document_id, key, page, image: null | {bucket, key, bbox}, excerpt}], "usage"}
     an answer without citations says that the documents do not hold it
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from cited_answers import Passage, converse_request, read_answer, read_question
from docent.clients import bedrock_runtime, kendra
from docent.errors import MALFORMED, InvalidRequestError, MisconfiguredError, TransientError, from_aws
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()
metrics = Metrics()


# A person waits: nobody else retries, so the SDK does.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    index_id: str
    model_id: str
    max_passages: int


@cache
def settings() -> Settings:
    return read_settings(Settings)


def retrieve(question: str) -> list[Passage]:
    try:
        reply = kendra(ATTEMPTS).retrieve(
            IndexId=settings().index_id, QueryText=question, PageSize=settings().max_passages
        )
    except kendra(ATTEMPTS).exceptions.ResourceNotFoundException as error:
        raise MisconfiguredError(
            f"The index {settings().index_id} is not there (ResourceNotFoundException)."
        ) from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the index was searched", InvalidRequestError) from error
    return [Passage.from_kendra(item, settings().derived_bucket) for item in reply.get("ResultItems", [])]


def answer(question: str, passages: list[Passage]) -> dict[str, Any]:
    try:
        reply = bedrock_runtime(ATTEMPTS).converse(**converse_request(settings().model_id, question, passages))
        return read_answer(reply, passages)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the model answered", MisconfiguredError) from error
    except MALFORMED as error:
        raise TransientError("The model's reply cannot be understood.") from error


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    question = read_question(event)
    passages = retrieve(question)
    result = answer(question, passages)
    logger.info("question answered", passages=len(passages), citations=len(result["citations"]))
    metrics.add_metric("QuestionsAnswered", MetricUnit.Count, 1)
    return result
