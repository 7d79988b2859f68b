"""What the owner of a job asked for when it was started last."""

from collections.abc import Mapping
from typing import Any

from docent.errors import NotFoundError
from docent.summary_jobs import JobRow, update_job


def keep_options(table: str, row: JobRow, options: Mapping[str, Any]) -> None:
    """Raises NotFoundError if the job was deleted meanwhile."""
    kept = update_job(
        table,
        row.job_id,
        "SET options = :options REMOVE expires_at",
        "owner_subject = :subject",
        {"options": dict(options), "subject": row.owner.subject},
        "a job was started",
    )
    if not kept:
        raise NotFoundError("There is no such job.")
