"""Bring the knowledge base up to date with the files of policies. Called by a queue with S3's events of these files.

in   SQS messages; what they hold does not matter, as a job looks at all files
out  nothing

While another job runs, Bedrock starts none, and the messages come again later.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_agent
from docent.errors import MisconfiguredError, from_aws
from docent.settings import read_settings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    knowledge_base_id: str
    data_source_id: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    try:
        bedrock_agent().start_ingestion_job(
            knowledgeBaseId=settings().knowledge_base_id, dataSourceId=settings().data_source_id
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "policies were brought into the knowledge base", MisconfiguredError) from error
    logger.info("job started", messages=len(event["Records"]))
