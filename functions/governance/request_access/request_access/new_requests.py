"""A request for access as its caller makes it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.errors import InvalidRequestError
from docent.names import group_name
from governing.subscriptions import Subscription, end_of_day


def new_request(caller: Caller, body: Mapping[str, Any], request_id: str, now: float) -> Subscription:
    """The same request again has the same id. Raises InvalidRequestError."""
    at, ends_at = now_text(now), last_moment(body["until"])
    if ends_at <= now:
        raise _invalid("/body/until", "must be a day to come")
    principal = f"user:{caller.user}"
    if group := group_name(body.get("group", "")):
        if group not in caller.groups:
            raise _invalid("/body/group", "is a group that you are not in")
        principal = f"group:{group}"
    purpose = body["purpose"].strip()
    if not purpose:
        raise _invalid("/body/purpose", "must say what the access is for")
    return Subscription(
        subscription_id=hashlib.sha256(f"{caller.subject}/{request_id}".encode()).hexdigest()[:32],
        product_id=body["product_id"],
        principal=principal,
        requester=caller.user,
        requester_subject=caller.subject,
        requester_groups=caller.groups,
        purpose=purpose,
        ends_at=ends_at,
        status="WAITING",
        created_at=at,
        updated_at=at,
    )


def last_moment(day: str) -> int:
    try:
        return end_of_day(day)
    except ValueError as error:
        raise _invalid("/body/until", "must be a day of the calendar, such as 2027-03-31") from error


def _invalid(field: str, detail: str) -> InvalidRequestError:
    return InvalidRequestError("The request for access is not as it must be.", ({"field": field, "detail": detail},))
