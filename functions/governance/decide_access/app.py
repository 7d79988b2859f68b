"""Approve, refuse, revoke: POST /subscriptions/{subscription_id}/decision and /revoke of openapi.yaml.

in   a request of API Gateway, its body `AccessDecision` or `Revocation`
out  200 with a `Subscription`; a problem: ForbiddenByPolicyError, SettledRequestError, NotFoundError

The policies decide who can approve, at the moment of the approval. A revocation deletes the grant in the same
transaction, so it takes effect with the next question.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.api import Reply, Request, serve
from docent.callers import Caller
from docent.clock import now_text
from docent.errors import TransientError
from docent.errors.governance import ForbiddenByPolicyError
from docent.settings import read_settings
from governing.access_changes import TableSettings, settled
from governing.access_policy import may_review, may_revoke, may_see, with_valid_approvals
from governing.products import Product, read_product
from governing.reviews import answer_workflow
from governing.subscriptions import Subscription, find_subscription, not_found

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings(TableSettings):
    stewards_group: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def decide(request: Request[Caller]) -> Reply:
    caller, subscription_id = request.caller, request.path["subscription_id"]
    as_read = find_subscription(settings().subscriptions_table, subscription_id)
    product = read_product(settings().products_table, as_read.product_id)
    if product is None or not may_see(caller, product, settings().stewards_group, as_read):
        raise not_found()
    subscription = with_valid_approvals(as_read, product)
    if "decision" in request.body:
        review(caller, product, subscription, as_read, request.body)
    else:
        revoke(caller, product, subscription)
    changed = find_subscription(settings().subscriptions_table, subscription_id)
    logger.info("access decided", subscription_id=subscription_id, status=changed.status)
    return Reply(changed.to_json())


def review(
    caller: Caller, product: Product, subscription: Subscription, as_read: Subscription, body: dict[str, Any]
) -> None:
    if not subscription.is_waiting:
        raise settled()
    if not subscription.needed:
        raise TransientError("The policies have not decided about the request yet.")
    if not subscription.missing:
        raise settled()
    role = role_of(caller, product, subscription)
    if body["decision"] == "refuse":
        if not settings().tables.refuse(subscription, "reviewer", caller.user, now_text()):
            raise settled()
        answer_workflow(subscription, approved=False)
        return
    by = {"user": caller.user, "subject": caller.subject, "comment": body.get("comment", "")}
    if role == "owner" and caller.user != product.owner:
        by["in_place_of"] = product.owner
    approved = settings().tables.approve(subscription, as_read, role, by, now_text())
    if not approved.missing:
        answer_workflow(approved, approved=True)


def role_of(caller: Caller, product: Product, subscription: Subscription) -> str:
    """The role in which the caller decides: the owner's if they have both, because only one person can fill that.

    Raises ForbiddenByPolicyError with the policies that forbid it.
    """
    forbidden: set[str] = set()
    for role in sorted(subscription.missing):
        decision = may_review(role, caller, product, settings().stewards_group, subscription)
        if decision.is_allowed:
            return role
        forbidden |= set(decision.policies)
    by = f" ({', '.join(sorted(forbidden))})" if forbidden else ""
    needed = " and ".join(subscription.missing)
    raise ForbiddenByPolicyError(f"You may not decide this request{by}: it needs the {needed} of the data product.")


def revoke(caller: Caller, product: Product, subscription: Subscription) -> None:
    """Requesters can withdraw their request or give up their access; owners and stewards can end it."""
    own = caller.subject == subscription.requester_subject
    if not own and not may_revoke(caller, product, settings().stewards_group).is_allowed:
        raise ForbiddenByPolicyError("You may not end this grant: only the owner of the data product and stewards may.")
    at, reason = now_text(), "withdrawn" if own else "reviewer"
    if subscription.status == "IN_FORCE":
        settings().tables.end(subscription, "revoked", caller.user, at)
    elif settings().tables.refuse(subscription, reason, caller.user, at):
        answer_workflow(subscription, approved=False)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, decide, settings().allowed_origins, logger)
