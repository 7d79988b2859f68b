"""Requests for access that were made in DataZone: taken here, decided here, and reported there."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from docent.clock import day_of, now_text
from docent.errors import TransientError
from docent.grants import grants_of
from docent.names import group_name
from docent.readers import PRODUCT_ID

from .access_changes import Tables
from .audit_log import write_with_entry
from .datazone import ACCESS_FORM, ASSET_TYPE, Domain, email_of
from .datazone_agreement import State, Step, next_step
from .reviews import answer_workflow, start_workflow
from .subscriptions import Subscription, end_of_day, read_subscription, subscriptions_of

# A request needs fewer steps than this from its beginning to its end.
MOST_STEPS = 12
BY = "datazone"
# How DataZone's users are told of a decision.
_COMMENTS = {
    "policy": "No policy of Docent allows it.",
    "reviewer": "A reviewer refused it in Docent.",
    "withdrawn": "It was withdrawn.",
    "expired": "Nobody decided about it within two weeks.",
    "self_approval": "Nobody can approve their own request.",
    "over": "The access was granted until this day.",
    "retired": "The data product was retired.",
    "revoked": "It was revoked.",
}


class UnfitRequestError(Exception):
    """A request that Docent cannot take. The text is for the requester."""


class DataZoneSettings(Protocol):
    """The settings of a function that follows requests in DataZone."""

    @property
    def tables(self) -> Tables: ...
    @property
    def approve_subscription_arn(self) -> str: ...
    @property
    def datazone_domain_id(self) -> str: ...
    @property
    def datazone_project_id(self) -> str: ...
    @property
    def governance_role_arn(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Requests:
    """`start` starts approve_subscription for a request; what was started is not started again."""

    tables: Tables
    domain: Domain
    start: Callable[[Subscription], None]

    @classmethod
    def of(cls, known: "DataZoneSettings") -> "Requests":
        domain = Domain(known.datazone_domain_id, known.datazone_project_id, known.governance_role_arn)
        return cls(known.tables, domain, partial(start_workflow, known.approve_subscription_arn))

    def id_of(self, request_id: str) -> str:
        return hashlib.sha256(f"{self.domain.domain_id}/{request_id}".encode()).hexdigest()[:32]

    def state_of(self, request_id: str, now: float) -> State:
        row = read_subscription(self.tables.subscriptions, self.id_of(request_id))
        subscription = self.domain.subscription_of(request_id)
        grants = self.domain.grants_of(subscription["id"]) if subscription else []
        return State(self.domain.request(request_id), subscription, grants, row, self._is_granted(row, now))

    def agree(self, request_id: str, now: float, *, self_approved: bool = False) -> list[Step]:
        """The steps that were taken. `self_approved`: an event says that a person accepted the request, not a rule.

        Raises TransientError if DataZone and Docent do not come to agree.
        """
        done: list[Step] = []
        while len(done) < MOST_STEPS:
            state = self.state_of(request_id, now)
            if self_approved and state.row and state.row.is_waiting and _is_own(state.request):
                self._refuse(state.row, "self_approval", now)
                self_approved = False
                continue
            step = next_step(state)
            if step is None or (step.action == "take" and not self._take(state, now)):
                if state.row and state.row.is_waiting:
                    self.start(state.row)
                return done
            if step.action != "take":
                self._do(step, state, now)
            done.append(step)
        raise TransientError(f"The request {request_id} in DataZone changes all the time.")

    def _do(self, step: Step, state: State, now: float) -> None:
        row, asked, subscription = state.row, state.request, state.subscription
        assert row
        match step.action:
            case "withdraw":
                self._refuse(row, "withdrawn", now)
            case "end":
                self.tables.end(row, "revoked", BY, now_text(now))
            case "accept" if asked:
                self.domain.accept(asked["id"], f"Docent has granted it until the end of {day_of(row.ends_at - 1)}.")
            case "reject" if asked:
                self.domain.reject(asked["id"], _COMMENTS.get(row.reason, "It was refused in Docent."))
            case "revoke" if subscription:
                self.domain.revoke(subscription["id"])
            case "report":
                failure = _COMMENTS.get(row.reason, "") if step.status == "GRANT_FAILED" else ""
                self.domain.report(step.grant_id, step.asset_id, step.status, failure)
            case _:
                raise AssertionError(step)

    def _refuse(self, row: Subscription, reason: str, now: float) -> None:
        if self.tables.refuse(row, reason, BY, now_text(now)):
            answer_workflow(row, approved=False)

    def _take(self, state: State, now: float) -> bool:
        """False if the request is not for a product of Docent, or cannot be taken."""
        asked = state.request
        if asked is None or (product_id := self.product_of(asked)) is None:
            return False
        try:
            wanted = self._wanted(asked, product_id, now)
        except UnfitRequestError as unfit:
            self._turn_down(state, product_id, str(unfit), now)
            return False
        # Another event may take the same request at the same moment: only one of the two creates the row.
        self.tables.request(wanted)
        return True

    def product_of(self, asked: Mapping[str, Any]) -> str | None:
        """The product that is asked for; None if it is not one that Docent offers in its project."""
        listing = asked["subscribedListings"][0]
        entity = listing["item"].get("assetListing", {})
        if listing["ownerProjectId"] != self.domain.project_id or entity.get("entityType") != ASSET_TYPE:
            return None
        asset = self.domain.asset(entity["entityId"]) or {}
        product_id = asset.get("externalIdentifier", "")
        is_ours = asset.get("owningProjectId") == self.domain.project_id and asset.get("typeIdentifier") == ASSET_TYPE
        return product_id if is_ours and PRODUCT_ID.fullmatch(product_id) else None

    def _wanted(self, asked: Mapping[str, Any], product_id: str, now: float) -> Subscription:
        requester = self.domain.user(asked["createdBy"])
        if not requester:
            raise UnfitRequestError("Docent knows people by their e-mail addresses. Ask as a user, and not as a role.")
        principal, answers = _principal(asked["subscribedPrincipals"][0]), _answers(asked)
        try:
            ends_at = end_of_day(str(answers.get("until", "")))
        except ValueError as error:
            message = f"Tell the last day of the access in the form {ACCESS_FORM}, such as 2027-03-31."
            raise UnfitRequestError(message) from error
        if ends_at <= now:
            raise UnfitRequestError("The last day of the access is over.")
        at = now_text(now)
        wanted = Subscription(
            subscription_id=self.id_of(asked["id"]),
            product_id=product_id,
            principal=principal,
            requester=requester,
            requester_subject=f"{BY}:{asked['createdBy']}",
            requester_groups=(),
            purpose=str(answers.get("purpose") or asked["requestReason"]).strip(),
            ends_at=ends_at,
            status="WAITING",
            created_at=at,
            updated_at=at,
            datazone_request=asked["id"],
        )
        return self._after_earlier(wanted)

    def _after_earlier(self, wanted: Subscription) -> Subscription:
        for earlier in subscriptions_of(self.tables.subscriptions, wanted.principal):
            if earlier.product_id != wanted.product_id or earlier.subscription_id == wanted.subscription_id:
                continue
            if earlier.is_waiting:
                raise UnfitRequestError("There is an open request of the same user or group for this data product.")
            if earlier.status == "IN_FORCE":
                wanted = wanted.prolonging(earlier.subscription_id)
        return wanted

    def _turn_down(self, state: State, product_id: str, why: str, now: float) -> None:
        told = {"event": "AccessRefused", "at": now_text(now), "by": "policy", "product_id": product_id}
        request_id = state.request["id"] if state.request else ""
        if state.is_pending:
            self.domain.reject(request_id, why)
        elif state.subscription:
            self.domain.revoke(state.subscription["id"])
        write_with_entry(self.tables.audit, told | {"datazone_request": request_id, "reason": why})

    def _is_granted(self, row: Subscription | None, now: float) -> bool:
        if row is None:
            return False
        granted = grants_of(self.tables.grants, row.principal)
        return any(each.subscription_id == row.subscription_id and each.is_in_force(now) for each in granted)


def _principal(given: Mapping[str, Any]) -> str:
    """In the form of readers' names. A project stands for the group with its name, whoever its members are."""
    match given:
        case {"user": {"details": details}} if email := email_of(details):
            return f"user:{email}"
        case {"group": {"name": name}} | {"project": {"name": name}} if group := group_name(name):
            return f"group:{group}"
    raise UnfitRequestError("Ask for a project, for a group, or for a user with an e-mail address.")


def _answers(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers in the form that the rule requires."""
    for form in asked.get("metadataForms", []):
        if form.get("typeName", form["formName"]) == ACCESS_FORM:
            try:
                answers = json.loads(form.get("content") or "{}")
            except ValueError:
                break
            return answers if isinstance(answers, dict) else {}
    return {}


def _is_own(asked: Mapping[str, Any] | None) -> bool:
    return bool(asked) and asked["status"] == "ACCEPTED" and asked.get("reviewerId") == asked["createdBy"]
