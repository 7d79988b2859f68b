"""Let people decide about a request: store the task token that their decision answers. Called by approve_subscription.

in   {"subscription_id", "task_token"}; the state ends with {"approved"} when they have decided
out  {}
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from ask_reviewers.waiting_requests import keep_token
from docent.settings import read_settings
from governing.access_policy import with_valid_approvals
from governing.products import read_product
from governing.reviews import answer_token
from governing.subscriptions import read_subscription

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    products_table: str
    subscriptions_table: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def ask(subscription_id: str, task_token: str) -> None:
    """If the request was decided before this state ran, the workflow is answered at once and nobody is asked."""
    is_waiting = keep_token(settings().subscriptions_table, subscription_id, task_token)
    subscription = read_subscription(settings().subscriptions_table, subscription_id)
    product = read_product(settings().products_table, subscription.product_id) if subscription else None
    if not is_waiting or subscription is None or product is None:
        answer_token(task_token, approved=False)
    elif not with_valid_approvals(subscription, product).missing:
        answer_token(task_token, approved=True)
    logger.info("reviewers asked", subscription_id=subscription_id, waits=is_waiting)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    ask(event["subscription_id"], event["task_token"])
    return {}
