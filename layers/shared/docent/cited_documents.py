"""Which answers cited a document: one row of the callers' table for each answer and each document that it cites.

    subject    of the caller whose answer it is
    item       cited#<conversation>#<turn>#<document>
    cited      the document; the index `by-cited` finds an answer by it
    cited_by   <subject>#<when>, by which that index sorts
    parts      JSON: what of the document was cited, `text` or the ids of images

A row lies beside its turn, below its caller's own subject. So it is kept, prolonged and forgotten with its
conversation. It has no question and no answer: the owner of a document can see who used it, but not for what.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.callers import Caller
from docent.citations import Citation
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

CITED, BY_CITED = "cited#", "by-cited"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class CitingAnswer:
    """`parts` are `text` and ids of images; `asked_at` is in seconds since 1970."""

    subject: str
    user: str
    document_id: str
    conversation_id: str
    turn_id: str
    asked_at: float
    parts: tuple[str, ...]

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        conversation_id, turn_id, document_id = item["item"]["S"].removeprefix(CITED).split("#")
        return cls(
            item["subject"]["S"],
            item["user"]["S"],
            document_id,
            conversation_id,
            turn_id,
            float(item["asked_at"]["N"]),
            tuple(json.loads(item["parts"]["S"])),
        )

    @property
    def answer(self) -> tuple[str, str]:
        """The same for each document that one answer cites."""
        return self.conversation_id, self.turn_id


def cited_rows(
    caller: Caller, conversation_id: str, turn_id: str, citations: "Sequence[Citation]", asked_at: float, expires: int
) -> "list[WriteRequestTypeDef]":
    parts: dict[str, list[str]] = {}
    for citation in citations:
        parts.setdefault(citation.document_id, []).append(_part(citation))
    return [
        {
            "PutRequest": {
                "Item": {
                    "subject": {"S": caller.subject},
                    "item": {"S": f"{CITED}{conversation_id}#{turn_id}#{document_id}"},
                    "cited": {"S": document_id},
                    "cited_by": {"S": f"{caller.subject}#{asked_at:017.3f}"},
                    "user": {"S": caller.user},
                    "asked_at": {"N": f"{asked_at:.3f}"},
                    "parts": {"S": json.dumps(list(dict.fromkeys(own)))},
                    "expires_at": {"N": str(expires)},
                }
            }
        }
        for document_id, own in parts.items()
    ]


def answers_citing(table: str, document_id: str, now: float, subject: str = "") -> Iterator[CitingAnswer]:
    """All answers that cite a document, or those of one caller; as far as the index has them already."""
    condition, values = "cited = :cited", {":cited": {"S": document_id}}
    if subject:
        condition += " AND begins_with(cited_by, :own)"
        values[":own"] = {"S": f"{subject}#"}
    try:
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                IndexName=BY_CITED,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=values,
                ScanIndexForward=False,
            )
        )
        for page in pages:
            items: list[Any] = page["Items"]
            for item in items:
                if int(item["expires_at"]["N"]) > now and subject in ("", item["subject"]["S"]):
                    yield CitingAnswer.from_item(item)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the answers that cite a document were looked up", MisconfiguredError) from error


def _part(citation: Citation) -> str:
    """An image's key ends in `images/<image_id>.<format>`."""
    return citation.image_key.rpartition("/")[2].partition(".")[0] if citation.image_key else TEXT
