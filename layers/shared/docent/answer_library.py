"""The answer library: answers that somebody approved, to be given again when the same is asked.

An answer is one item of the library's table, below the digest of its question, so that the same question finds it at
once. Its id is the same for the same question of the same questionnaire: approving another answer to it replaces the
item, and taking the approval back deletes it. The table's stream tells index_answer, which keeps the index equal.

Who can read an answer is decided whenever it is used. One that rests on documents can be read by everyone who can read
all of them at that moment; one without sources, by the readers that its questionnaire had when it was approved.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import read_all
from docent.callers import Caller
from docent.citations import Citation
from docent.clients import dynamodb
from docent.document_rows import DocumentRow
from docent.errors import MisconfiguredError, from_aws
from docent.questionnaires import Answer, Question
from docent.readers import Readers

# Of the index's attribute `_category`, by which searches leave these entries out, or ask for them alone.
CATEGORY, APPROVED_ANSWER = "_category", "APPROVED_ANSWER"
ENTRIES = "library/"
DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """`sources` are the documents that it cites, each with its generation when the answer was approved; empty for one
    that was gone by then. `readers` are those of an answer without sources, and the index's for any other.
    `expires_at` is in seconds since 1970. `owner` is the questionnaire's: a user, or a group."""

    question: Question
    answer_id: str
    version: int
    completion: str
    values: tuple[str, ...]
    citations: tuple[Citation, ...]
    sources: tuple[tuple[str, str], ...]
    readers: Readers
    owner: str
    approved_by: str
    approved_at: str
    expires_at: int

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        values = {name: next(iter(value.values())) for name, value in item.items()}
        return cls(
            Question.from_json(json.loads(values["question"])),
            values["answer_id"],
            int(values["version"]),
            values["completion"],
            tuple(json.loads(values["values"])),
            tuple(Citation.from_json(each) for each in json.loads(values["citations"])),
            tuple((document_id, generation) for document_id, generation in json.loads(values["sources"])),
            Readers.from_text(values["readers"]),
            values["owner"],
            values["approved_by"],
            values["approved_at"],
            int(values["expires_at"]),
        )

    def to_item(self) -> dict[str, Any]:
        question = {name: value for name, value in self.question.to_json().items() if name not in ("place", "existing")}
        return answer_key(self.question.digest, self.answer_id) | {
            "version": {"N": str(self.version)},
            "question": {"S": _json(question)},
            "completion": {"S": self.completion},
            "values": {"S": _json(self.values)},
            "citations": {"S": _json([citation.to_json() for citation in self.citations])},
            "sources": {"S": _json(self.sources)},
            "readers": {"S": _json(self.readers.to_json())},
            "owner": {"S": self.owner},
            "approved_by": {"S": self.approved_by},
            "approved_at": {"S": self.approved_at},
            "expires_at": {"N": str(self.expires_at)},
        }

    @property
    def entry_id(self) -> str:
        return entry_id(self.answer_id, self.version)

    @property
    def document_ids(self) -> frozenset[str]:
        return frozenset(document_id for document_id, _ in self.sources)

    def may_be_read_by(self, caller: Caller, rows: Mapping[str, DocumentRow]) -> bool:
        """`rows` are those of its sources, as of now. A source without a row may have had any readers."""
        if not self.sources:
            return self.readers.allow(caller)
        return all((row := rows.get(each)) and row.may_be_read_by(caller) for each in self.document_ids)

    def stale_reason(self, rows: Mapping[str, DocumentRow], now: float) -> str:
        """Why it must be looked at again before it is used, as a sentence; empty while it holds."""
        for document_id, generation in self.sources:
            row = rows.get(document_id)
            if row is None or not row.is_answered_from:
                name = row.file_name if row else "A document"
                return f"{name}, on which the approved answer rests, was removed."
            if row.generation != generation:
                return f"{row.file_name}, on which the approved answer rests, has changed since it was approved."
        if now >= self.expires_at:
            day = datetime.fromtimestamp(self.expires_at, UTC).date()
            return f"The approval by {self.approved_by} on {self.approved_at[:10]} expired on {day}."
        return ""


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """An answer of the library that fits a question, and that its caller can read. One that `is_stale` may be used only
    if somebody looks at it; `stale_reason` says why, as a sentence. `approved_at` is ISO 8601."""

    answer_id: str
    completion: str
    values: tuple[str, ...]
    citations: tuple[Citation, ...]
    approved_by: str
    approved_at: str
    is_stale: bool = False
    stale_reason: str = ""


def approved(
    question: Question,
    answer: Answer,
    rows: Mapping[str, DocumentRow],
    *,
    questionnaire_id: str,
    version: int,
    readers: Readers,
    owner: str,
    by: str,
    moment: datetime,
    days: int,
) -> LibraryAnswer:
    """What the library keeps of an answer at its approval. `rows` are those of the documents that it cites, `readers`
    those of its questionnaire."""
    cited = sorted({citation.document_id for citation in answer.citations if citation.document_id})
    sources = tuple((each, rows[each].generation if each in rows else "") for each in cited)
    return LibraryAnswer(
        question=question,
        answer_id=answer_id_of(questionnaire_id, question),
        version=version,
        completion=answer.completion,
        values=answer.values,
        citations=answer.citations,
        sources=sources,
        readers=readers_of_all(rows[each].readers if each in rows else Readers() for each in cited)
        if cited
        else readers,
        owner=owner,
        approved_by=by,
        approved_at=iso(moment),
        expires_at=round(moment.timestamp()) + days * DAY,
    )


def readers_of_all(several: Iterable[Readers]) -> Readers:
    """Those whom each names. Somebody whom one document names and another one's group holds is not among them: the
    index must not show what they cannot read, and cannot know their groups."""

    def both(one: Readers, other: Readers) -> Readers:
        return Readers(
            one.users & other.users,
            one.groups & other.groups,
            one.denied_users | other.denied_users,
            one.denied_groups | other.denied_groups,
            one.products & other.products,
        )

    return reduce(both, several)


def answer_id_of(questionnaire_id: str, question: Question) -> str:
    return hashlib.sha256(f"{questionnaire_id}/{question.digest}".encode()).hexdigest()[:32]


def entry_id(answer_id: str, version: int) -> str:
    return f"{ENTRIES}{answer_id}/{version}"


def answer_key(digest: str, answer_id: str) -> dict[str, Any]:
    return {"digest": {"S": digest}, "answer_id": {"S": answer_id}}


def read_answers(table: str, keys: Sequence[Mapping[str, Any]]) -> list[LibraryAnswer]:
    """Those of the keys that are in the library now."""
    return [LibraryAnswer.from_item(item) for item in read_all(table, keys, "approved answers were looked up")]


def answers_to(table: str, digest: str) -> list[LibraryAnswer]:
    """Every approved answer to the question of this digest, without regard to readers."""
    try:
        pages = (
            dynamodb()
            .get_paginator("query")
            .paginate(
                TableName=table,
                KeyConditionExpression="digest = :digest",
                ExpressionAttributeValues={":digest": {"S": digest}},
                ConsistentRead=True,
            )
        )
        return [LibraryAnswer.from_item(item) for page in pages for item in page["Items"]]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "approved answers were looked up", MisconfiguredError) from error


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
