"""Tokens and cost by day, capability, document and user: GET /usage of openapi.yaml.

in   a request of API Gateway, its query `days`
out  200 with `Usage`: of everybody for operators, of the caller for others
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.clock import day_of
from docent.document_rows import read_rows
from docent.grants import reader_of
from docent.ownership import is_operator
from docent.settings import read_settings
from docent.usage import dollars_of, month_of, rows_of
from show_usage.usage_sums import usage_of

logger = Logger()
tracer = Tracer()

DAY = 86_400  # seconds
# Days read at the same time: the SDK keeps this many connections.
THREADS = 10


@dataclass(frozen=True, slots=True)
class Settings:
    documents_table: str
    grants_table: str
    usage_table: str
    monthly_budget: float
    operators_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def show_usage(request: Request) -> Reply:
    now, count, table = time.time(), request.query["days"], settings().usage_table
    days = [day_of(now - DAY * back) for back in reversed(range(count))]
    with ThreadPoolExecutor(THREADS) as pool:
        rows = dict(zip(days, pool.map(lambda day: rows_of(table, day), days), strict=True))
    operates = is_operator(request.caller, settings().operators_group)
    usage = usage_of(rows, None if operates else request.caller.subject)
    known = read_rows(settings().documents_table, [each["document_id"] for each in usage["documents"]])
    for each in usage["documents"]:
        row = known.get(each["document_id"])
        # Operators see which documents cost what, but a document's name only if they can read it.
        if row and row.may_be_read_by(request.caller):
            each["file_name"] = row.file_name
    if operates:
        usage["budget"] = {
            "month": month_of(now),
            "used_usd": round(dollars_of(table, month_of(now)), 6),
            "limit_usd": settings().monthly_budget,
        }
    logger.info("usage shown", days=count, of_all=operates)
    return Reply({"from": days[0], "to": days[-1]} | usage)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    reader = reader_of(settings().grants_table)
    return serve(event, show_usage, settings().allowed_origins, logger, identify=reader)
