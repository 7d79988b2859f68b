"""The row of a job before it is started."""

from collections.abc import Mapping

from docent import owned_rows
from docent.callers import Caller
from docent.errors import NotFoundError
from docent.errors.summaries import JobBusyError
from docent.summary_jobs import job_key, read_job


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
    if not owned_rows.announce(table, job_key(job_id), source, caller, now, is_new=row is None):
        raise NotFoundError("There is no such folder.")
