"""What a caller may read, merged from the lists of all their names (docent.reading_lists).

The lists may be stale; the documents table alone says who may read what. So every entry is looked up there, and a stale
one costs nothing but the look-up.
"""

import heapq
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.batches import READ
from docent.callers import Caller
from docent.clients import dynamodb
from docent.document_rows import DocumentRow
from docent.errors import InvalidRequestError, MisconfiguredError, from_aws
from docent.reading_lists import upload_place, uploads_of

# Names asked about at the same time: as many as the SDK keeps connections.
THREADS = 10
# Entries looked up for one request at most: with nearly all of them stale a page is short, and leads to the next.
MAX_LOOKED_AT = 2000

# Before the keys of documents without a time, where lists are by upload: years sort after it.
EARLIER = " "
# The longest key that S3 takes, in UTF-8.
MAX_KEY_BYTES = 1024
# `(where it stands, document's id)`
type Entry = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the entry `key` (at the first one for an empty key), `skip` entries further.

    `key` is the entry of a document that the caller was shown: the place is given to them, and what they may not read
    has no name.
    """

    key: str = ""
    skip: int = 0

    @classmethod
    def from_next(cls, text: str | None, by_upload: bool = False) -> Self:
        """Raises InvalidRequestError for what no page gave."""
        match decode_next(text) if text else ["", 0]:
            case [str(key), int(skip)] if skip >= 0 and _is_key(key.removeprefix(EARLIER) if by_upload else key):
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
    """The lists of several names (docent.reading_lists), by key or by upload, from a place on.

    `backwards` is from the last entry to the first. `first` entries of each list are read at first, more if they do
    not do.
    """

    table: str
    names: Sequence[str]
    first: int
    by_upload: bool = False
    backwards: bool = False

    def entries(self, place: Place) -> Iterator[Entry]:
        """The entries of all names from a place on, in order, each document once.

        The first ones of all names are read at once, further ones when they are needed. Raises TransientError.
        """
        lists = [self._list(name, place.key) for name in self.names]
        with ThreadPoolExecutor(min(THREADS, len(lists))) as pool:
            firsts = list(pool.map(lambda entries: list(islice(entries, 1)), lists))
        begun = [chain(first, entries) for first, entries in zip(firsts, lists, strict=True)]
        merged = (next(same) for _, same in groupby(heapq.merge(*begun, reverse=self.backwards), key=itemgetter(0)))
        yield from islice(merged, min(place.skip, sys.maxsize), None)

    def stands_at(self, row: DocumentRow, place: str) -> bool:
        """Whether this is where the row says that its document stands. Before a list is tidied up, it may stand at two
        places of it, and at one of them it counts."""
        if not self.by_upload:
            return True
        uploaded_at = row.values.get("uploaded_at")
        return place == (upload_place(uploaded_at, row.document_id) if uploaded_at else EARLIER + row.key)

    def _list(self, name: str, after: str) -> Iterator[Entry]:
        if not self.by_upload:
            return self._read(name, after)
        is_earlier = after.startswith(EARLIER)
        dated, earlier = self._read(uploads_of(name), after), self._earlier(name, after.removeprefix(EARLIER))
        if self.backwards:
            return earlier if is_earlier else chain(dated, self._earlier(name, ""))
        return chain(earlier, self._read(uploads_of(name), "")) if is_earlier or not after else dated

    def _earlier(self, name: str, after: str) -> Iterator[Entry]:
        """What has no time yet: earlier than everything that has one."""
        without = {"FilterExpression": "attribute_not_exists(uploaded_at)"}
        return ((EARLIER + key, document_id) for key, document_id in self._read(name, after, **without))

    def _read(self, reader: str, after: str, **more: Any) -> Iterator[Entry]:
        """The entries of one list behind a place, page by page."""
        behind = f" AND document_key {'<' if self.backwards else '>'} :after" if after else ""
        values: dict[str, Any] = {":reader": {"S": reader}} | ({":after": {"S": after}} if after else {})
        # DynamoDB filters what it has read.
        limit = {} if more else {"Limit": self.first}
        start: dict[str, Any] = {}
        while True:
            try:
                reply = dynamodb().query(
                    TableName=self.table,
                    KeyConditionExpression=f"reader = :reader{behind}",
                    ExpressionAttributeValues=values,
                    ProjectionExpression="document_key, document_id",
                    ScanIndexForward=not self.backwards,
                    ConsistentRead=True,
                    **start,
                    **limit,
                    **more,
                )
            except (ClientError, BotoCoreError) as error:
                raise from_aws(error, "reading lists were read", MisconfiguredError) from error
            items: list[dict[str, Any]] = list(reply["Items"])
            yield from ((item["document_key"]["S"], item["document_id"]["S"]) for item in items)
            if "LastEvaluatedKey" not in reply:
                return
            start = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}
            limit = limit and {"Limit": READ}


def fill_page(
    place: Place,
    entries: Iterable[Entry],
    rows: Callable[[Sequence[str]], Mapping[str, DocumentRow]],
    shown: Callable[[DocumentRow, str], bool],
    limit: int,
) -> Page:
    """A page of up to `limit` documents that are to be shown, of the entries from a place on.

    `rows` looks documents up by their ids; `shown` decides on a row and where its entry stands.
    """
    found: list[DocumentRow] = []
    looked_at = 0
    for key, row in _look_up(entries, rows):
        is_shown = row is not None and shown(row, key)
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
