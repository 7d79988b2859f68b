"""Vectors of sentences, computed when a document is indexed and not at each question.

One SQLite file for all processes of this machine. The indexer hands over the passages of each document. When it has
nothing else to do, it computes the vectors of the sentences that an answer could quote. `vectors_of` reads them, and
computes only what is missing. Vectors are kept in half precision, and rounded to it when they are computed, so that a
result does not depend on what is kept.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from answering.retrieved_passages import heading_and_body
from local.kendra.embedding import DIMENSIONS, Vectors, sentence_model

PLACE = "DOCENT_SENTENCE_VECTORS"  # an environment variable, so that worker processes know the file too
_MODEL = b"all-MiniLM-L6-v2"
_MOST_IN_MEMORY = 20_000  # vectors, of 768 bytes each
_AT_ONCE = 500  # hashes in a query
_SCHEMA = """
CREATE TABLE IF NOT EXISTS waiting (
    id INTEGER PRIMARY KEY AUTOINCREMENT, index_id TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS uses (
    index_id TEXT NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (index_id, number, hash)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, vector BLOB NOT NULL);
"""

type Vector = bytes  # 384 numbers of half precision


def vectors_of(texts: Sequence[str]) -> Vectors:
    """One unit vector per text, as from `sentence_model().embed`."""
    hashes = [_hash(text) for text in texts]
    found = _reader().read(dict(zip(hashes, texts, strict=True)))
    rows = b"".join(found[each] for each in hashes)
    return np.frombuffer(rows, np.float16).reshape(len(texts), DIMENSIONS).astype(np.float32)


def stated_in(text: str) -> list[str]:
    """The sentences of a passage as the answerer compares them with a question, and the guardrail with an answer."""
    from local.bedrock.describing import is_described
    from local.bedrock.prompt import Passage
    from local.bedrock.sentences import sentences_of
    from local.bedrock.statements import statements_of

    heading, body = ("", text) if is_described(text) else heading_and_body(text)  # an image has no headings
    statements = statements_of([Passage("1", body.strip(), heading=heading)])
    return [*(each.in_full for each in statements), *sentences_of(text)]


def read_passages(texts: Sequence[str]) -> list[dict[bytes, Vector]]:
    """The vectors of each passage's sentences by hash. Takes long: for a worker process."""
    passages = [{_hash(sentence): sentence for sentence in stated_in(text)} for text in texts]
    found = _reader().read({hash: sentence for passage in passages for hash, sentence in passage.items()})
    return [{hash: found[hash] for hash in passage} for passage in passages]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A passage whose sentences have no vectors yet. `number` is its document's in the index."""

    id: int
    index_id: str
    number: int
    text: str


class SentenceVectors:
    """The file. Several processes can write it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def replace(self, index_id: str, passages: Mapping[int, Iterable[str]]) -> None:
        """The texts of documents by number. A document without texts is removed."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for number, texts in passages.items():
                for table in ("waiting", "uses"):
                    where = "WHERE index_id = ? AND number = ?"
                    self._connection.execute(f"DELETE FROM {table} {where}", (index_id, number))  # noqa: S608
                self._connection.executemany(
                    "INSERT INTO waiting (index_id, number, text) VALUES (?, ?, ?)",
                    [(index_id, number, text) for text in texts],
                )

    def remove_index(self, index_id: str) -> None:
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for table in ("waiting", "uses"):
                self._connection.execute(f"DELETE FROM {table} WHERE index_id = ?", (index_id,))  # noqa: S608

    def waiting_indexes(self) -> list[str]:
        with self._lock:
            return [index_id for (index_id,) in self._connection.execute("SELECT DISTINCT index_id FROM waiting")]

    def waiting(self, index_ids: Sequence[str], limit: int) -> list[Waiting]:
        """The oldest passages of these indexes that wait."""
        marks = ", ".join("?" * len(index_ids))
        query = f"SELECT id, index_id, number, text FROM waiting WHERE index_id IN ({marks}) ORDER BY id LIMIT ?"  # noqa: S608
        with self._lock:
            return [Waiting(*row) for row in self._connection.execute(query, (*index_ids, limit))]

    def keep(self, passages: Sequence[Waiting], found: Sequence[Mapping[bytes, Vector]]) -> None:
        """The vectors of passages that waited. What was replaced or removed in the meantime is dropped."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for passage, vectors in zip(passages, found, strict=True):
                if not self._connection.execute("DELETE FROM waiting WHERE id = ?", (passage.id,)).rowcount:
                    continue
                for hash, vector in vectors.items():
                    self._connection.execute("INSERT OR IGNORE INTO vectors VALUES (?, ?)", (hash, vector))
                    use = (passage.index_id, passage.number, hash)
                    self._connection.execute("INSERT OR IGNORE INTO uses VALUES (?, ?, ?)", use)

    def forget_unused(self) -> None:
        """Deletes the vectors of sentences that no document has any more."""
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM uses)")

    def vectors(self, hashes: Sequence[bytes]) -> dict[bytes, Vector]:
        found: dict[bytes, Vector] = {}
        with self._lock:
            for start in range(0, len(hashes), _AT_ONCE):
                some = hashes[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"SELECT hash, vector FROM vectors WHERE hash IN ({marks})"  # noqa: S608
                found |= dict(self._connection.execute(query, some).fetchall())
        return found


class _Reader:
    """Vectors from the memory of this process, from the file, or else from the model."""

    def __init__(self) -> None:
        self._memory: dict[bytes, Vector] = {}
        self._lock = threading.Lock()

    def read(self, wanted: Mapping[bytes, str]) -> dict[bytes, Vector]:
        with self._lock:
            found = {hash: self._memory[hash] for hash in wanted if hash in self._memory}
            new: dict[bytes, Vector] = {}
            missing = [hash for hash in wanted if hash not in found]
            if missing:
                with suppress(sqlite3.Error):  # a full disk: then they are computed
                    new = _kept(missing)
            if missing := [hash for hash in missing if hash not in new]:
                rows = sentence_model().embed([wanted[hash] for hash in missing]).astype(np.float16)
                new |= {hash: row.tobytes() for hash, row in zip(missing, rows, strict=True)}
            self._memory |= new
            for oldest in list(self._memory)[: max(0, len(self._memory) - _MOST_IN_MEMORY)]:
                del self._memory[oldest]
            return found | new


def share(path: Path) -> None:
    """Makes all processes that are started from now on keep their vectors in this file."""
    os.environ[PLACE] = str(path)


def shared() -> SentenceVectors | None:
    """The file of this machine, if there is one."""
    place = os.environ.get(PLACE)
    return SentenceVectors(Path(place)) if place else None


@cache
def _reader() -> _Reader:
    return _Reader()


def _kept(hashes: Sequence[bytes]) -> dict[bytes, Vector]:
    file = shared()
    if file is None:
        return {}
    with closing(file):
        return file.vectors(hashes)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16, person=_MODEL).digest()
