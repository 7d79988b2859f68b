"""What a caller may read, merged from the lists of all their names (`user:…`, `group:…`) in the readers' table.

The lists are written after the fact and may be stale; the documents table alone says who may read what. So every
entry is looked up there, and a stale one costs nothing but the look-up.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.callers import Caller
from docent.clients import dynamodb
from docent.document_rows import BATCH, DocumentRow
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
class Page:
    """`after` is the key that the following page begins behind; None on the last one."""

    rows: Sequence[DocumentRow]
    after: str | None
    looked_at: int

    def to_json(self, caller: Caller) -> dict[str, Any]:
        documents = {"documents": [row.to_json(caller) for row in self.rows]}
        return documents | ({"next": encode_next(self.after)} if self.after else {})


@dataclass(frozen=True, slots=True)
class ReadingLists:
    """The lists of several names; of each `first` entries are read at first, more if these do not do."""

    table: str
    names: Sequence[str]
    first: int

    def entries(self, after: str) -> Iterator[Entry]:
        """The entries of all names behind the key `after`, by key, each document once.

        The first ones of all names are read at once, further ones when they are needed. Raises TransientError.
        """
        with ThreadPoolExecutor(min(THREADS, len(self.names))) as pool:
            firsts = list(pool.map(lambda name: self._read(name, after, self.first), self.names))
        lists = [self._list(name, *first) for name, first in zip(self.names, firsts, strict=True)]
        for _, same in groupby(heapq.merge(*lists), key=itemgetter(0)):
            yield next(same)

    def _list(self, name: str, entries: Sequence[Entry], has_more: bool) -> Iterator[Entry]:
        yield from entries
        while has_more:
            entries, has_more = self._read(name, entries[-1][0], BATCH)
            yield from entries

    def _read(self, name: str, after: str, limit: int) -> tuple[list[Entry], bool]:
        """The first entries of a name behind a key, and whether there may be more."""
        behind = " AND document_key > :after" if after else ""
        values: dict[str, Any] = {":reader": {"S": name}} | ({":after": {"S": after}} if after else {})
        try:
            reply = dynamodb().query(
                TableName=self.table,
                KeyConditionExpression=f"reader = :reader{behind}",
                ExpressionAttributeValues=values,
                ProjectionExpression="document_key, document_id",
                Limit=limit,
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "reading lists were read", MisconfiguredError) from error
        items: list[dict[str, Any]] = list(reply["Items"])
        entries = [(item["document_key"]["S"], item["document_id"]["S"]) for item in items]
        return entries, bool(entries) and "LastEvaluatedKey" in reply


def fill_page(
    entries: Iterable[Entry],
    rows: Callable[[Sequence[str]], Mapping[str, DocumentRow]],
    shown: Callable[[DocumentRow], bool],
    limit: int,
) -> Page:
    """A page of up to `limit` documents that are to be shown; `rows` looks documents up by their ids."""
    found: list[DocumentRow] = []
    looked_at, after = 0, None
    for key, row in _look_up(entries, rows):
        is_shown = row is not None and shown(row)
        if looked_at == MAX_LOOKED_AT or (is_shown and len(found) == limit):
            return Page(found, after, looked_at)
        looked_at, after = looked_at + 1, key
        if row is not None and is_shown:
            found.append(row)
    return Page(found, None, looked_at)


def _look_up(
    entries: Iterable[Entry], rows: Callable[[Sequence[str]], Mapping[str, DocumentRow]]
) -> Iterator[tuple[str, DocumentRow | None]]:
    """`(key, row)` of every entry; the row is None where there is none any more."""
    remaining = iter(entries)
    while batch := list(islice(remaining, BATCH)):
        known = rows([document_id for _, document_id in batch])
        yield from ((key, known.get(document_id)) for key, document_id in batch)


def read_place(text: str | None) -> str:
    """The key that a page is to begin behind, from `next`. Raises InvalidRequestError for what is none."""
    if text is None:
        return ""
    place = decode_next(text)
    try:
        # No key is empty or longer, or holds half of a surrogate pair.
        if isinstance(place, str) and 0 < len(place.encode()) <= MAX_KEY_BYTES:
            return place
    except UnicodeEncodeError:
        pass
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    raise InvalidRequestError("`next` is not usable.", (detail,))
