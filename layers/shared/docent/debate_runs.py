"""The row of a run of debates: whose it is, its file of cases, and how far it is.

A run begins with a file of cases, put below `debates/` into the source bucket; below that, the
owner's subject follows where it came through the API. So its id and generation are those of a
document (docent.documents): the same key is always the same run, and another version of the file a new generation.

Attributes are texts. `owner`, `source` {bucket, key, version_id}, `prepared` (what prepare_cases returned), `counts` by
outcome and `cost` are JSON, and `error` is a map of `name` and `message`. `judged` is the last generation that was
judged to its end, with whose verdicts the next one compares its own.

A row without `status` is of a run that was deleted: it refuses late events until DynamoDB forgets it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from docent.callers import Caller
from docent.derived_keys import DEBATES
from docent.errors import NotFoundError
from docent.owned_rows import owner_of
from docent.table_rows import change_row, read_item, values_of

type Status = Literal["UPLOADING", "PREPARING", "DEBATING", "JUDGED", "STOPPED", "FAILED"]
# While a run has one of these, a workflow is at work on it.
BUSY = ("PREPARING", "DEBATING")
# Started once more, such a run goes on where it was; one that was judged tries again what failed.
RESUMABLE = ("STOPPED", "FAILED", "JUDGED")
# S3's metadata of a run's file, as JSON.
_OPTIONS = "docent-run"
_JSON = ("owner", "source", "prepared", "counts", "cost")


@dataclass(frozen=True, slots=True)
class RunRow:
    """`values` are all attributes, with JSON read. A run whose file was put straight into the bucket has no owner."""

    run_id: str
    generation: str
    status: str
    owner: Caller
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = values_of(item, _JSON)
        return cls(
            values["run_id"],
            values.get("generation", ""),
            values["status"],
            owner_of(values),
            values,
        )

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    @property
    def name(self) -> str:
        return self.values["source"]["key"].rpartition("/")[2].removesuffix(".jsonl")

    def to_json(self) -> dict[str, Any]:
        """A `Run` of openapi.yaml."""
        counts = {"counts": self.values["counts"]} if "counts" in self.values else {}
        return {
            "run_id": self.run_id,
            "name": self.name,
            "source": f"s3://{self.values['source']['bucket']}/{self.values['source']['key']}",
            "status": self.status,
            "generation": self.generation,
            "created_at": self.values["created_at"],
            "updated_at": self.values["updated_at"],
            **counts,
        }

    def is_owned_by(self, caller: Caller) -> bool:
        return bool(self.owner.subject) and self.owner.subject == caller.subject


def read_run(table: str, run_id: str) -> RunRow | None:
    """The row as of now; None where there is none, or where the run was deleted."""
    item = read_item(table, run_key(run_id), "a run of debates was looked up")
    return RunRow.from_item(item) if "status" in item else None


def find_owned_run(table: str, run_id: str, caller: Caller) -> RunRow:
    """Raises NotFoundError for any other than the caller's own."""
    row = read_run(table, run_id)
    if row is None or not row.is_owned_by(caller):
        raise NotFoundError("There is no such run.")
    return row


def update_run(table: str, run_id: str, change: str, condition: str, values: Mapping[str, Any], doing: str) -> bool:
    """Change the row where the condition holds; false where it does not. As `change_row` has it."""
    return change_row(table, run_key(run_id), change, condition, values, doing)


def mark_stopped(table: str, row: RunRow, now: str) -> bool:
    """False if it has ended meanwhile, or another execution has it."""
    return update_run(
        table,
        row.run_id,
        "SET #status = :stopped, updated_at = :now",
        "execution_arn = :execution AND #status IN (:preparing, :debating)",
        {
            "stopped": "STOPPED",
            "preparing": "PREPARING",
            "debating": "DEBATING",
            "execution": row.values["execution_arn"],
            "now": now,
        },
        "a run was stopped",
    )


def resuming_event(row: RunRow) -> dict[str, Any]:
    """The input of run_debates by which it goes on with the run: S3's event of its file once more, and `resumes`."""
    source = row.values["source"]
    version = {"version-id": source["version_id"]} if source.get("version_id") else {}
    detail = {
        "bucket": {"name": source["bucket"]},
        "object": {"key": source["key"], "sequencer": row.generation, **version},
    }
    return {"detail": detail, "resumes": True}


def run_file(subject: str, name: str) -> str:
    """The key of the file of a caller's run, whose arrival starts it."""
    return f"{DEBATES}{subject}/{name}.jsonl"


def cases_key(run_file: str) -> str:
    """Where uploaded cases wait until their run is started."""
    return f"{run_file.removesuffix('.jsonl')}.cases"


def metadata_of(options: Mapping[str, Any]) -> dict[str, str]:
    """Of a run's file: what its owner asked for when it was started."""
    return {_OPTIONS: json.dumps(dict(options))}


def options_in(metadata: Mapping[str, str]) -> dict[str, Any]:
    return json.loads(metadata.get(_OPTIONS, "{}"))


def run_key(run_id: str) -> dict[str, Any]:
    return {"run_id": {"S": run_id}}
