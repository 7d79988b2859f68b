"""The row of a questionnaire: whose it is, its file, its options, how far it is, and who can read it.

Its attributes are texts and numbers; `owner`, `readers`, `announced`, `map`, `counts` and `document` are JSON, and
`error` is a map of `name` and `message`, as in the documents table.

A row without `status` is of a questionnaire that was deleted: it refuses late events until DynamoDB forgets it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.documents import Document
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from docent.errors.documents import NotTheirsError
from docent.questionnaires import ITEM, QUESTIONNAIRE, QUESTIONNAIRES
from docent.readers import Readers

# An entry of a reader's list: its partition is this and `user:…` or `group:…`, its sort key the time and the id.
READER = "reader#"
# While a questionnaire has one of these, a workflow is at work on it.
BUSY = ("FINDING", "ANSWERING")
# What its owner said when it was announced. `answer` is at_once or when_started.
OPTIONS: Mapping[str, Any] = {"description": "", "use_documents": False, "overwrite": False, "answer": "when_started"}


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    questionnaire_id: str
    generation: str
    status: str
    owner: Caller
    readers: Readers
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = {name: _plain(value) for name, value in item.items()}
        owner = json.loads(values.get("owner", "{}"))
        return cls(
            values["questionnaire_id"],
            values.get("generation", ""),
            values["status"],
            Caller(owner.get("subject", ""), owner.get("user", ""), tuple(owner.get("groups", ())), 0),
            Readers.from_text(values.get("readers", "{}")),
            values,
        )

    @property
    def document(self) -> Document:
        """The file, as workflows pass it."""
        return Document.from_json(json.loads(self.values["document"]))

    @property
    def file_name(self) -> str:
        return self.values.get("file_name", "")

    @property
    def is_busy(self) -> bool:
        return self.status in BUSY

    def is_owned_by(self, caller: Caller) -> bool:
        """A file that was put straight into the bucket belongs to all members of its group."""
        if self.owner.subject:
            return self.owner.subject == caller.subject
        return bool(set(self.owner.groups) & set(caller.groups))

    def may_be_read_by(self, caller: Caller) -> bool:
        return self.is_owned_by(caller) or self.readers.allow(caller)

    def to_json(self, caller: Caller) -> dict[str, Any]:
        """A `Questionnaire` of openapi.yaml, as the caller sees it."""
        shown: dict[str, Any] = {
            "questionnaire_id": self.questionnaire_id,
            "file_name": self.file_name,
            "status": self.status,
            "owned": self.is_owned_by(caller),
            "created_at": self.values["created_at"],
            "updated_at": self.values["updated_at"],
        }
        if "question_count" in self.values:
            shown["question_count"] = int(self.values["question_count"])
        if "counts" in self.values:
            shown["counts"] = json.loads(self.values["counts"])
        return shown


def read_row(table: str, questionnaire_id: str) -> QuestionnaireRow | None:
    """The row as of now; None where there is none, or where the questionnaire was deleted."""
    try:
        item = dynamodb().get_item(TableName=table, Key=row_key(questionnaire_id), ConsistentRead=True).get("Item", {})
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a questionnaire was looked up", MisconfiguredError) from error
    return QuestionnaireRow.from_item(item) if "status" in item else None


def find_readable(table: str, questionnaire_id: str, caller: Caller) -> QuestionnaireRow:
    """Raises NotFoundError for one that the caller cannot read."""
    row = read_row(table, questionnaire_id)
    if row is None or not row.may_be_read_by(caller):
        raise not_found()
    return row


def find_seen(table: str, questionnaire_id: str, caller: Caller) -> QuestionnaireRow:
    """Also one of which the caller is assigned a question. Raises NotFoundError for any other."""
    row = read_row(table, questionnaire_id)
    if row is None or not (row.may_be_read_by(caller) or is_assigned(table, questionnaire_id, caller)):
        raise not_found()
    return row


def is_assigned(table: str, questionnaire_id: str, caller: Caller) -> bool:
    """Whether a question of it is assigned to the caller."""
    return any(item.get("assignee") == caller.user for item in read_items(table, questionnaire_id, "assignee"))


def find_owned(table: str, questionnaire_id: str, caller: Caller) -> QuestionnaireRow:
    """Raises NotTheirsError for one that the caller can only read, NotFoundError for any other."""
    row = find_readable(table, questionnaire_id, caller)
    if not row.is_owned_by(caller):
        raise NotTheirsError("The questionnaire belongs to somebody else.")
    return row


def not_found() -> NotFoundError:
    return NotFoundError("There is no such questionnaire.")


def update_row(
    table: str, questionnaire_id: str, change: str, condition: str, values: Mapping[str, Any], doing: str
) -> bool:
    """Change the row where the condition holds; false where it does not.

    `change` is an update expression. `values` are texts, numbers and maps by their names in both, without colons.
    Attributes whose names DynamoDB reserves are written `#status`, `#owner`, `#error` and `#map`.
    """
    names = {f"#{name}": name for name in ("status", "owner", "error", "map") if f"#{name}" in change + condition}
    more: dict[str, Any] = {"ExpressionAttributeNames": names} if names else {}
    try:
        dynamodb().update_item(
            TableName=table,
            Key=row_key(questionnaire_id),
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeValues={f":{name}": _typed(value) for name, value in values.items()},
            **more,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error
    return True


def read_items(table: str, questionnaire_id: str, attributes: str, prefix: str = ITEM) -> Iterator[dict[str, Any]]:
    """The named attributes of every item, in the order of the questions; also `#item`, `#status` and `#error`."""
    for item in stored_items(table, questionnaire_id, attributes, prefix):
        yield {name: _plain(value) for name, value in item.items()}


def stored_items(
    table: str, questionnaire_id: str, attributes: str = "", prefix: str = ITEM
) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """The same as DynamoDB has them; all attributes, where none are named."""
    names = {"#item": "item"} | {f"#{name}": name for name in ("status", "error") if f"#{name}" in attributes}
    values: Any = {":id": {"S": questionnaire_id}, ":prefix": {"S": prefix}}
    only: Any = {"ProjectionExpression": attributes} if attributes else {}
    try:
        for page in (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                KeyConditionExpression="questionnaire_id = :id AND begins_with(#item, :prefix)",
                ExpressionAttributeValues=values,
                ExpressionAttributeNames=names,
                ConsistentRead=True,
                **only,
            )
        ):
            yield from page["Items"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the questions of a questionnaire were read", MisconfiguredError) from error


def row_key(questionnaire_id: str) -> dict[str, Any]:
    return {"questionnaire_id": {"S": questionnaire_id}, "item": {"S": QUESTIONNAIRE}}


def entry_key(reader: str, created_at: str, questionnaire_id: str) -> dict[str, Any]:
    """The entry in the list of one reader (`user:…`, `group:…`). Whether they can read it, the row says."""
    return {"questionnaire_id": {"S": f"{READER}{reader}"}, "item": {"S": f"{created_at}#{questionnaire_id}"}}


def questionnaire_key(caller: Caller, file_name: str) -> str:
    """The S3 key of a caller's questionnaire: the same caller and file name give the same questionnaire."""
    return f"{QUESTIONNAIRES}{caller.subject}/{file_name}"


def file_name_of(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def owner_json(caller: Caller) -> str:
    return json.dumps({"subject": caller.subject, "user": caller.user, "groups": list(caller.groups)})


def _plain(value: Mapping[str, Any]) -> Any:
    ((kind, plain),) = value.items()
    if kind == "M":
        return {name: _plain(each) for name, each in plain.items()}
    return float(plain) if kind == "N" else plain


def _typed(value: Any) -> Any:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case dict():
            return {"M": {name: _typed(each) for name, each in value.items()}}
    return {"S": value}
