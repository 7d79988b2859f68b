"""The claim of a run: the newest version of its file wins, in whatever order the events arrive."""

from docent.debate_runs import update_run
from docent.documents import Document


def claim(table: str, document: Document, execution_arn: str, resumes: bool, now: str) -> bool:
    """False for a file that is older than the one there, or the same one, unless the run `resumes`.

    Its owner is who announced it.
    """
    again = " OR (generation = :generation AND #status IN (:stopped, :failed, :judged))" if resumes else ""
    return update_run(
        table,
        document.document_id,
        "SET #status = :preparing, generation = :generation, #source = :source, execution_arn = :execution,"
        " created_at = if_not_exists(created_at, :now), updated_at = :now, started_at = :now"
        " REMOVE #error, #counts, cost, prepared, finished_at, expires_at",
        "attribute_not_exists(generation) OR generation < :generation OR"
        " (generation = :generation AND execution_arn = :execution AND attribute_exists(#status)"
        f" AND #status <> :stopped){again}",
        {
            "preparing": "PREPARING",
            "stopped": "STOPPED",
            "generation": document.generation,
            "source": document.source.to_json(),
            "execution": execution_arn,
            "now": now,
            **({"failed": "FAILED", "judged": "JUDGED"} if resumes else {}),
        },
        f"{document.name} was claimed",
    )


def give_back(table: str, document: Document, execution_arn: str, now: str) -> None:
    """Release the claim of an execution that was stopped before. Otherwise the run would look busy for ever."""
    update_run(
        table,
        document.document_id,
        "SET #status = :stopped, updated_at = :now",
        "execution_arn = :execution AND #status = :preparing",
        {"stopped": "STOPPED", "preparing": "PREPARING", "execution": execution_arn, "now": now},
        f"{document.name} was given back",
    )
