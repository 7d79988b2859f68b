"""What the policies say about data products and requests: the facts they read, and the questions that are asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from docent.callers import Caller
from docent.readers import names_of

from .cedar_policies import Decision, PolicySet, Question, decide
from .products import Product
from .subscriptions import ROLES, Subscription

_ACTIONS = {"owner": "reviewAsOwner", "steward": "reviewAsSteward"}
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Wish:
    """Who would read what, for what and how long. `principal` is `user:…` or `group:…`, `groups` those of a user."""

    product: Product
    stewards: str
    principal: str
    groups: tuple[str, ...]
    purpose: str
    days: int
    approvals: frozenset[str] = frozenset()

    @classmethod
    def of(cls, subscription: Subscription, product: Product, stewards: str, now: float) -> "Wish":
        is_user = subscription.principal.startswith("user:")
        return cls(
            product,
            stewards,
            subscription.principal,
            subscription.requester_groups if is_user else (),
            subscription.purpose,
            days_until(subscription.ends_at, now),
            frozenset(subscription.approved_by),
        )

    def to_question(self) -> Question:
        kind, _, name = self.principal.partition(":")
        principal = ("User" if kind == "user" else "Group", name)
        entities = _entities(self.product, self.stewards)
        if kind == "user":
            entities |= _user(name, self.groups)
        else:
            entities[principal] = _entity(principal)
        context = {"approvals": sorted(self.approvals), "purpose": self.purpose, "days": self.days}
        return Question(principal, "subscribe", ("Product", self.product.product_id), context, list(entities.values()))


def with_valid_approvals(subscription: Subscription, product: Product) -> Subscription:
    """Without the approval of a former owner, or of a steward who stood in for one: the new owner has to approve."""
    valid = {
        role: each
        for role, each in (subscription.approvals or {}).items()
        if role != "owner" or each.get("in_place_of", each["user"]) == product.owner
    }
    return replace(subscription, approvals=valid)


def may_see(caller: Caller, product: Product | None, stewards: str, subscription: Subscription) -> bool:
    """The requester, those who would get the access, and those who look after the product."""
    if caller.subject == subscription.requester_subject or subscription.principal in names_of(caller):
        return True
    return looks_after(caller, product, stewards)


def looks_after(caller: Caller, product: Product | None, stewards: str) -> bool:
    return is_steward(caller, stewards) or (product is not None and product.owner == caller.user)


def is_shown_to(caller: Caller, product: Product, stewards: str) -> bool:
    """The catalogue is for everybody who can sign in; drafts are for those who look after them."""
    return product.status != "draft" or looks_after(caller, product, stewards)


def is_steward(caller: Caller, stewards: str) -> bool:
    return stewards in caller.groups


def days_until(ends_at: int, now: float) -> int:
    """Rounded up: a day that has begun counts."""
    return -int((now - ends_at) // DAY)


def may_subscribe(wish: Wish, known: PolicySet | None = None) -> Decision:
    return decide(wish.to_question(), known)


def roles_needed(wish: Wish, known: PolicySet | None = None) -> tuple[str, ...] | None:
    """The fewest roles whose approval would be enough; none if it is allowed already; None if no approval helps."""
    for count in range(len(ROLES) + 1):
        for roles in combinations(ROLES, count):
            if may_subscribe(replace(wish, approvals=frozenset(roles)), known).is_allowed:
                return roles
    return None


def may_review(
    role: str,
    caller: Caller,
    product: Product,
    stewards: str,
    subscription: Subscription,
    known: PolicySet | None = None,
) -> Decision:
    approvers = [each["user"] for each in (subscription.approvals or {}).values()]
    context = {
        "requester": _reference("User", subscription.requester),
        "approvers": [_reference("User", user) for user in sorted(set(approvers))],
    }
    others = (subscription.requester, *approvers)
    return _of_caller(_ACTIONS[role], caller, product, stewards, context, others, known)


def may_revoke(caller: Caller, product: Product, stewards: str, known: PolicySet | None = None) -> Decision:
    return _of_caller("revoke", caller, product, stewards, {}, (), known)


def may_change(
    caller: Caller, product: Product, stewards: str, *, lowers: bool, known: PolicySet | None = None
) -> Decision:
    """`product` as it is before the change."""
    return _of_caller("change", caller, product, stewards, {"lowers": lowers}, (), known)


def _of_caller(
    action: str,
    caller: Caller,
    product: Product,
    stewards: str,
    context: Mapping[str, Any],
    others: Iterable[str],
    known: PolicySet | None,
) -> Decision:
    entities = _entities(product, stewards)
    for user in others:
        entities.setdefault(("User", user), _entity(("User", user)))
    entities |= _user(caller.user, caller.groups)
    resource = ("Product", product.product_id)
    return decide(Question(("User", caller.user), action, resource, context, list(entities.values())), known)


def _entities(product: Product, stewards: str) -> dict[tuple[str, str], dict[str, Any]]:
    own = ("Product", product.product_id)
    attributes = {
        "owner": _reference("User", product.owner),
        "stewards": _reference("Group", stewards),
        "department": _reference("Group", product.department),
        "classification": product.classification,
        "status": product.status,
        "ownerLeft": product.owner_left,
    }
    named = [("User", product.owner), ("Group", stewards), ("Group", product.department)]
    return {each: _entity(each) for each in named} | {own: _entity(own, attributes)}


def _user(name: str, groups: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
    own, parents = ("User", name), [("Group", group) for group in dict.fromkeys(groups)]
    return {each: _entity(each) for each in parents} | {own: _entity(own, {}, parents)}


def _entity(
    own: tuple[str, str], attributes: Mapping[str, Any] | None = None, parents: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    return {"uid": _id(own), "attrs": dict(attributes or {}), "parents": [_id(each) for each in parents]}


def _id(own: tuple[str, str]) -> dict[str, str]:
    return {"type": own[0], "id": own[1]}


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}
