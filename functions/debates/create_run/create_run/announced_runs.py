"""The row of a run before it is started."""

from collections.abc import Mapping

from docent.callers import Caller
from docent.clock import now_text
from docent.debate_runs import read_run, update_run
from docent.errors import NotFoundError
from docent.errors.debates import RunBusyError
from docent.owned_rows import owner_json

# A run that is never started is forgotten after a day; its claim keeps it.
KEEP = 86_400


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
    first = "" if row else ", #status = :uploading, #source = :source, expires_at = :expires"
    values = {
        "owner": owner_json(caller),
        "subject": caller.subject,
        "now": now_text(now),
        **({} if row else {"source": dict(source), "uploading": "UPLOADING", "expires": int(now) + KEEP}),
    }
    made = update_run(
        table,
        run_id,
        "SET #owner = :owner, owner_subject = :subject, created_at = if_not_exists(created_at, :now),"
        f" updated_at = if_not_exists(updated_at, :now){first}",
        "attribute_not_exists(owner_subject) OR owner_subject = :subject",
        values,
        "a run was announced",
    )
    if not made:
        raise NotFoundError("There is no such file.")
