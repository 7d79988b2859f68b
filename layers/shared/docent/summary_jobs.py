"""The row of a job that summarises transcripts: whose it is, its transcripts, its batch job, and how far it is.

A job begins with `job.json`, put last below `transcripts/` in the source bucket. So its id and generation are those of
a document (docent.documents): the same folder is always the same job, and putting job.json again is a new generation.

Attributes are texts. `owner`, `source` {bucket, prefix}, `announced`, `progress` {stage, of, at}, `batch` {arn,
name, status, message, at, and Bedrock's counts}, `counts` by outcome, `cost`, `estimate` and `options` are JSON, and
`error` is a map of `name` and `message`, as in the documents table. `task_token` is there while the workflow waits for
a batch job. `records_done` is a number, of the `of` records of `progress`.

A row without `status` is of a job that was deleted: it refuses late events until DynamoDB forgets it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.owned_rows import owner_of
from docent.table_rows import change_row, read_item, values_of

# The prefix of transcripts in the source bucket. Below it, the owner's subject follows where they came through the API.
TRANSCRIPTS = "transcripts/"
JOB_FILE = "job.json"

type Status = Literal[
    "UPLOADING", "PREPARING", "ESTIMATED", "SUMMARIZING", "MASKING", "SUMMARIZED", "STOPPED", "FAILED"
]
# While a job has one of these, a workflow is at work on it.
BUSY = ("PREPARING", "SUMMARIZING", "MASKING")
_JSON = ("owner", "source", "announced", "progress", "batch", "counts", "cost", "estimate", "options")


@dataclass(frozen=True, slots=True)
class JobRow:
    """`values` are all attributes, with JSON read. A job that was put straight into the bucket may have no owner."""

    job_id: str
    generation: str
    status: str
    owner: Caller
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = values_of(item, _JSON)
        return cls(
            values["job_id"],
            values.get("generation", ""),
            values["status"],
            owner_of(values),
            values,
        )

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    @property
    def batch(self) -> Mapping[str, Any]:
        """Empty unless there is a batch job."""
        return self.values.get("batch", {})

    @property
    def progress(self) -> Mapping[str, Any]:
        """Empty for a job that has not begun. What a repeated attempt does again can be counted twice."""
        told = self.values.get("progress", {})
        return told | {"done": min(int(self.values.get("records_done", 0)), told["of"])} if "of" in told else told

    @property
    def prefix(self) -> str:
        """Of its transcripts in the source bucket, with a slash at its end."""
        return self.values["source"]["prefix"]

    @property
    def name(self) -> str:
        return self.prefix.rstrip("/").rpartition("/")[2]

    def to_json(self) -> dict[str, Any]:
        """A `Job` of openapi.yaml."""
        counts = {"counts": self.values["counts"]} if "counts" in self.values else {}
        return {
            "job_id": self.job_id,
            "name": self.name,
            "source": f"s3://{self.values['source']['bucket']}/{self.prefix}",
            "status": self.status,
            "generation": self.generation,
            "created_at": self.values["created_at"],
            "updated_at": self.values["updated_at"],
            **counts,
        }

    def is_owned_by(self, caller: Caller) -> bool:
        return bool(self.owner.subject) and self.owner.subject == caller.subject


def read_job(table: str, job_id: str) -> JobRow | None:
    """The row as of now; None where there is none, or where the job was deleted."""
    item = read_item(table, job_key(job_id), "a job was looked up")
    return JobRow.from_item(item) if "status" in item else None


def find_owned_job(table: str, job_id: str, caller: Caller) -> JobRow:
    """Raises NotFoundError for any other than the caller's own."""
    row = read_job(table, job_id)
    if row is None or not row.is_owned_by(caller):
        raise NotFoundError("There is no such job.")
    return row


def may_read_folder(prefix: str, caller: Caller) -> bool:
    """Below `transcripts/`, the first folder says whose the transcripts are: a caller's subject, or a group's name."""
    owner = prefix.removeprefix(TRANSCRIPTS).partition("/")[0]
    return owner == caller.subject or owner in caller.groups


def waiting_jobs(table: str) -> Iterator[JobRow]:
    """Those whose workflow waits for a batch job. It reads the whole table, which has one row for each job."""
    try:
        for page in (
            dynamodb()
            .get_paginator("scan")
            .paginate(TableName=table, FilterExpression="attribute_exists(task_token)", ConsistentRead=True)
        ):
            yield from (JobRow.from_item(item) for item in page["Items"] if "status" in item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "waiting jobs were looked up", MisconfiguredError) from error


def update_job(
    table: str, job_id: str, change: str, condition: str, values: Mapping[str, Any], doing: str = "a job was changed"
) -> bool:
    """Change the row where the condition holds; false where it does not. As `change_row` has it."""
    return change_row(table, job_key(job_id), change, condition, values, doing)


def tell_progress(table: str, job_id: str, generation: str, progress: Mapping[str, Any], done: int) -> None:
    update_job(
        table,
        job_id,
        "SET progress = :progress, records_done = :done",
        "generation = :generation AND attribute_exists(#status)",
        {"progress": progress, "done": done, "generation": generation},
        "how far a job is was kept",
    )


def count_done(table: str, job_id: str, generation: str, count: int) -> None:
    """Records of the stage that the job is in. What a worker counts of an earlier job.json is not counted."""
    update_job(
        table,
        job_id,
        "ADD records_done :count",
        "generation = :generation AND attribute_exists(#status)",
        {"count": count, "generation": generation},
        "how far a job is was kept",
    )


def job_key(job_id: str) -> dict[str, Any]:
    return {"job_id": {"S": job_id}}
