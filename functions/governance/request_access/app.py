"""Ask for access to a data product: POST /subscriptions of openapi.yaml.

in   a request of API Gateway, its body `NewSubscription`
out  202 with a `Subscription`; a problem: RequestExistsError, InvalidRequestError, NotFoundError, TooManyRequestsError

approve_subscription then decides. A request of somebody whose grant is in force prolongs it.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent import executions
from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.errors.governance import RequestExistsError
from docent.settings import read_settings
from docent.throttling import count_request
from governing.access_changes import TableSettings
from governing.access_policy import is_shown_to
from governing.products import find_product, no_such_product
from governing.subscriptions import subscriptions_of
from request_access.new_requests import new_request

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    callers_table: str
    requests_per_minute: int
    approve_subscription_arn: str
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def request_access(request: Request[Caller]) -> Reply:
    caller, now = request.caller, time.time()
    count_request(settings().callers_table, caller, "access", settings().requests_per_minute, now)
    product = find_product(settings().products_table, request.body["product_id"])
    if not is_shown_to(caller, product, settings().stewards_group):
        raise no_such_product()
    wanted = new_request(caller, request.body, request.request_id, now)
    for earlier in subscriptions_of(settings().subscriptions_table, wanted.principal):
        if earlier.product_id != product.product_id:
            continue
        if earlier.is_waiting:
            raise RequestExistsError(f"{wanted.principal} has asked for {product.product_id} already.")
        if earlier.status == "IN_FORCE":
            wanted = wanted.prolonging(earlier.subscription_id)
    settings().tables.request(wanted)
    subject = {"kind": "access", "id": wanted.subscription_id}
    executions.start(settings().approve_subscription_arn, {"subject": subject})
    logger.info("access requested", subscription_id=wanted.subscription_id, product_id=product.product_id)
    return Reply(wanted.to_json(), 202)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, request_access, settings().allowed_origins, logger)
