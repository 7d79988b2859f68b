"""Put the console's files and its configuration into its bucket. Called by CloudFormation for PublishedConsole.

in   a request of CloudFormation, its properties `Release` (the digest of the files) and `Config` (config.json)
out  nothing; CloudFormation gets its answer at the request's `ResponseURL`

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.custom_resources import send_answer
from docent.settings import read_settings
from publish_console.site_files import delete_site, write_site

logger = Logger()
tracer = Tracer()
SITE = Path(__file__).parent / "site"


@dataclass(frozen=True, slots=True)
class Settings:
    console_bucket: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    bucket = settings().console_bucket
    try:
        if event["RequestType"] == "Delete":
            delete_site(bucket)
        else:
            count = write_site(bucket, SITE, event["ResourceProperties"]["Config"])
            logger.info("console published", count=count)
    except Exception as error:
        # CloudFormation waits for an answer, whatever happened.
        send_answer(event, f"{type(error).__name__}: {error}")
        raise
    send_answer(event)
