"""How far the answer to a question is, in the callers' table: an answer is written on the server, whether or not
somebody is connected to hear it.

`progress#<conversation>#<turn>` is there from when a question is accepted. While the answer is written it holds the
sentences so far and where they are sent; in the end, how the answer rests on its passages. The answer itself is kept as
a turn (docent.conversations), with which the progress is deleted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.clients import dynamodb
from docent.conversations import DAY, PROGRESS
from docent.errors import DocentError, MisconfiguredError, NotFoundError, from_aws

# A function that answers has ended after this long, in seconds. What is still being written then was lost.
LONGEST = 150
WRITING, DONE, STOPPED, FAILED = "WRITING", "DONE", "STOPPED", "FAILED"


@dataclass(frozen=True, slots=True)
class Listener:
    """The receiver of the sentences: a WebSocket connection, and the id that its client gave the question."""

    connection_id: str
    own_id: Mapping[str, str]

    def to_text(self) -> str:
        return json.dumps([self.connection_id, dict(self.own_id)])

    @classmethod
    def from_text(cls, text: str) -> Self:
        connection_id, own_id = json.loads(text)
        return cls(connection_id, own_id)


@dataclass(frozen=True, slots=True)
class Progress:
    """`told` is what is known of the answer at its end besides its text and citations, `problem` why there is none."""

    status: str
    sentences: Sequence[str]
    is_to_stop: bool
    updated_at: float
    listener: Listener | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        return cls(
            item["status"]["S"],
            [each["S"] for each in item["sentences"]["L"]],
            "stop" in item,
            float(item["updated_at"]["N"]),
            Listener.from_text(item["listener"]["S"]) if "listener" in item else None,
            json.loads(item["told"]["S"]) if "told" in item else {},
            json.loads(item["problem"]["S"]) if "problem" in item else None,
        )

    def was_lost(self, now: float) -> bool:
        """Whether the function that wrote it ended without a word."""
        return self.status == WRITING and self.updated_at + LONGEST < now


@dataclass(frozen=True, slots=True)
class Turning:
    """One turn of one caller, whose progress is kept for `days` after it was asked."""

    table: str
    caller: Caller
    conversation_id: str
    turn_id: str

    def begin(self, now: float, days: int, listener: Listener | None, *, again: bool = False) -> bool:
        """Whether the caller of this is to write the answer: not if it is there or being written, unless `again`."""
        item: dict[str, Any] = {
            **self._key,
            "status": {"S": WRITING},
            "sentences": {"L": []},
            "updated_at": {"N": f"{now:.3f}"},
            "expires_at": {"N": str(round(now) + days * DAY)},
        } | ({"listener": {"S": listener.to_text()}} if listener else {})
        once: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#status) OR #status = :failed"
            " OR (#status = :writing AND updated_at < :lost)",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":failed": {"S": FAILED},
                ":writing": {"S": WRITING},
                ":lost": {"N": f"{now - LONGEST:.3f}"},
            },
        }
        try:
            dynamodb().put_item(TableName=self.table, Item=item, **({} if again else once))
        except dynamodb().exceptions.ConditionalCheckFailedException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise _unwell(error) from error
        return True

    def listen(self, listener: Listener) -> Progress | None:
        """Send the sentences from now on to another listener; returns those before. None if none is being written."""
        return self._change("SET listener = :listener", {":listener": {"S": listener.to_text()}})

    def add_sentence(self, text: str, now: float) -> Progress | None:
        """None when it could not be kept: the answer goes on without."""
        values = {":text": {"L": [{"S": text}]}, ":now": {"N": f"{now:.3f}"}}
        try:
            return self._change("SET sentences = list_append(sentences, :text), updated_at = :now", values)
        except DocentError:
            return None

    def end(
        self, status: str, now: float, told: Mapping[str, Any] | None = None, problem: Mapping[str, Any] | None = None
    ) -> Progress | None:
        """Returns how it was, with the listener that is to hear of the end."""
        values: dict[str, Any] = {":status": {"S": status}, ":now": {"N": f"{now:.3f}"}}
        for name, value in (("told", told), ("problem", problem)):
            if value is not None:
                values[f":{name}"] = {"S": json.dumps(value, ensure_ascii=False)}
        more = "".join(f", {name[1:]} = {name}" for name in values if name in (":told", ":problem"))
        try:
            return self._change(f"SET #status = :status, updated_at = :now{more}", values)
        except DocentError:
            return None  # the turn is kept, and tells by itself that the answer is there

    def ask_to_stop(self) -> None:
        """Does nothing when the answer has ended. Raises NotFoundError when there is no such turn."""
        if self._change("SET stop = :true", {":true": {"BOOL": True}}) is None and self.read() is None:
            raise NotFoundError("There is no such turn in your conversations.")

    def read(self) -> Progress | None:
        try:
            item = dynamodb().get_item(TableName=self.table, Key=self._key, ConsistentRead=True).get("Item")
        except (ClientError, BotoCoreError) as error:
            raise _unwell(error) from error
        return Progress.from_item(item) if item else None

    def _change(self, expression: str, values: Mapping[str, Any]) -> Progress | None:
        """The progress after a change; None when no answer is being written (any more)."""
        try:
            attributes = dynamodb().update_item(
                TableName=self.table,
                Key=self._key,
                UpdateExpression=expression,
                ConditionExpression="#status = :writing",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={":writing": {"S": WRITING}, **values},
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except dynamodb().exceptions.ConditionalCheckFailedException:
            return None
        except (ClientError, BotoCoreError) as error:
            raise _unwell(error) from error
        return Progress.from_item(attributes)

    @property
    def _key(self) -> dict[str, Any]:
        item = f"{PROGRESS}{self.conversation_id}#{self.turn_id}"
        return {"subject": {"S": self.caller.subject}, "item": {"S": item}}


def _unwell(error: Exception) -> DocentError:
    return from_aws(error, "an answer's progress was kept", MisconfiguredError)
