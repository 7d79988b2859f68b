"""What a caller may read, merged from the lists of all their names (`user:…`, `group:…`) in the readers' table.

The lists are written after the fact and may be stale; the documents table alone says who may read what. So every
entry is looked up there, and a stale one costs nothing but the look-up.
"""

import heapq
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.batches import READ
from docent.callers import Caller
from docent.clients import dynamodb
from docent.document_rows import DocumentRow
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws

# Names asked about at the same time: as many as the SDK keeps connections.
THREADS = 10
# Entries looked up for one request at most: with nearly all of them stale a page is short, and leads to the next.
MAX_LOOKED_AT = 2000
# The longest key that S3 takes, in UTF-8.
MAX_KEY_BYTES = 1024

# `(document's key, document's id)`
type Entry = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the document `key` (the first one for an empty key), `skip` entries further.

    `key` is a document that the caller was shown: the place is given to them, and what they may not read has no name.
    """

    key: str = ""
    skip: int = 0

    @classmethod
    def from_next(cls, text: str | None) -> Self:
        """Raises InvalidRequestError for what no page gave."""
        match decode_next(text) if text else ["", 0]:
            case [str(key), int(skip)] if skip >= 0 and _is_key(key):
                return cls(key, skip)
            case _:
                detail = {"field": "/query/next", "detail": "is none that a page before gave"}
                raise InvalidRequestError("`next` is not usable.", (detail,))

    def to_next(self) -> str:
        return encode_next([self.key, self.skip])


@dataclass(frozen=True, slots=True)
class Page:
    """`following` is where the following page begins; None on the last one."""

    rows: Sequence[DocumentRow]
    following: Place | None
    looked_at: int

    def to_json(self, caller: Caller) -> dict[str, Any]:
        documents = {"documents": [row.to_json(caller) for row in self.rows]}
        return documents | ({"next": self.following.to_next()} if self.following else {})


@dataclass(frozen=True, slots=True)
class ReadingLists:
    """The lists of several names; of each `first` entries are read at first, more if these do not do. `backwards`: from
    the last key to the first."""

    table: str
    names: Sequence[str]
    first: int
    backwards: bool = False

    def entries(self, place: Place) -> Iterator[Entry]:
        """The entries of all names from a place on, by key, each document once.

        The first ones of all names are read at once, further ones when they are needed. Raises TransientError.
        """
        with ThreadPoolExecutor(min(THREADS, len(self.names))) as pool:
            firsts = list(pool.map(lambda name: self._read(name, place.key, self.first), self.names))
        lists = [self._list(name, *first) for name, first in zip(self.names, firsts, strict=True)]
        merged = (next(same) for _, same in groupby(heapq.merge(*lists, reverse=self.backwards), key=itemgetter(0)))
        yield from islice(merged, min(place.skip, sys.maxsize), None)

    def _list(self, name: str, entries: Sequence[Entry], has_more: bool) -> Iterator[Entry]:
        yield from entries
        while has_more:
            entries, has_more = self._read(name, entries[-1][0], READ)
            yield from entries

    def _read(self, name: str, after: str, limit: int) -> tuple[list[Entry], bool]:
        """The first entries of a name behind a key, and whether there may be more."""
        behind = f" AND document_key {'<' if self.backwards else '>'} :after" if after else ""
        values: dict[str, Any] = {":reader": {"S": name}} | ({":after": {"S": after}} if after else {})
        try:
            reply = dynamodb().query(
                TableName=self.table,
                KeyConditionExpression=f"reader = :reader{behind}",
                ExpressionAttributeValues=values,
                ProjectionExpression="document_key, document_id",
                Limit=limit,
                ScanIndexForward=not self.backwards,
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "reading lists were read", MisconfiguredError) from error
        items: list[dict[str, Any]] = list(reply["Items"])
        entries = [(item["document_key"]["S"], item["document_id"]["S"]) for item in items]
        return entries, bool(entries) and "LastEvaluatedKey" in reply


def fill_page(
    place: Place,
    entries: Iterable[Entry],
    rows: Callable[[Sequence[str]], Mapping[str, DocumentRow]],
    shown: Callable[[DocumentRow], bool],
    limit: int,
) -> Page:
    """A page of up to `limit` documents that are to be shown, of the entries from a place on.

    `rows` looks documents up by their ids.
    """
    found: list[DocumentRow] = []
    looked_at = 0
    for key, row in _look_up(entries, rows):
        is_shown = row is not None and shown(row)
        if looked_at == MAX_LOOKED_AT:
            return Page(found, place, looked_at)
        if is_shown and len(found) == limit:
            return Page(found, Place(place.key), looked_at)
        looked_at += 1
        place = Place(key) if is_shown else Place(place.key, place.skip + 1)
        if row is not None and is_shown:
            found.append(row)
    return Page(found, None, looked_at)


def _look_up(
    entries: Iterable[Entry], rows: Callable[[Sequence[str]], Mapping[str, DocumentRow]]
) -> Iterator[tuple[str, DocumentRow | None]]:
    """`(key, row)` of every entry; the row is None where there is none any more."""
    remaining = iter(entries)
    while batch := list(islice(remaining, READ)):
        known = rows([document_id for _, document_id in batch])
        yield from ((key, known.get(document_id)) for key, document_id in batch)


def _is_key(text: str) -> bool:
    try:
        return len(text.encode()) <= MAX_KEY_BYTES
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
