"""Carry changes out, one group after the other, and note in the record how far each of them came."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from docent.errors import MisconfiguredError, PermanentError, TransientError

from .group_changes import Changes, Kept, Record, State
from .q_business_groups import Outcome
from .source_groups import Group, Groups, nested_first

# How long Q Business is waited for, in seconds, once all changes are with it; what takes longer is asked for next time.
SETTLING = 60
FIRST_WAIT, LONGEST_WAIT = 0.25, 10


class GroupService(Protocol):
    def put(self, group: Group) -> None: ...
    def delete(self, name: str) -> None: ...
    def outcome(self, name: str) -> tuple[Outcome, str]: ...


def intentions(changes: Changes, wanted: Groups, record: Record) -> dict[str, Kept]:
    """The record as it must be before Q Business is called."""
    asked = {name: Kept.asking(wanted[name]) for name in (*changes.added, *changes.changed)}
    return {name: kept for name, kept in record.items() if name not in changes.forgotten} | asked


@dataclass
class Updates:
    """`record` and `failed` (`{name: reason}`) are as far as it came, whatever is raised.

    `clock` is in seconds, as is `deadline` by it.
    """

    service: GroupService
    record: dict[str, Kept]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    deadline: float
    failed: dict[str, str] = field(default_factory=dict)

    def carry_out(self, changes: Changes, wanted: Groups) -> None:
        """Raises TransientError when a service is not well or time is up; what was done need not be done again."""
        changing = {*changes.added, *changes.changed}
        for name in changes.removed:
            self._try(name, lambda name=name: self.service.delete(name), "leaving")
        for name in nested_first(wanted):
            if name in changing:
                self._try(name, lambda group=wanted[name]: self.service.put(group), "taken")

    def settle(self) -> None:
        """Ask what became of what Q Business has taken, until it reports it, or for a minute."""
        until = min(self.clock() + SETTLING, self.deadline)
        wait = FIRST_WAIT
        while waiting := unsettled(self.record):
            for name in waiting:
                if self.clock() > until:
                    return
                self._look_at(name)
            if unsettled(self.record):
                self.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def _try(self, name: str, change: Callable[[], None], state: State) -> None:
        if self.clock() > self.deadline:
            raise TransientError("There was no time for all groups.")
        try:
            change()
        except MisconfiguredError:
            raise  # the next group would fare no better
        except PermanentError as error:
            self._fail(name, str(error))
        else:
            self._note(name, state)

    def _look_at(self, name: str) -> None:
        leaving = self.record[name].state == "leaving"
        outcome, reason = self.service.outcome(name)
        if outcome == "failed":
            self._fail(name, reason)
        elif outcome == "gone" and leaving:
            del self.record[name]
        elif outcome == "settled" and not leaving:
            self._note(name, "settled")

    def _fail(self, name: str, reason: str) -> None:
        self.failed[name] = reason
        self._note(name, "failed")

    def _note(self, name: str, state: State) -> None:
        self.record[name] = replace(self.record[name], state=state)


def unsettled(record: Record) -> list[str]:
    return [name for name, kept in record.items() if kept.state in ("taken", "leaving")]
