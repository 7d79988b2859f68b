"""Conversations, in the callers' table, each below the subject of the caller it belongs to.

`conversation#<id>` holds what is listed of it, `turn#<id>#<turn>` one question with its answer. Ids are 32 hex
digits, the time first, so that they sort by it. As the partition is the caller's own subject, other people's
conversations cannot be found, however their ids came to be known.

A conversation expires some days after its last question, with all its turns. Feedback is part of the turn it is about,
so it is deleted with it. So are the rows that tell which documents a turn cites (docent.cited_documents).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import write_all
from docent.callers import Caller
from docent.citations import Citation
from docent.cited_documents import CITED, cited_rows
from docent.clients import dynamodb
from docent.errors import DocentError, MisconfiguredError, NotFoundError, from_aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestTypeDef

CONVERSATION, TURN = "conversation#", "turn#"
PROGRESS = "progress#"  # of a turn: docent.turn_progress
DAY = 86_400  # seconds
TITLE_CHARS = 200
# Of DynamoDB's 400 KB for an item, what citations may take: question and answer need some 20 KB at most.
CITATIONS_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Conversation:
    """`title` is its first question, or the beginning of it, until the caller gives it another one; times are seconds
    since 1970."""

    conversation_id: str
    title: str
    started_at: float
    updated_at: float
    expires_at: int

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        return cls(
            item["item"]["S"].removeprefix(CONVERSATION),
            item["title"]["S"],
            float(item["started_at"]["N"]),
            float(item["updated_at"]["N"]),
            int(item["expires_at"]["N"]),
        )


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the caller thinks of an answer."""

    helpful: bool
    comment: str | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return cls(value["helpful"], value.get("comment"))

    def to_json(self) -> dict[str, Any]:
        return {"helpful": self.helpful} | ({} if self.comment is None else {"comment": self.comment})


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer; `asked_at` in seconds since 1970.

    The tokens are those of all calls of the model that it took; 0 in turns from before they were kept. `turn_id` and
    `feedback` are set in turns that were read.
    """

    question: str
    asked_at: float
    answer: str
    citations: tuple[Citation, ...]
    input_tokens: int = 0
    output_tokens: int = 0
    turn_id: str = ""
    feedback: Feedback | None = None

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        return cls(
            item["question"]["S"],
            float(item["asked_at"]["N"]),
            item["answer"]["S"],
            tuple(Citation.from_json(each) for each in json.loads(item["citations"]["S"])),
            int(item.get("input_tokens", {}).get("N", 0)),
            int(item.get("output_tokens", {}).get("N", 0)),
            item["item"]["S"].rpartition("#")[2],
            Feedback.from_json(json.loads(item["feedback"]["S"])) if "feedback" in item else None,
        )

    @property
    def document_ids(self) -> frozenset[str]:
        return frozenset(citation.document_id for citation in self.citations)


def id_of(moment: float, entropy: bytes) -> str:
    """32 hex digits: the moment in milliseconds since 1970, then ten bytes of entropy."""
    return f"{round(moment * 1000):012x}{entropy[:10].hex():0<20}"


def read_conversation(table: str, caller: Caller, conversation_id: str, now: float) -> Conversation:
    """Raises NotFoundError if the caller has no such conversation."""
    key = f"{CONVERSATION}{conversation_id}"
    items = list(_query(table, caller, "#item = :item", {":item": {"S": key}}))
    conversations = [found for item in items if (found := Conversation.from_item(item)).expires_at > now]
    if not conversations:
        raise NotFoundError("There is no such conversation.")
    return conversations[0]


def list_conversations(
    table: str, caller: Caller, limit: int, after: str | None, now: float
) -> tuple[list[Conversation], str | None]:
    """A page of the caller's conversations, newest first, and the id after which the next page begins."""
    found: list[Conversation] = []
    begin = f"{CONVERSATION}{after}" if after else None
    for item in _query(
        table, caller, "begins_with(#item, :prefix)", {":prefix": {"S": CONVERSATION}}, limit + 1, begin=begin
    ):
        conversation = Conversation.from_item(item)
        if conversation.expires_at <= now:  # DynamoDB deletes what expired within days, not at once
            continue
        if len(found) == limit:
            return found, found[-1].conversation_id
        found.append(conversation)
    return found, None


