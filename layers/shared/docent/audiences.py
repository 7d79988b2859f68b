"""Audiences: who may read a passage, as one short id that fits into a passage's metadata.

The metadata of a vector has no room for a document's readers, so a passage carries the id of its audience: the hash of
exactly these users, groups and denials. The audiences table has

    audience:<id>               the readers of an audience, as JSON
    user:<name>, group:<name>   the ids of the audiences that name this user or group as a reader

A search asks for the audiences that the caller belongs to. Afterwards the documents table decides for each passage. An
audience never changes and is never deleted: one that no passage has does no harm.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.batches import read_all
from docent.callers import Caller
from docent.clients import dynamodb
from docent.errors import MisconfiguredError, from_aws
from docent.readers import Readers, names_of
from docent.table_rows import read_item

AT_ONCE = 8
# Readers of audiences that this process has read. They cannot change, so they are kept; at this many all are let go.
_KEPT = 20_000
_read: dict[str, Readers] = {}


def audience_of(readers: Readers) -> str:
    return hashlib.sha256(_text(readers).encode()).hexdigest()[:16]


def note_audience(table: str, readers: Readers) -> str:
    """The id of the readers' audience, which the table has from then on. To be called before a passage with it is put.

    The audience's own item is written last. So if it is there, its readers' items are too.
    """
    audience = audience_of(readers)
    doing = "an audience was noted"
    if read_item(table, _key(_name(audience)), doing):
        return audience

    def note(name: str) -> None:
        _update(table, name, "ADD audiences :audiences", {":audiences": {"SS": [audience]}}, doing)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(note, readers.names))
    _update(table, _name(audience), "SET readers = :readers", {":readers": {"S": _text(readers)}}, doing)
    return audience


def audiences_of(table: str, caller: Caller) -> list[str]:
    """The ids of the audiences that the caller belongs to, sorted. Without any, the caller can find nothing."""
    doing = "the caller's audiences were looked up"
    names = sorted(set(names_of(caller)))
    items = read_all(table, [_key(name) for name in names], doing)
    named = {audience for item in items for audience in item.get("audiences", {}).get("SS", [])}
    readers = _readers(table, named, doing)
    return sorted(audience for audience in named if audience in readers and readers[audience].allow(caller))


def _readers(table: str, audiences: Iterable[str], doing: str) -> Mapping[str, Readers]:
    """Without those that the table does not have yet: nothing was put for them."""
    wanted = set(audiences)
    found = {audience: _read[audience] for audience in wanted if audience in _read}
    missing = [_key(_name(audience)) for audience in sorted(wanted - found.keys())]
    new = {
        item["principal"]["S"].removeprefix(_name("")): Readers.from_text(item["readers"]["S"])
        for item in read_all(table, missing, doing)
    }
    if len(_read) + len(new) > _KEPT:
        _read.clear()
    _read.update(new)
    return found | new


def _update(table: str, name: str, expression: str, values: Mapping[str, Any], doing: str) -> None:
    try:
        dynamodb().update_item(
            TableName=table, Key=_key(name), UpdateExpression=expression, ExpressionAttributeValues=values
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, doing, MisconfiguredError) from error


def _text(readers: Readers) -> str:
    """The same text for the same readers: names are sorted."""
    return json.dumps(readers.to_json(), separators=(",", ":"))


def _name(audience: str) -> str:
    return f"audience:{audience}"


def _key(name: str) -> dict[str, Any]:
    return {"principal": {"S": name}}
