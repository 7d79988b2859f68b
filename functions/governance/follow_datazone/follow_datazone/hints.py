"""What events say about requests in DataZone. They are hints: only the request's id is taken from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from governing.datazone import Domain


@dataclass(frozen=True, slots=True)
class Hint:
    """`self_approved` if a person, and no rule, is said to have accepted the request; whether it was their own is
    read from DataZone."""

    request_id: str
    self_approved: bool = False


def hints_of(event: Mapping[str, Any], domain: Domain) -> Iterator[Hint]:
    """From an event of DataZone, or from changed rows of the table of requests."""
    if "Records" in event:
        images = (record["dynamodb"].get("NewImage", {}) for record in event["Records"])
        ids = (image.get("datazone_request", {}).get("S", "") for image in images)
        yield from map(Hint, dict.fromkeys(request_id for request_id in ids if request_id))
    elif is_of(domain, event):
        yield from _of_datazone(event, domain)


def is_of(domain: Domain, event: Mapping[str, Any]) -> bool:
    """Whether it is an event of our domain, from the domain's account. Others come to the bus as well."""
    told_in = event["detail"].get("metadata", {}).get("domain")
    return (event["source"], event["account"], told_in) == ("aws.datazone", domain.account, domain.domain_id)


def _of_datazone(event: Mapping[str, Any], domain: Domain) -> Iterator[Hint]:
    kind, own_id = event["detail-type"], str(event["detail"]["metadata"].get("id", ""))
    if kind.startswith("Subscription Request "):
        by_a_rule = event["detail"].get("data", {}).get("autoApproved", False)
        yield Hint(own_id, kind.endswith(" Accepted") and not by_a_rule)
        return
    subscription_id = own_id
    if kind.startswith("Subscription Grant "):
        subscription_id = (domain.grant(own_id) or {}).get("subscriptionId", "")
    subscription = domain.subscription(subscription_id) if subscription_id else None
    if request_id := (subscription or {}).get("subscriptionRequestId"):
        yield Hint(request_id)