def read_turn(table: str, caller: Caller, conversation_id: str, turn_id: str, now: float) -> Turn | None:
    key = f"{TURN}{conversation_id}#{turn_id}"
    items = _query(table, caller, "#item = :item", {":item": {"S": key}})
    return next((Turn.from_item(item) for item in items if int(item["expires_at"]["N"]) > now), None)


def read_turns(table: str, caller: Caller, conversation_id: str, limit: int) -> list[Turn]:
    """The newest turns, in the order they were asked. None where there is no such conversation."""
    prefix = {":prefix": {"S": f"{TURN}{conversation_id}#"}}
    turns: list[Turn] = []
    for item in _query(table, caller, "begins_with(#item, :prefix)", prefix, limit):
        turns.append(Turn.from_item(item))
        if len(turns) == limit:
            break
    return turns[::-1]


def add_turn(
    table: str, caller: Caller, conversation_id: str, turn_id: str, turn: Turn, days: int, *, begins: bool
) -> None:
    """Keep one turn; the same id again changes nothing. `begins` when it is the first of a new conversation.

    A conversation that was forgotten meanwhile stays so. Nothing is read and written back, so turns added at the
    same time do not overwrite each other.
    """
    expires = round(turn.asked_at) + days * DAY
    values: dict[str, AttributeValueTypeDef] = {
        ":title": {"S": turn.question[:TITLE_CHARS]},
        ":asked": {"N": f"{turn.asked_at:.3f}"},
        ":expires": {"N": str(expires)},
    }
    condition: Any = {} if begins else {"ConditionExpression": "attribute_exists(#item)"}
    names: Any = {} if begins else {"ExpressionAttributeNames": {"#item": "item"}}
    try:
        before = dynamodb().update_item(
            TableName=table,
            Key=_key(caller, f"{CONVERSATION}{conversation_id}"),
            UpdateExpression="SET title = if_not_exists(title, :title), started_at = if_not_exists(started_at, :asked),"
            " updated_at = :asked, expires_at = :expires",
            ExpressionAttributeValues=values,
            ReturnValues="UPDATED_OLD",
            **condition,
            **names,
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error
    # First, so that no turn is there without them.
    rows = cited_rows(caller, conversation_id, turn_id, turn.citations, turn.asked_at, expires)
    write_all(table, rows, "a conversation was kept")
    _put_turn(table, caller, f"{TURN}{conversation_id}#{turn_id}", turn, expires)
    kept_until = int(before.get("Attributes", {}).get("expires_at", {}).get("N", expires))
    if kept_until <= expires - DAY:  # so each turn is touched at most once a day
        _keep_turns(table, caller, conversation_id, expires)


def give_feedback(
    table: str, caller: Caller, conversation_id: str, turn_id: str, feedback: Feedback, now: float
) -> None:
    """Keep it with the turn, in place of earlier feedback. Raises NotFoundError if the caller has no such turn."""
    key = _key(caller, f"{TURN}{conversation_id}#{turn_id}")
    values: dict[str, AttributeValueTypeDef] = {":feedback": {"S": json.dumps(feedback.to_json(), ensure_ascii=False)}}
    _set(table, key, "feedback = :feedback", values, now, "There is no such turn in your conversations.")


def rename_conversation(table: str, caller: Caller, conversation_id: str, title: str, now: float) -> None:
    """Raises NotFoundError as `read_conversation`."""
    key = _key(caller, f"{CONVERSATION}{conversation_id}")
    values: dict[str, AttributeValueTypeDef] = {":title": {"S": title}}
    _set(table, key, "title = :title", values, now, "There is no such conversation.")


def forget_conversation(table: str, caller: Caller, conversation_id: str, now: float) -> None:
    """Delete it with all its turns, the turns first, so that a deletion that broke off can be repeated.

    Raises NotFoundError as `read_conversation`.
    """
    read_conversation(table, caller, conversation_id, now)
    turns = [item["item"]["S"] for item in _of_turns(table, caller, conversation_id, "#item")]
    for items in (turns, [f"{CONVERSATION}{conversation_id}"]):
        deletions: list[WriteRequestTypeDef] = [{"DeleteRequest": {"Key": _key(caller, item)}} for item in items]
        write_all(table, deletions, "a conversation was deleted")


def _set(
    table: str,
    key: "dict[str, AttributeValueTypeDef]",
    change: str,
    values: "dict[str, AttributeValueTypeDef]",
    now: float,
    missing: str,
) -> None:
    """Change an item that is there and has not expired. Raises NotFoundError with the sentence `missing` otherwise."""
    try:
        dynamodb().update_item(
            TableName=table,
            Key=key,
            UpdateExpression=f"SET {change}",
            ConditionExpression="attribute_exists(#item) AND expires_at > :now",
            ExpressionAttributeNames={"#item": "item"},
            ExpressionAttributeValues=values | {":now": {"N": f"{now:.3f}"}},
        )
    except dynamodb().exceptions.ConditionalCheckFailedException as error:
        raise NotFoundError(missing) from error
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error


def _put_turn(table: str, caller: Caller, item: str, turn: Turn, expires: int) -> None:
    citations = json.dumps([citation.to_json() for citation in fitting(turn.citations)], ensure_ascii=False)
    try:
        dynamodb().put_item(
            TableName=table,
            Item=_key(caller, item)
            | {
                "question": {"S": turn.question},
                "asked_at": {"N": f"{turn.asked_at:.3f}"},
                "answer": {"S": turn.answer},
                "citations": {"S": citations},
                "input_tokens": {"N": str(turn.input_tokens)},
                "output_tokens": {"N": str(turn.output_tokens)},
                "expires_at": {"N": str(expires)},
            },
            ConditionExpression="attribute_not_exists(#item)",
            ExpressionAttributeNames={"#item": "item"},
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return  # the same request, once more
    except (ClientError, BotoCoreError) as error:
        raise _unwell(error) from error


def fitting(citations: Sequence[Citation], room: int = CITATIONS_BYTES) -> list[Citation]:
    """The citations, without the excerpts for which there is no room."""
    fitted: list[Citation] = []
    for citation in citations:
        size = len(json.dumps(citation.to_json(), ensure_ascii=False).encode())
        fitted.append(citation if size <= room else replace(citation, excerpt=""))
        room -= size if size <= room else 0
    return fitted


def _keep_turns(table: str, caller: Caller, conversation_id: str, expires: int) -> None:
    for item in _of_turns(table, caller, conversation_id, "#item, expires_at"):
        if int(item["expires_at"]["N"]) >= expires:
            continue
        try:
            dynamodb().update_item(
                TableName=table,
                Key=_key(caller, item["item"]["S"]),
                UpdateExpression="SET expires_at = :expires",
                ConditionExpression="attribute_exists(#item)",
                ExpressionAttributeNames={"#item": "item"},
                ExpressionAttributeValues={":expires": {"N": str(expires)}},
            )
        except dynamodb().exceptions.ConditionalCheckFailedException:
            continue  # forgotten meanwhile
        except (ClientError, BotoCoreError) as error:
            raise _unwell(error) from error


def _of_turns(table: str, caller: Caller, conversation_id: str, projection: str) -> Iterator[Mapping[str, Any]]:
    for prefix in (TURN, PROGRESS, CITED):
        values = {":prefix": {"S": f"{prefix}{conversation_id}#"}}
        yield from _query(table, caller, "begins_with(#item, :prefix)", values, projection=projection)


def _query(
    table: str,
    caller: Caller,
    condition: str,
    values: Mapping[str, Any],
    page: int | None = None,
    *,
    begin: str | None = None,
    projection: str | None = None,
) -> Iterator[Mapping[str, Any]]:
    """The caller's items, the newest first, as of now; `page` is how many are read at a time."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": f"subject = :subject AND {condition}",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": {":subject": {"S": caller.subject}, **values},
        "ScanIndexForward": False,
        "ConsistentRead": True,
    }
    if page:
        request["Limit"] = page
    if projection:
        request["ProjectionExpression"] = projection
    if begin:
        request["ExclusiveStartKey"] = _key(caller, begin)
    while True:
        try:
            reply = dynamodb().query(**request)
        except (ClientError, BotoCoreError) as error:
            raise _unwell(error) from error
        yield from reply["Items"]
        if not (last := reply.get("LastEvaluatedKey")):
            return
        request["ExclusiveStartKey"] = last


def _key(caller: Caller, item: str) -> "dict[str, AttributeValueTypeDef]":
    return {"subject": {"S": caller.subject}, "item": {"S": item}}


def _unwell(error: Exception) -> DocentError:
    return from_aws(error, "conversations were looked up", MisconfiguredError)
