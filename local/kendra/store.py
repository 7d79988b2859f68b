"""The service's persistent state: indexes, the status of each document, and accepted work that is not done yet.

One SQLite file. A call returns only when its row is written, so accepted work survives kill -9. A power failure can
lose the last rows.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS indices (
    id TEXT PRIMARY KEY, client_token TEXT UNIQUE, settings TEXT NOT NULL, tags TEXT NOT NULL,
    created REAL NOT NULL, updated REAL NOT NULL, active_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, index_id TEXT NOT NULL, id TEXT NOT NULL,
    status TEXT NOT NULL, failure TEXT, searchable INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (index_id, id));
CREATE TABLE IF NOT EXISTS tasks (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, index_id TEXT NOT NULL, document_id TEXT NOT NULL,
    document TEXT, ready_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One accepted put, or a deletion when `document` is None."""

    sequence: int
    index_id: str
    document_id: str
    document: dict[str, Any] | None
    attempts: int


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """`settings` holds the members of CreateIndex and UpdateIndex as DescribeIndex shows them."""

    id: str
    settings: dict[str, Any]
    tags: dict[str, str]
    created: float
    updated: float
    active: bool


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    status: str
    failure: str | None = None


class Store:
    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # Indexes

    def add_index(self, index: IndexRecord, client_token: str | None, active_at: float) -> str:
        """The id of the new index, or of an earlier one with the same client token."""
        with self._lock:
            row = self._one("SELECT id FROM indices WHERE client_token = ?", (client_token,))
            if row:
                return row[0]
            self._run(
                "INSERT INTO indices VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    index.id,
                    client_token,
                    json.dumps(index.settings),
                    json.dumps(index.tags),
                    index.created,
                    index.updated,
                    active_at,
                ),
            )
            return index.id

    def index(self, index_id: str) -> IndexRecord | None:
        return next((index for index in self.indices() if index.id == index_id), None)

    def indices(self) -> list[IndexRecord]:
        """All indexes, oldest first. There are few."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, settings, tags, created, updated, active_at FROM indices ORDER BY created, id"
            ).fetchall()
        now = time.time()
        return [
            IndexRecord(index_id, json.loads(settings), json.loads(tags), created, updated, active_at <= now)
            for index_id, settings, tags, created, updated, active_at in rows
        ]

    def change_index(self, index_id: str, settings: dict[str, Any], updated: float) -> None:
        self._run(
            "UPDATE indices SET settings = ?, updated = ? WHERE id = ?",
            (json.dumps(settings), updated, index_id),
        )

    def change_tags(self, index_id: str, tags: dict[str, str]) -> None:
        self._run("UPDATE indices SET tags = ? WHERE id = ?", (json.dumps(tags), index_id))

    def remove_index(self, index_id: str) -> None:
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM documents WHERE index_id = ?", (index_id,))
            self._connection.execute("DELETE FROM tasks WHERE index_id = ?", (index_id,))
            self._connection.execute("DELETE FROM indices WHERE id = ?", (index_id,))

    # Documents

    def statistics(self, index_id: str) -> tuple[int, int]:
        """The number of searchable documents and the size of their text in bytes."""
        query = "SELECT COUNT(*), COALESCE(SUM(text_bytes), 0) FROM documents WHERE index_id = ? AND searchable"
        row = self._one(query, (index_id,))
        assert row is not None
        return row[0], row[1]

    def status(self, index_id: str, document_id: str) -> DocumentStatus | None:
        row = self._one("SELECT status, failure FROM documents WHERE index_id = ? AND id = ?", (index_id, document_id))
        return DocumentStatus(*row) if row else None

    def is_known(self, index_id: str, document_id: str) -> bool:
        """False for a document that was never there before, until the work on it is due for the first time."""
        query = (
            "SELECT 1 FROM documents WHERE index_id = ? AND id = ? AND (status <> 'PROCESSING' OR searchable"
            " OR NOT EXISTS (SELECT 1 FROM tasks WHERE tasks.index_id = documents.index_id"
            " AND document_id = documents.id AND attempts = 0 AND ready_at > ?))"
        )
        return self._one(query, (index_id, document_id, time.time())) is not None

    def statuses(self, index_id: str) -> list[tuple[str, DocumentStatus, bool]]:
        """Each document of an index by id: its status, and whether its deletion is accepted."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, status, failure, EXISTS (SELECT 1 FROM tasks WHERE tasks.index_id = documents.index_id"
                " AND document_id = documents.id AND document IS NULL) FROM documents WHERE index_id = ? ORDER BY id",
                (index_id,),
            ).fetchall()
        return [
            (document_id, DocumentStatus(status, failure), bool(gone)) for document_id, status, failure, gone in rows
        ]

    def number(self, index_id: str, document_id: str) -> int | None:
        """The number by which the search index knows a document."""
        row = self._one("SELECT number FROM documents WHERE index_id = ? AND id = ?", (index_id, document_id))
        return row[0] if row else None

    # Accepted work

    def accept_puts(self, index_id: str, documents: Iterable[dict[str, Any]], ready_at: float) -> None:
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            for document in documents:
                self._connection.execute(
                    "INSERT INTO documents (index_id, id, status) VALUES (?, ?, 'PROCESSING')"
                    " ON CONFLICT DO UPDATE SET status = 'PROCESSING', failure = NULL",
                    (index_id, document["Id"]),
                )
                self._add_task(index_id, document["Id"], json.dumps(document), ready_at)

    def accept_deletions(self, index_id: str, deletions: Mapping[str, float]) -> None:
        """`deletions` are the times at which the documents are deleted, by id."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            for document_id, ready_at in deletions.items():
                self._add_task(index_id, document_id, None, ready_at)

    def ready_tasks(self, limit: int) -> list[Task]:
        """The oldest tasks that are due, at most one per document."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT sequence, index_id, document_id, document, attempts FROM tasks WHERE ready_at <= ?"
                " AND sequence IN (SELECT MIN(sequence) FROM tasks GROUP BY index_id, document_id)"
                " ORDER BY sequence LIMIT ?",
                (time.time(), limit),
            ).fetchall()
        return [
            Task(sequence, index_id, document_id, json.loads(document) if document else None, attempts)
            for sequence, index_id, document_id, document, attempts in rows
        ]

    def next_due(self) -> float | None:
        row = self._one("SELECT MIN(ready_at) FROM tasks", ())
        return row[0] if row else None

    def pending_files(self) -> set[str]:
        """The names of uploaded files that accepted work still needs."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT document ->> 'File' FROM tasks WHERE document IS NOT NULL"
            ).fetchall()
        return {name for (name,) in rows if name}

    def postpone(self, task: Task, ready_at: float) -> None:
        self._run(
            "UPDATE tasks SET attempts = attempts + 1, ready_at = ? WHERE sequence = ?",
            (ready_at, task.sequence),
        )

    def finish(
        self, indexed: Sequence[tuple[Task, int]], failed: Sequence[tuple[Task, str]], deleted: Sequence[Task]
    ) -> None:
        """Records outcomes: (task, text bytes), (task, reason), and deletions.

        A document with a newer task stays PROCESSING until that task is done.
        """
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            for task in [*(task for task, _ in indexed), *(task for task, _ in failed), *deleted]:
                self._connection.execute("DELETE FROM tasks WHERE sequence = ?", (task.sequence,))
            for task, text_bytes in indexed:
                self._settle(task, "UPDATED", "INDEXED", None)
                self._set_text(task, 1, text_bytes)
            for task, reason in failed:
                self._settle(task, "UPDATE_FAILED", "FAILED", reason)
            for task in deleted:
                if self._is_put_again(task):
                    self._set_text(task, 0, 0)
                else:
                    self._connection.execute(
                        "DELETE FROM documents WHERE index_id = ? AND id = ?",
                        (task.index_id, task.document_id),
                    )

    def _settle(self, task: Task, when_searchable: str, otherwise: str, failure: str | None) -> None:
        if not self._is_put_again(task):
            self._connection.execute(
                "UPDATE documents SET status = IIF(searchable, ?, ?), failure = ? WHERE index_id = ? AND id = ?",
                (when_searchable, otherwise, failure, task.index_id, task.document_id),
            )

    def _set_text(self, task: Task, searchable: int, text_bytes: int) -> None:
        self._connection.execute(
            "UPDATE documents SET searchable = ?, text_bytes = ? WHERE index_id = ? AND id = ?",
            (searchable, text_bytes, task.index_id, task.document_id),
        )

    def _is_put_again(self, task: Task) -> bool:
        query = "SELECT 1 FROM tasks WHERE index_id = ? AND document_id = ? AND document IS NOT NULL"
        return self._one(query, (task.index_id, task.document_id)) is not None

    def _add_task(self, index_id: str, document_id: str, document: str | None, ready_at: float) -> None:
        self._connection.execute(
            "INSERT INTO tasks (index_id, document_id, document, ready_at) VALUES (?, ?, ?, ?)",
            (index_id, document_id, document, ready_at),
        )

    def _one(self, query: str, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        with self._lock:
            return self._connection.execute(query, values).fetchone()

    def _run(self, statement: str, values: tuple[Any, ...]) -> None:
        with self._lock:
            self._connection.execute(statement, values)
