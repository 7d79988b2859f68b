"""The next step by which DataZone and Docent come to agree about a request.

DataZone's events are hints: the request, its subscription and its fulfilment are always read from DataZone, and
Docent's request and grant from the tables. So an event that comes twice, late or out of order changes nothing, and the
next check makes up for an event that never came.

Docent decides. A request that was accepted in DataZone, by a person or automatically, still waits for Docent's policies
and reviewers; if they refuse, it is revoked there. DataZone can only take access away: what is revoked, cancelled or
withdrawn there ends here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .subscriptions import Subscription

# take: make a request here. withdraw, end: what is not wanted any more. accept, reject, revoke: in DataZone.
# report: tell DataZone what became of a grant.
type Action = Literal["take", "withdraw", "end", "accept", "reject", "revoke", "report"]

_TO_GRANT = frozenset({"GRANT_PENDING", "GRANT_IN_PROGRESS", "GRANT_FAILED"})
_TO_REVOKE = frozenset({"REVOKE_PENDING", "REVOKE_IN_PROGRESS", "REVOKE_FAILED"})


@dataclass(frozen=True, slots=True)
class State:
    """One request in DataZone and here; None for what is not there. `is_granted` is read from the grants table."""

    request: Mapping[str, Any] | None
    subscription: Mapping[str, Any] | None
    grants: Sequence[Mapping[str, Any]]
    row: Subscription | None
    is_granted: bool

    @property
    def is_wanted(self) -> bool:
        """Whether DataZone still has an open or accepted request, or an approved subscription."""
        if self.subscription is not None:
            return self.subscription["status"] == "APPROVED"
        return self.request is not None and self.request["status"] in ("PENDING", "ACCEPTED")

    @property
    def is_approved(self) -> bool:
        return self.subscription is not None and self.subscription["status"] == "APPROVED"

    @property
    def is_pending(self) -> bool:
        return self.request is not None and self.request["status"] == "PENDING"


@dataclass(frozen=True, slots=True)
class Step:
    """`status` is what DataZone is told of the asset of a grant."""

    action: Action
    grant_id: str = ""
    asset_id: str = ""
    status: str = ""


def next_step(state: State) -> Step | None:
    """None if DataZone and Docent agree."""
    row = state.row
    if row is None:
        return Step("take") if state.is_wanted else None
    if row.reason == "prolonged":  # a later request has the subscription
        return None
    if row.is_waiting or row.has_failed:
        return next(_reports(state), None) if state.is_wanted else Step("withdraw")
    if row.status == "IN_FORCE":
        if not state.is_wanted or _is_given_back(state):
            return Step("end")
        if not state.is_granted:  # nothing is reported that cannot be read back
            return None
        return Step("accept") if state.is_pending else next(_reports(state), None)
    if state.is_pending:
        return Step("reject")
    return Step("revoke") if state.is_approved else next(_reports(state), None)


def _is_given_back(state: State) -> bool:
    """Whether the subscriber has asked to revoke every grant."""
    statuses = [asset["status"] for grant in state.grants for asset in grant.get("assets", [])]
    return bool(statuses) and all(status in _TO_REVOKE | {"REVOKED"} for status in statuses)


def _reports(state: State) -> Iterator[Step]:
    """What is in force is GRANTED and what has ended is REVOKED, as the table of grants says, and not before."""
    is_waiting = state.row is not None and (state.row.is_waiting or state.row.has_failed)
    for grant in state.grants:
        for asset in grant.get("assets", []):
            status = asset["status"]
            if state.is_granted:
                told = "GRANTED" if status in _TO_GRANT else ""
            elif status in _TO_REVOKE or (status == "GRANTED" and not is_waiting):
                told = "REVOKED"
            else:
                told = "GRANT_FAILED" if status in _TO_GRANT - {"GRANT_FAILED"} and not is_waiting else ""
            if told:
                yield Step("report", grant["id"], asset["assetId"], told)
