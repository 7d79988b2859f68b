"""One run: read the record and the source, compare them with Q Business, and carry out what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .group_changes import Changes, Record, compare, refusal
from .group_ledger import Ledger, Page
from .group_updates import Updates, intentions, unsettled
from .q_business_groups import QBusinessGroups
from .source_groups import Groups, inhabited

# Kept of a run's time, in seconds, to write down how far it came.
RESERVE = 30


@dataclass(frozen=True, slots=True)
class Run:
    """`clock` is in seconds since 1970, as is `deadline`."""

    ledger: Ledger
    service: QBusinessGroups
    read_source: Callable[[], Groups]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    deadline: float

    def __call__(self, dry_run: bool, force: bool) -> dict[str, Any]:
        """What changed, or would, as app.py's docstring has it."""
        # The record before the source: so a run that read an older source fails when it writes.
        page = self.ledger.read()
        wanted = inhabited(self.read_source())
        changes = compare(wanted, page.groups, self.service.listed(self.clock()))
        refused = refusal(changes, wanted, page.groups)
        if refused and not force and not dry_run:
            raise refused
        failed = {} if dry_run else self._carry_out(changes, wanted, page)
        shown = refused.happened if refused and dry_run else None
        return _report(changes, wanted, page.groups, failed) | {"refusal": shown, "dry_run": dry_run}

    def _carry_out(self, changes: Changes, wanted: Groups, page: Page) -> dict[str, str]:
        """Why groups failed, by name."""
        if changes.are_none and not unsettled(page.groups):
            return {}
        asked = intentions(changes, wanted, page.groups)
        claimed = self.ledger.claim(page, asked, self.clock(), self.deadline)
        updates = Updates(self.service, dict(asked), self.clock, self.sleep, self.deadline - RESERVE)
        try:
            updates.carry_out(changes, wanted)
            updates.settle()
        finally:
            self.ledger.write(claimed, updates.record)
        return updates.failed


def _report(changes: Changes, wanted: Groups, before: Record, failed: dict[str, str]) -> dict[str, Any]:
    def members_before(name: str) -> int | None:
        return before[name].members if name in before else None

    return {
        "added": [{"group": name, "members": wanted[name].size} for name in changes.added],
        "changed": [
            {"group": name, "members": wanted[name].size, "before": members_before(name)} for name in changes.changed
        ],
        "removed": [{"group": name, "members": before[name].members} for name in changes.removed],
        "unchanged": len(changes.unchanged),
        "foreign": changes.foreign,
        "failed": [{"group": name, "reason": reason} for name, reason in sorted(failed.items())],
    }
