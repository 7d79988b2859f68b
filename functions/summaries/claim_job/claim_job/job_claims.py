"""The claim of a job: the newest job.json wins, in whatever order the events arrive."""

from collections.abc import Mapping

from docent.documents import Document
from docent.summary_jobs import update_job


def claim(table: str, document: Document, source: Mapping[str, str], execution_arn: str, now: str) -> bool:
    """False for a job.json that is older than the one there, or the same one. Its owner is who announced it."""
    return update_job(
        table,
        document.document_id,
        "SET #status = :preparing, generation = :generation, #source = :source, execution_arn = :execution,"
        " created_at = if_not_exists(created_at, :now), updated_at = :now, started_at = :now, progress = :progress"
        " REMOVE #error, #counts, cost, #batch, estimate, task_token, expires_at, records_done",
        "attribute_not_exists(generation) OR generation < :generation OR"
        " (generation = :generation AND execution_arn = :execution AND attribute_exists(#status)"
        " AND #status <> :stopped)",
        {
            "preparing": "PREPARING",
            "stopped": "STOPPED",
            "generation": document.generation,
            "source": dict(source),
            "execution": execution_arn,
            "progress": {"stage": "preparing", "at": now},
            "now": now,
        },
        f"{document.name} was claimed",
    )


def note_cleared(table: str, document: Document, execution_arn: str) -> None:
    """From now on the derived bucket holds only what this job.json left: a repeated claim deletes nothing of it."""
    update_job(
        table,
        document.document_id,
        "SET cleared = :generation",
        "execution_arn = :execution",
        {"generation": document.generation, "execution": execution_arn},
        f"what earlier jobs left of {document.name} was deleted",
    )


def note_stopped(table: str, document: Document, execution_arn: str, now: str) -> None:
    """record_failure may have looked for the job before it was claimed."""
    update_job(
        table,
        document.document_id,
        "SET #status = :stopped, updated_at = :now",
        "execution_arn = :execution AND #status = :preparing",
        {"stopped": "STOPPED", "preparing": "PREPARING", "execution": execution_arn, "now": now},
        f"{document.name} was stopped while it was claimed",
    )
