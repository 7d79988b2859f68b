"""Lists of requests: a caller's own, those that wait for the caller, and all for one product."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from docent.callers import Caller
from docent.readers import names_of
from governing.access_policy import looks_after, may_review, with_valid_approvals
from governing.products import Product, every_product, find_product
from governing.subscriptions import (
    Subscription,
    subscriptions_for,
    subscriptions_in,
    subscriptions_of,
)

MOST = 200
# From this many days before a grant ends, its owner is to say whether it is still needed.
ENDS_SOON = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Lists:
    products: str
    subscriptions: str
    stewards: str

    def of(self, caller: Caller, query: Mapping[str, Any], now: float) -> list[dict[str, Any]]:
        """`Subscription`s of openapi.yaml, the newest first, at most 200."""
        known = {each.product_id: each for each in every_product(self.products)}
        if product_id := query.get("product_id"):
            found = self._for_product(caller, find_product(self.products, product_id))
        elif query["view"] == "review":
            found = self._to_review(caller, known, now)
        else:
            found = [each for name in names_of(caller) for each in subscriptions_of(self.subscriptions, name)]
        if status := query.get("status"):
            found = (each for each in found if each.status == status)
        newest = sorted(found, key=lambda each: each.created_at, reverse=True)
        return [_shown(each, known, now) for each in islice(newest, MOST)]

    def _for_product(self, caller: Caller, product: Product) -> Iterable[Subscription]:
        """Those who look after it see all, others what is theirs."""
        found = subscriptions_for(self.subscriptions, product.product_id)
        if looks_after(caller, product, self.stewards):
            return found
        names = set(names_of(caller))
        return (each for each in found if each.principal in names or each.requester_subject == caller.subject)

    def _to_review(self, caller: Caller, known: Mapping[str, Product], now: float) -> Iterator[Subscription]:
        """What waits for the caller, what failed, and grants of the caller's products that end soon."""
        for each in subscriptions_in(self.subscriptions, "WAITING"):
            if (product := known.get(each.product_id)) and self._waits_for(caller, product, each):
                yield each
        for each in subscriptions_in(self.subscriptions, "FAILED"):
            if looks_after(caller, known.get(each.product_id), self.stewards):
                yield each
        for each in subscriptions_in(self.subscriptions, "IN_FORCE"):
            product = known.get(each.product_id)
            if product and product.owner == caller.user and each.ends_at - now <= ENDS_SOON:
                yield each

    def _waits_for(self, caller: Caller, product: Product, subscription: Subscription) -> bool:
        valid = with_valid_approvals(subscription, product)
        return any(may_review(role, caller, product, self.stewards, valid).is_allowed for role in valid.missing)


def _shown(subscription: Subscription, known: Mapping[str, Product], now: float) -> dict[str, Any]:
    product = known.get(subscription.product_id)
    ends_soon = subscription.status == "IN_FORCE" and subscription.ends_at - now <= ENDS_SOON
    name = product.name if product else subscription.product_id
    return subscription.to_json() | {"product_name": name, "ends_soon": ends_soon}
