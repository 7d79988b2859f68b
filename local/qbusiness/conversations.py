"""Stored conversations: their users and messages, and the answers already given for client tokens."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from local.qbusiness.database import Database
from local.qbusiness.wire import conflict, missing

type Json = dict[str, Any]

TITLE_CHARACTERS = 100
ANONYMOUS = ""


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is USER or SYSTEM. `told` holds the fields that ListMessages returns besides the body."""

    id: str
    kind: str
    body: str
    time: float
    told: Json


class Conversations:
    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, application_id: str, user: str | None, conversation_id: str) -> list[Message]:
        """In order. A conversation of another user counts as missing."""
        row = self._database.one(
            "SELECT 1 FROM conversations WHERE id = ? AND application_id = ? AND user = ?",
            conversation_id, application_id, user or ANONYMOUS,
        )  # fmt: skip
        if row is None:
            raise missing("CONVERSATION", conversation_id)
        rows = self._database.all(
            "SELECT id, kind, body, time, told FROM messages WHERE conversation_id = ? ORDER BY number",
            conversation_id,
        )  # fmt: skip
        return [Message(found, kind, body, said, json.loads(told)) for found, kind, body, said, told in rows]

    def check_parent(self, conversation_id: str, messages: list[Message], parent: str | None) -> None:
        """A conversation can continue only from its last answer."""
        if messages[-1].id != parent:
            message = "parentMessageId must be the identifier of the last system message of the conversation."
            raise conflict(message, "CONVERSATION", conversation_id)

    def add(
        self,
        application_id: str,
        user: str | None,
        request: Json,
        asked_at: float,
        answer: str,
        told: tuple[Json, Json],
    ) -> tuple[str, str, str]:
        """Stores a message and its answer, each with its `told`. Returns the ids of conversation, message, answer."""
        conversation_id = request.get("conversationId") or str(uuid.uuid4())
        asked, answered = str(uuid.uuid4()), str(uuid.uuid4())
        body = request.get("userMessage", "")
        with self._database.transaction():
            number = 0
            if "conversationId" in request:
                before = self.messages(application_id, user, conversation_id)
                self.check_parent(conversation_id, before, request.get("parentMessageId"))
                number = len(before)
            else:
                title = body[:TITLE_CHARACTERS]
                self._database.run(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)",
                    conversation_id, application_id, user or ANONYMOUS, title, asked_at,
                )  # fmt: skip
            rows = ((asked, "USER", body, asked_at), (answered, "SYSTEM", answer, time.time()))
            for offset, (row, extra) in enumerate(zip(rows, told, strict=True)):
                self._database.run(
                    "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row[0], conversation_id, number + offset, *row[1:], json.dumps(extra),
                )  # fmt: skip
        return conversation_id, asked, answered

    def of_user(self, application_id: str, user: str) -> list[Json]:
        """Newest first."""
        rows = self._database.all(
            "SELECT id, title, started FROM conversations WHERE application_id = ? AND user = ?"
            " ORDER BY started DESC, id",
            application_id, user,
        )  # fmt: skip
        return [{"conversationId": found, "title": title, "startTime": started} for found, title, started in rows]

    def remove(self, conversation_id: str) -> None:
        with self._database.transaction():
            self._database.run("DELETE FROM messages WHERE conversation_id = ?", conversation_id)
            self._database.run("DELETE FROM conversations WHERE id = ?", conversation_id)
            self._database.run("DELETE FROM chats WHERE json_extract(answer, '$.conversationId') = ?", conversation_id)

    def forget_application(self, application_id: str) -> None:
        ours = "(SELECT id FROM conversations WHERE application_id = ?)"
        with self._database.transaction():
            self._database.run(f"DELETE FROM messages WHERE conversation_id IN {ours}", application_id)  # noqa: S608
            for table in ("conversations", "chats", "users", "subscriptions"):
                self._database.run(f"DELETE FROM {table} WHERE application_id = ?", application_id)  # noqa: S608

    # Client tokens

    def answered(self, application_id: str, user: str | None, request: Json) -> Json | None:
        """The answer already given to a request with this client token."""
        row = self._database.one(
            "SELECT asked, answer FROM chats WHERE application_id = ? AND user = ? AND client_token = ?",
            application_id, user or ANONYMOUS, request.get("clientToken"),
        )  # fmt: skip
        if row is None:
            return None
        if row[0] != _digest(request):
            raise conflict("The clientToken was used for another request.", "CLIENT_TOKEN", request["clientToken"])
        return json.loads(row[1])

    def remember(self, application_id: str, user: str | None, request: Json, answer: Json) -> None:
        if "clientToken" in request:
            self._database.run(
                "INSERT INTO chats VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                application_id, user or ANONYMOUS, request["clientToken"], _digest(request), json.dumps(answer),
            )  # fmt: skip


def _digest(request: Json) -> str:
    text = json.dumps(request, sort_keys=True, default=lambda value: hashlib.sha256(value).hexdigest())
    return hashlib.sha256(text.encode()).hexdigest()
