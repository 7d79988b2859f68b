"""The service's persistent state in one SQLite file. A call returns only when its row is written, so accepted requests
survive kill -9. A power failure can lose the last rows."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

type Row = tuple[Any, ...]

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, application_id TEXT NOT NULL, client_token TEXT,
    settings TEXT NOT NULL, tags TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    active_at REAL NOT NULL, UNIQUE (kind, application_id, client_token));
CREATE TABLE IF NOT EXISTS groups (
    index_id TEXT NOT NULL, name TEXT NOT NULL, members TEXT, since REAL NOT NULL, failure TEXT,
    PRIMARY KEY (index_id, name, since));
CREATE TABLE IF NOT EXISTS users (
    application_id TEXT NOT NULL, id TEXT NOT NULL, aliases TEXT NOT NULL, PRIMARY KEY (application_id, id));
CREATE TABLE IF NOT EXISTS subscriptions (
    application_id TEXT NOT NULL, principal TEXT NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (application_id, principal));
CREATE TABLE IF NOT EXISTS clauses (
    index_id TEXT NOT NULL, members TEXT NOT NULL, PRIMARY KEY (index_id, members));
CREATE TABLE IF NOT EXISTS documents (
    index_id TEXT NOT NULL, id TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    PRIMARY KEY (index_id, id));
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, index_id TEXT NOT NULL, document_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS media_of_documents ON media (index_id, document_id);
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, application_id TEXT NOT NULL, user TEXT NOT NULL, title TEXT NOT NULL,
    started REAL NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, time REAL NOT NULL, told TEXT NOT NULL, UNIQUE (conversation_id, number));
CREATE TABLE IF NOT EXISTS chats (
    application_id TEXT NOT NULL, user TEXT NOT NULL, client_token TEXT NOT NULL, asked TEXT NOT NULL,
    answer TEXT NOT NULL, PRIMARY KEY (application_id, user, client_token));
"""


class Database:
    """Many threads use it, one statement or transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside happen or none. Other threads wait."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def run(self, statement: str, *values: Any) -> int:
        """The number of changed rows."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def all(self, query: str, *values: Any) -> list[Row]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Row | None:
        with self._lock:
            return self._connection.execute(query, values).fetchone()
