"""What is left of a job when it is deleted: its transcripts and its row."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.objects import delete_prefix
from docent.summary_jobs import TRANSCRIPTS, JobRow, job_key

# Until then an event of the deleted job that arrives late is refused.
KEEP = 30 * 86_400


def delete_transcripts(bucket: str, row: JobRow) -> None:
    """Those that its owner uploaded. The bucket keeps versions: this hides them behind delete markers."""
    if row.prefix.startswith(f"{TRANSCRIPTS}{row.owner.subject}/"):
        delete_prefix(bucket, row.prefix)


def leave_tombstone(table: str, row: JobRow, now: float) -> None:
    item = job_key(row.job_id) | {"generation": {"S": row.generation}, "expires_at": {"N": str(int(now) + KEEP)}}
    try:
        dynamodb().put_item(TableName=table, Item=item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a job was deleted", MisconfiguredError) from error
