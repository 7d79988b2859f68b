"""The row of a run before it is started."""

from collections.abc import Mapping

from docent import owned_rows
from docent.callers import Caller
from docent.debate_runs import read_run, run_key
from docent.errors import NotFoundError
from docent.errors.debates import RunBusyError


def announce(table: str, run_id: str, caller: Caller, source: Mapping[str, str], now: float) -> None:
    """Make the run the caller's. One that is there stays as it is.

    Raises RunBusyError while it is at work, NotFoundError where somebody else made it before.
    """
    row = read_run(table, run_id)
    if row:
        if row.owner.subject and not row.is_owned_by(caller):
            raise NotFoundError("There is no such file.")
        if row.is_busy:
            raise RunBusyError(f"The run {row.name} is at work.")
    if not owned_rows.announce(table, run_key(run_id), source, caller, now, is_new=row is None):
        raise NotFoundError("There is no such file.")
