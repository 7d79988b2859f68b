"""The row of a job before it is started."""

from collections.abc import Mapping

from docent.callers import Caller
from docent.clock import now_text
from docent.errors import NotFoundError
from docent.errors.summaries import JobBusyError
from docent.owned_rows import owner_json
from docent.summary_jobs import read_job, update_job

# A job that is never started is forgotten after a day; its claim keeps it.
KEEP = 86_400


def announce(table: str, job_id: str, caller: Caller, source: Mapping[str, str], now: float) -> None:
    """Make the job the caller's. One that is there stays as it is.

    Raises JobBusyError while it is at work, NotFoundError where somebody else made it before.
    """
    row = read_job(table, job_id)
    if row:
        if row.owner.subject and not row.is_owned_by(caller):
            raise NotFoundError("There is no such folder.")
        if row.is_busy:
            raise JobBusyError(f"The job {row.name} is at work.")
    first = "" if row else ", #status = :uploading, expires_at = :expires"
    values = {
        "owner": owner_json(caller),
        "subject": caller.subject,
        "source": dict(source),
        "now": now_text(now),
        **({} if row else {"uploading": "UPLOADING", "expires": int(now) + KEEP}),
    }
    made = update_job(
        table,
        job_id,
        "SET #owner = :owner, owner_subject = :subject, #source = :source,"
        f" created_at = if_not_exists(created_at, :now), updated_at = if_not_exists(updated_at, :now){first}",
        "attribute_not_exists(owner_subject) OR owner_subject = :subject",
        values,
        "a job was announced",
    )
    if not made:
        raise NotFoundError("There is no such folder.")
