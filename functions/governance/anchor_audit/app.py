"""Put the end of the audit log's chain where nobody can change it. Called every day.

in   {}
out  {"sequence"}, 0 if the log is empty
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.clock import day_of
from docent.settings import read_settings
from governing.audit_anchors import put_anchor
from governing.audit_chain import Anchor
from governing.audit_log import last_entry

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    audit_table: str
    audit_bucket: str
    governance_bucket: str = ""
    governance_role_arn: str = ""


@cache
def settings() -> Settings:
    return read_settings(Settings)


def anchor(now: float) -> dict[str, Any]:
    known, last = settings(), last_entry(settings().audit_table)
    if last:
        anchor = Anchor(day_of(now), last.sequence, last.digest)
        put_anchor(known.audit_bucket, anchor)
        # Administrators of this account have no rights over the bucket of that one.
        if known.governance_bucket:
            put_anchor(known.governance_bucket, anchor, known.governance_role_arn)
    logger.info("audit log anchored", sequence=last.sequence if last else 0)
    return {"sequence": last.sequence if last else 0}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return anchor(time.time())
