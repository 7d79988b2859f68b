"""Requests in DataZone, compared with Docent's. follow_datazone describes the repair."""

from collections.abc import Callable, Iterator

from governing.access_changes import Tables
from governing.datazone_agreement import next_step
from governing.datazone_requests import Requests
from governing.grant_checks import Difference
from governing.subscriptions import Status, Subscription, subscriptions_in

_STATUSES: tuple[Status, ...] = ("WAITING", "FAILED", "IN_FORCE", "ENDED", "REFUSED")
# Of each status: those that end last come first.
MOST = 200


def differences(requests: Requests, now: float, has_time: Callable[[], bool]) -> Iterator[Difference]:
    """Those of Docent first, then what DataZone has besides, as long as there is time."""
    known: dict[str, Subscription | None] = {each.datazone_request: each for each in _ours(requests.tables)}
    for each in requests.domain.requests():
        known.setdefault(each["id"], None)
    for request_id, own in known.items():
        if not has_time():
            return
        state = requests.state_of(request_id, now)
        step = next_step(state)
        product_id = own.product_id if own else requests.product_of(state.request) if state.request else None
        if step and product_id:
            row = state.row
            told = {"datazone_request": request_id, "step": step.action}
            yield Difference("datazone", row.principal if row else "-", product_id, row, **told)


def _ours(tables: Tables) -> Iterator[Subscription]:
    for status in _STATUSES:
        for count, each in enumerate(subscriptions_in(tables.subscriptions, status)):
            if count == MOST:
                break
            if each.datazone_request:
                yield each
