"""Runs in their table: the row of a run, its events one by one, and the definition as it ran. All of it is masked.

A run's items have its id: `run` is the row, `event#000001` and so on are the events. Definitions have the id
`definition` and their hash, and are kept as long as the last run that used them. Attributes are texts; objects are
JSON.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.batches import write_all
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import InvalidRequestError, MisconfiguredError, NotFoundError, from_aws
from docent.owned_rows import owner_json, owner_of
from docent.table_rows import change_row, read_item, values_of
from flows.flow_files import Definition, definition_hash
from flows.run_events import Event, shortened, time_text

BY_OWNER, BY_FLOW = "by-owner", "by-flow"
DAY = 86_400
# Of an event, as JSON: DynamoDB takes 400 KB an item. Of larger ones only the beginning of each document is kept.
MAX_EVENT = 300_000
_RUN = {"S": "run"}
_JSON = ("owner", "question", "error", "nodes")
_DEFINITION = "definition"

type Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """The row of a run; `values` are all its attributes, with JSON read."""

    run_id: str
    flow: str
    status: str
    owner: Caller
    values: Mapping[str, Any]

    @classmethod
    def from_item(cls, item: Item) -> Self:
        values = values_of(item, _JSON)
        return cls(values["run_id"], values["flow"], values["status"], owner_of(values), values)

    def to_json(self, for_editor: bool) -> dict[str, Any]:
        """A `FlowRun` of openapi.yaml."""
        names = ("run_id", "flow", "version", "or_version", "status", "created_at", "ended_at")
        names += ("from_run", "from_node", "error")
        numbers = {name: self.values[name] for name in ("milliseconds", "cost") if name in self.values}
        counts = {"transitions": int(self.values["transitions"])} if "transitions" in self.values else {}
        user = {"user": self.owner.user} if for_editor and self.owner.user else {}
        return {name: self.values[name] for name in names if name in self.values} | numbers | counts | user


@dataclass(frozen=True, slots=True)
class Runs:
    table: str
    days: int

    def begin(
        self, run_id: str, flow: str, version: str, definition: Definition, caller: Caller, now: float, **more: str
    ) -> None:
        """Keep a run's row and its definition. `more` are further attributes of the row."""
        expires, kept = {"N": str(int(now) + self.days * DAY)}, definition_hash(definition)
        row = {
            "run_id": run_id,
            "item": "run",
            "flow": flow,
            "version": version,
            "status": "RUNNING",
            "created_at": time_text(now),
            "owner": json.dumps(owner_json(caller)),
            "owner_flow": _owner_flow(caller, flow),
            "definition_hash": kept,
            **more,
        }
        code = {"B": zlib.compress(json.dumps(definition).encode())}
        whole = {"run_id": {"S": _DEFINITION}, "item": {"S": kept}, "code": code, "expires_at": expires}
        texts: dict[str, Any] = {name: {"S": value} for name, value in row.items()}
        puts: Any = [{"PutRequest": {"Item": each}} for each in (texts | {"expires_at": expires}, whole)]
        write_all(self.table, puts, "a run of a flow was kept")

    def keep_events(self, run_id: str, events: Iterable[tuple[int, Event]], now: float) -> None:
        """Events by their numbers; an event that is there already is replaced."""
        expires = {"N": str(int(now) + self.days * DAY)}
        puts: Any = [
            {
                "PutRequest": {
                    "Item": _event_key(run_id, number)
                    | {
                        "event": {"S": json.dumps(shortened(event, MAX_EVENT), ensure_ascii=False)},
                        "expires_at": expires,
                    }
                }
            }
            for number, event in events
        ]
        write_all(self.table, puts, "events of a run were kept")

    def end(self, run_id: str, status: str, now: float, values: Mapping[str, Any]) -> None:
        """`values` are attributes of the row: texts, numbers, and objects as JSON."""
        typed: dict[str, Any] = {name: _typed(value) for name, value in values.items()}
        typed |= {"status": {"S": status}, "ended_at": {"S": time_text(now)}}
        try:
            dynamodb().update_item(
                TableName=self.table,
                Key=_row_key(run_id),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in typed),
                ExpressionAttributeNames={f"#{name}": name for name in typed},
                ExpressionAttributeValues={f":{name}": value for name, value in typed.items()},
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the end of a run was kept", MisconfiguredError) from error

    def take_turn(self, run_id: str, question_id: str) -> bool:
        """Claim the question, so that one answer continues the run. False if it was answered already."""
        return change_row(
            self.table,
            _row_key(run_id),
            "SET #status = :running",
            "#status = :asks AND question_id = :question",
            {"running": "RUNNING", "asks": "INPUT_REQUIRED", "question": question_id},
            "a question of a run was answered",
        )

    def read(self, flow: str, run_id: str, caller: Caller, is_editor: bool) -> KeptRun:
        """Raises NotFoundError for a run of another flow, and for another user's run unless the caller is an editor."""
        item = read_item(self.table, _row_key(run_id), "a run of a flow was looked up")
        run = KeptRun.from_item(item) if item else None
        if run is None or run.flow != flow or not (is_editor or run.owner.subject == caller.subject):
            raise NotFoundError("There is no such run.")
        return run

    def events(self, run_id: str) -> list[Event]:
        query = {
            "KeyConditionExpression": "run_id = :run AND begins_with(#item, :event)",
            "ExpressionAttributeNames": {"#item": "item"},
            "ExpressionAttributeValues": {":run": {"S": run_id}, ":event": {"S": "event#"}},
            "ConsistentRead": True,
        }
        return [json.loads(item["event"]["S"]) for item in self._items(query)]

    def definition(self, kept: str) -> Definition:
        key = {"run_id": {"S": _DEFINITION}, "item": {"S": kept}}
        item: Any = read_item(self.table, key, "the definition of a run was looked up")
        return json.loads(zlib.decompress(item["code"]["B"])) if item else {}

    def page(self, flow: str, owner: Caller | None, limit: int, place: str | None) -> tuple[list[KeptRun], str | None]:
        """Newest first, of one owner or of all, and where the following page begins."""
        name, value = ("owner_flow", _owner_flow(owner, flow)) if owner else ("flow", flow)
        after: Any = {"ExclusiveStartKey": _start(decode_next(place), name, value)} if place else {}
        try:
            reply = dynamodb().query(
                TableName=self.table,
                **_newest(BY_OWNER if owner else BY_FLOW, name, value),
                Limit=limit,
                **after,
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "runs of a flow were listed", MisconfiguredError) from error
        last: Any = reply.get("LastEvaluatedKey")
        following = encode_next([last["run_id"]["S"], last["created_at"]["S"]]) if last else None
        return [KeptRun.from_item(item) for item in reply["Items"]], following

    def newest(self, flow: str, count: int) -> list[KeptRun]:
        found: list[KeptRun] = []
        place: str | None = None
        while len(found) < count:
            rows, place = self.page(flow, None, min(100, count - len(found)), place)
            found += rows
            if place is None:
                break
        return found

    def _items(self, query: Mapping[str, Any]) -> Iterable[Any]:
        try:
            for page in dynamodb().get_paginator("query").paginate(TableName=self.table, **query):
                yield from page["Items"]
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "events of a run were read", MisconfiguredError) from error


def _row_key(run_id: str) -> dict[str, Any]:
    return {"run_id": {"S": run_id}, "item": _RUN}


def _event_key(run_id: str, number: int) -> dict[str, Any]:
    return {"run_id": {"S": run_id}, "item": {"S": f"event#{number:06}"}}


def _owner_flow(caller: Caller, flow: str) -> str:
    return f"{caller.subject}#{flow}"


def _newest(index: str, name: str, value: str) -> dict[str, Any]:
    return {
        "IndexName": index,
        "KeyConditionExpression": f"{name} = :value",
        "ExpressionAttributeValues": {":value": {"S": value}},
        "ScanIndexForward": False,
    }


def _start(place: Any, name: str, value: str) -> dict[str, Any]:
    match place:
        case [str() as run_id, str() as created_at]:
            return {"run_id": {"S": run_id}, "item": _RUN, name: {"S": value}, "created_at": {"S": created_at}}
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case bool() | None:
            return {"S": json.dumps(value)}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
    return {"S": json.dumps(value, ensure_ascii=False)}
