"""What is left of a job in the source bucket when it is deleted."""

from docent.objects import delete_prefix
from docent.summary_jobs import TRANSCRIPTS, JobRow


def delete_transcripts(bucket: str, row: JobRow) -> None:
    """Those that its owner uploaded. The bucket keeps versions: this hides them behind delete markers."""
    if row.prefix.startswith(f"{TRANSCRIPTS}{row.owner.subject}/"):
        delete_prefix(bucket, row.prefix)
