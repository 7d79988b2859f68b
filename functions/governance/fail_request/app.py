"""Mark a request as failed when its workflow failed, so that it can be restarted. Called for the event WorkFailed.

in   the event, its detail {"subject": {"kind": "access", "id"}, "error": {"name", "message"}, "execution_arn"}
out  {"failed"}: whether it was still waiting for this execution

record_failure announces every execution that failed, timed out or was stopped. The same event again changes nothing.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import now_text
from docent.settings import read_settings
from governing.access_changes import TableSettings

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    pass


@cache
def settings() -> Settings:
    return read_settings(Settings)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    detail = event["detail"]
    subscription_id, error = detail["subject"]["id"], detail["error"]
    # The name of the execution ends in the number of the attempt.
    attempt = int(detail["execution_arn"].rpartition("-")[2])
    failed = settings().tables.fail(subscription_id, attempt, error, now_text())
    logger.info("request marked", subscription_id=subscription_id, failed=failed, error=error["name"])
    return {"failed": failed}
