"""What flows, prompts and knowledge bases keep, each engine in one SQLite file.

A call returns only when its rows are written, so what was accepted survives kill -9.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS things (
    arn TEXT PRIMARY KEY, kind TEXT NOT NULL, parent TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS things_by_parent ON things (kind, parent, number);
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, arn TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS waiting (execution TEXT PRIMARY KEY, body TEXT NOT NULL, until REAL NOT NULL);
"""


class Store:
    """Many threads use it, one transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("DELETE FROM waiting WHERE until < ?", (time.time(),))

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def put(self, kind: str, arn: str, body: Json, parent: str = "", number: int = 0) -> None:
        with self._lock:
            self._connection.execute(
                "INSERT INTO things VALUES (?, ?, ?, ?, ?) ON CONFLICT (arn) DO UPDATE SET body = excluded.body",
                (arn, kind, parent, number, json.dumps(body)),
            )

    def get(self, arn: str) -> Json | None:
        rows = self._all("SELECT body FROM things WHERE arn = ?", arn)
        return json.loads(rows[0][0]) if rows else None

    def listed(self, kind: str, parent: str = "") -> list[Json]:
        rows = self._all("SELECT body FROM things WHERE kind = ? AND parent = ? ORDER BY number, rowid", kind, parent)
        return [json.loads(body) for (body,) in rows]

    def all(self, kind: str) -> list[Json]:
        return [json.loads(body) for (body,) in self._all("SELECT body FROM things WHERE kind = ?", kind)]

    def remove(self, arn: str) -> None:
        """With everything below it."""
        with self._lock:
            below = "arn = ? OR parent = ? OR substr(arn, 1, length(?)) = ?"
            self._connection.execute(f"DELETE FROM things WHERE {below}", (arn, arn, f"{arn}/", f"{arn}/"))  # noqa: S608
            self._connection.execute("DELETE FROM tokens WHERE arn NOT IN (SELECT arn FROM things)")

    def made_with(self, token: str | None) -> Json | None:
        rows = self._all("SELECT arn FROM tokens WHERE token = ?", token or "")
        return self.get(rows[0][0]) if rows else None

    def remember(self, token: str | None, arn: str) -> None:
        if token:
            with self._lock:
                self._connection.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?)", (token, arn))

    def wait(self, execution: str, body: Json, until: float) -> None:
        with self._lock:
            row = (execution, json.dumps(body), until)
            self._connection.execute("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?)", row)

    def waiting(self, execution: str) -> Json | None:
        rows = self._all("SELECT body FROM waiting WHERE execution = ?", execution)
        return json.loads(rows[0][0]) if rows else None

    def answered(self, execution: str) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM waiting WHERE execution = ?", (execution,))

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()
