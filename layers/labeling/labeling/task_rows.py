"""The rows of labeling tasks: whose a task is, its schema and options, and how far it is.

The table has a partition for each task: `task` is the task itself, `item#<number>` one clip (items.py) and
`answer#<subject>#<number>` one person's answer (answers.py); `tally#<subject>` counts one person's answers
(tallies.py), and `export` is the last export (exports.py). A partition `listed#…` for each owner and each group has a
row for each task that its people see, newest last.

Attributes are texts and numbers. `owner`, `source` {bucket, key}, `task_schema`, `task_options` and `problems` are
JSON; `error` is a map of `name` and `message`. A row without `status` is of a task that was deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.derived_keys import LABELING
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.owned_rows import owner_of
from docent.table_rows import change_row, read_item, values_of

# While a task has one of these, a workflow is at work on it.
BUSY = ("CHECKING", "PREPARING")
# In these nothing of a task can be lost by starting it, or by starting it again.
STARTABLE = ("UPLOADING", "REFUSED", "FAILED")
_JSON = ("owner", "source", "task_schema", "task_options", "problems")
DEFAULTS: Mapping[str, Any] = {
    "label_attribute": "label",
    "answers": 1,
    "review": "none",
    "threshold": 0.667,
    "overlap": 0.5,
    "claim_seconds": 3600,
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """`values` are all attributes, with JSON read; `options` have defaults where nothing was asked for."""

    task_id: str
    status: str
    owner: Caller
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = values_of(item, _JSON)
        return cls(values["task_id"], values["status"], owner_of(values), values)

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    @property
    def name(self) -> str:
        return self.values["task_name"]

    @property
    def schema(self) -> Mapping[str, Any]:
        return self.values["task_schema"]

    @property
    def options(self) -> dict[str, Any]:
        given = self.values["task_options"]
        extra = 1 if given.get("answers", 1) > 1 else 0
        return {**DEFAULTS, "extra_answers": extra, **given}

    def roles_of(self, caller: Caller) -> list[str]:
        """Without a group of annotators, the owner alone annotates; of a job of Ground Truth, its workers do."""
        options = self.values["task_options"]
        is_owner = bool(self.owner.subject) and self.owner.subject == caller.subject
        annotates = options["annotators"] in caller.groups if "annotators" in options else is_owner
        roles = {
            "owner": is_owner,
            "reviewer": options.get("reviewers") in caller.groups,
            "annotator": annotates and not options.get("ground_truth"),
        }
        return [role for role, held in roles.items() if held]

    def is_reviewed_by(self, caller: Caller) -> bool:
        return not {"owner", "reviewer"}.isdisjoint(self.roles_of(caller))

    def to_json(self, caller: Caller) -> dict[str, Any]:
        """A `LabelTask` of openapi.yaml, without its progress."""
        return {
            "task_id": self.task_id,
            "name": self.name,
            "schema_name": self.schema["name"],
            "media": self.schema["media"],
            "status": self.status,
            "roles": self.roles_of(caller),
            "created_at": self.values["created_at"],
            "updated_at": self.values["updated_at"],
        }


def task_key(task_id: str) -> dict[str, Any]:
    return {"task_id": {"S": task_id}, "item": {"S": "task"}}


def read_task(table: str, task_id: str) -> TaskRow | None:
    """The row as of now; None where there is none, or where the task was deleted."""
    item = read_item(table, task_key(task_id), "a labeling task was looked up")
    return TaskRow.from_item(item) if "status" in item else None


def find_task(table: str, task_id: str, caller: Caller, *roles: str) -> TaskRow:
    """Raises NotFoundError where the caller has none of the roles; without roles, any will do."""
    row = read_task(table, task_id)
    held = set(row.roles_of(caller)) if row else set()
    if row is None or not held or (roles and held.isdisjoint(roles)):
        raise NotFoundError("There is no such labeling task.")
    return row


def update_task(table: str, task_id: str, change: str, condition: str, values: Mapping[str, Any], doing: str) -> bool:
    """Change the row where the condition holds; false where it does not. As `change_row` has it."""
    return change_row(table, task_key(task_id), change, condition, values, doing)


def manifest_key(subject: str, name: str) -> str:
    """Where the manifest of a caller's task is, in the source bucket."""
    return f"{LABELING}{subject}/{name}.manifest"


# ─── Lists of tasks ──────────────────────────────────────────────────────────────────────────────


def list_for(table: str, row: TaskRow) -> None:
    """Show the task to its owner, its annotators and its reviewers."""
    for principal in _principals(row):
        item: Any = {
            "task_id": {"S": f"listed#{principal}"},
            "item": {"S": f"{row.values['created_at']}#{row.task_id}"},
            "listed": {"S": row.task_id},
        }
        try:
            dynamodb().put_item(TableName=table, Item=item)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a labeling task was listed", MisconfiguredError) from error


def unlist(table: str, row: TaskRow) -> None:
    for principal in _principals(row):
        key: Any = {
            "task_id": {"S": f"listed#{principal}"},
            "item": {"S": f"{row.values['created_at']}#{row.task_id}"},
        }
        try:
            dynamodb().delete_item(TableName=table, Key=key)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a labeling task was taken from a list", MisconfiguredError) from error


def tasks_of(table: str, caller: Caller, limit: int, before: str | None) -> tuple[list[TaskRow], str | None]:
    """The tasks that a caller sees, newest first, and where the following page begins."""
    found: set[str] = set()
    for principal in (f"user#{caller.subject}", *(f"group#{group}" for group in caller.groups)):
        values: dict[str, Any] = {":principal": {"S": f"listed#{principal}"}}
        condition = "task_id = :principal"
        if before:
            condition, values = f"{condition} AND #item < :before", values | {":before": {"S": before}}
        names: Any = {"ExpressionAttributeNames": {"#item": "item"}} if before else {}
        try:
            reply = dynamodb().query(
                TableName=table,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
                Limit=limit + 1,
                **names,
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "labeling tasks were listed", MisconfiguredError) from error
        found |= {values_of(each, ())["item"] for each in reply["Items"]}
    newest = sorted(found, reverse=True)
    shown = newest[:limit]
    rows = [row for place in shown if (row := read_task(table, place.rpartition("#")[2])) and row.roles_of(caller)]
    return rows, shown[-1] if len(newest) > limit else None


def _principals(row: TaskRow) -> list[str]:
    options = row.values["task_options"]
    groups = {options[role] for role in ("annotators", "reviewers") if options.get(role)}
    return [f"user#{row.owner.subject}", *(f"group#{group}" for group in sorted(groups))]
