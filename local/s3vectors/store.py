"""The service's buckets, indexes, keys and metadata in one SQLite file.

A call returns only when its rows are written, so accepted vectors survive kill -9.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

_AT_ONCE = 500  # values in a query
_SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (arn TEXT PRIMARY KEY, settings TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS indexes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, bucket_arn TEXT NOT NULL,
    settings TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    index_number INTEGER NOT NULL, slot INTEGER NOT NULL, key TEXT NOT NULL, metadata TEXT NOT NULL,
    current INTEGER NOT NULL, PRIMARY KEY (index_number, slot)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS current_vectors ON vectors (index_number, key) WHERE current;
"""


@dataclass(frozen=True, slots=True)
class Bucket:
    arn: str
    settings: Json
    created: float

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """`number` is the store's name for it: an index that is made again has another."""

    number: int
    arn: str
    bucket_arn: str
    settings: Json
    created: float

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Record:
    """A vector without its numbers, which are in the vector file at `slot`."""

    slot: int
    key: str
    metadata: Json


class Store:
    """Many threads use it, one statement or transaction at a time."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # Buckets and indexes

    def add_bucket(self, arn: str, settings: Json) -> None:
        self._run("INSERT INTO buckets VALUES (?, ?, ?)", arn, json.dumps(settings), time.time())

    def bucket(self, arn: str) -> Bucket | None:
        rows = self._all("SELECT settings, created FROM buckets WHERE arn = ?", arn)
        return Bucket(arn, json.loads(rows[0][0]), rows[0][1]) if rows else None

    def buckets(self) -> list[Bucket]:
        rows = self._all("SELECT arn, settings, created FROM buckets ORDER BY arn")
        return [Bucket(arn, json.loads(settings), created) for arn, settings, created in rows]

    def remove_bucket(self, arn: str) -> None:
        self._run("DELETE FROM buckets WHERE arn = ?", arn)

    def add_index(self, arn: str, bucket_arn: str, settings: Json) -> None:
        columns = "INSERT INTO indexes (arn, bucket_arn, settings, created) VALUES (?, ?, ?, ?)"
        self._run(columns, arn, bucket_arn, json.dumps(settings), time.time())

    def index(self, arn: str) -> IndexRecord | None:
        rows = self._all("SELECT number, arn, bucket_arn, settings, created FROM indexes WHERE arn = ?", arn)
        return _index(*rows[0]) if rows else None

    def indexes(self, bucket_arn: str) -> list[IndexRecord]:
        query = "SELECT number, arn, bucket_arn, settings, created FROM indexes WHERE bucket_arn = ? ORDER BY arn"
        return [_index(*row) for row in self._all(query, bucket_arn)]

    def change_index(self, number: int, settings: Json) -> None:
        self._run("UPDATE indexes SET settings = ? WHERE number = ?", json.dumps(settings), number)

    def remove_index(self, number: int) -> None:
        with self._transaction():
            self._run("DELETE FROM vectors WHERE index_number = ?", number)
            self._run("DELETE FROM indexes WHERE number = ?", number)

    # Vectors

    def put(self, number: int, records: Sequence[Record]) -> list[int]:
        """Make these the current vectors of their keys; the slots of those that they replace."""
        with self._transaction():
            old = self.retire(number, [record.key for record in records])
            with self._lock:
                self._connection.executemany(
                    "INSERT INTO vectors VALUES (?, ?, ?, ?, 1)",
                    [(number, each.slot, each.key, json.dumps(each.metadata)) for each in records],
                )
        return old

    def retire(self, number: int, keys: Sequence[str]) -> list[int]:
        """The slots of the current vectors of these keys, which are current no more."""
        slots = [record.slot for record in self.current(number, keys)]
        for some, marks in _parts(slots):
            where = f"WHERE index_number = ? AND slot IN ({marks})"
            self._run(f"UPDATE vectors SET current = 0 {where}", number, *some)  # noqa: S608
        return slots

    def forget(self, number: int, slots: Sequence[int]) -> None:
        for some, marks in _parts(slots):
            self._run(f"DELETE FROM vectors WHERE index_number = ? AND slot IN ({marks})", number, *some)  # noqa: S608

    def forget_retired(self, number: int) -> None:
        self._run("DELETE FROM vectors WHERE index_number = ? AND NOT current", number)

    def current(self, number: int, keys: Sequence[str]) -> list[Record]:
        query = "SELECT slot, key, metadata FROM vectors WHERE current AND index_number = ? AND key IN "
        return [_record(*row) for some, marks in _parts(keys) for row in self._all(f"{query} ({marks})", number, *some)]

    def at(self, number: int, slots: Sequence[int]) -> Mapping[int, Record]:
        query = "SELECT slot, key, metadata FROM vectors WHERE index_number = ? AND slot IN "
        rows = [row for some, marks in _parts(slots) for row in self._all(f"{query} ({marks})", number, *some)]
        return {record.slot: record for record in (_record(*row) for row in rows)}

    def after(self, number: int, key: str, most: int) -> list[Record]:
        """Current vectors in the order of their keys."""
        where = "WHERE current AND index_number = ? AND key > ? ORDER BY key LIMIT ?"
        query = f"SELECT slot, key, metadata FROM vectors {where}"  # noqa: S608
        return [_record(*row) for row in self._all(query, number, key, most)]

    def all_current(self, number: int) -> Iterable[Record]:
        key, most = "", 10_000
        while page := self.after(number, key, most):
            yield from page
            key = page[-1].key

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def _run(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def _index(number: int, arn: str, bucket_arn: str, settings: str, created: float) -> IndexRecord:
    return IndexRecord(number, arn, bucket_arn, json.loads(settings), created)


def _record(slot: int, key: str, metadata: str) -> Record:
    return Record(slot, key, json.loads(metadata))


def _parts[T](values: Sequence[T]) -> Iterator[tuple[Sequence[T], str]]:
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        yield some, ", ".join("?" * len(some))
