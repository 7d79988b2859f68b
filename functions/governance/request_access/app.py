"""Ask for access: POST /subscriptions and POST /subscriptions/{subscription_id}/restart of openapi.yaml.

in   a request of API Gateway, its body `NewSubscription`, or without one
out  202 with a `Subscription`; a problem: RequestExistsError, SettledRequestError, InvalidRequestError, NotFoundError,
     TooManyRequestsError

approve_subscription then decides. A request of somebody whose grant is in force prolongs it. One whose workflow failed
can be started again; the same again changes nothing.
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.clock import now_text
from docent.errors import DocentError
from docent.errors.governance import RequestExistsError
from docent.settings import read_settings
from docent.throttling import count_request
from governing.access_changes import TableSettings, settled
from governing.access_policy import is_shown_to, may_see
from governing.products import find_product, no_such_product, read_product
from governing.reviews import start_workflow
from governing.subscriptions import Subscription, find_subscription, not_found, subscriptions_of
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
    if before := in_force_before(wanted):
        wanted = wanted.prolonging(before.subscription_id)
    settings().tables.request(wanted)
    start(wanted)
    logger.info("access requested", subscription_id=wanted.subscription_id, product_id=product.product_id)
    return Reply(wanted.to_json(), 202)


def restart(request: Request[Caller]) -> Reply:
    """Everybody who can see the request can restart it. Approvals that still count are kept."""
    caller, subscription_id = request.caller, request.path["subscription_id"]
    count_request(settings().callers_table, caller, "access", settings().requests_per_minute, time.time())
    subscription = find_subscription(settings().subscriptions_table, subscription_id)
    product = read_product(settings().products_table, subscription.product_id)
    if product is None or not may_see(caller, product, settings().stewards_group, subscription):
        raise not_found()
    if subscription.has_failed:
        in_force_before(subscription)
        settings().tables.restart(subscription, caller.user, now_text())
        subscription = find_subscription(settings().subscriptions_table, subscription_id)
    if not subscription.is_waiting:
        raise settled()
    start(subscription)
    logger.info("request started again", subscription_id=subscription_id, attempt=subscription.attempt)
    return Reply(subscription.to_json(), 202)


def in_force_before(wanted: Subscription) -> Subscription | None:
    """The request whose grant this one prolongs. Raises RequestExistsError if another one is open."""
    in_force = None
    for earlier in subscriptions_of(settings().subscriptions_table, wanted.principal):
        if earlier.product_id != wanted.product_id or earlier.subscription_id == wanted.subscription_id:
            continue
        if earlier.is_waiting:
            raise RequestExistsError(f"{wanted.principal} has asked for {wanted.product_id} already.")
        if earlier.status == "IN_FORCE":
            in_force = earlier
    if in_force and wanted.has_failed and in_force.subscription_id != wanted.prolongs:
        raise RequestExistsError(f"{wanted.principal} has access to {wanted.product_id} by another request.")
    return in_force


def start(wanted: Subscription) -> None:
    """What could not be started is shown as failed, and does not wait for a workflow that never comes."""
    try:
        start_workflow(settings().approve_subscription_arn, wanted)
    except DocentError as error:
        settings().tables.fail(wanted.subscription_id, wanted.attempt, error.to_json(), now_text())
        raise


def answer(request: Request[Caller]) -> Reply:
    return restart(request) if "subscription_id" in request.path else request_access(request)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, answer, settings().allowed_origins, logger)
