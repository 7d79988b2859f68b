"""The turns of one transcript as the model was given them, with the numbers that its summary points to."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from docent.clients import s3
from docent.clock import now_text
from docent.derived_keys import JobKeys
from docent.documents import ObjectPointer
from docent.objects import list_keys, read_lines, read_range
from docent.spoken_turns import turns_of

LIFETIME = 300  # seconds
# A reply of a function has at most 6 MB. A longer transcript has only its link.
MOST_CHARACTERS = 1_000_000


def find_record(bucket: str, names: JobKeys, record_id: str) -> dict[str, Any] | None:
    """The line of `records.jsonl`, of the first of several files with the same call."""
    found = _lines_with(bucket, f"{names.records}-", [record_id])
    return next((line for line in found if line.get("record_id") == record_id), None)


def turns_in(bucket: str, names: JobKeys, record: dict[str, Any]) -> list[dict[str, Any]]:
    parts = record.get("parts", [record["record_id"]])
    places: dict[str, dict[str, Any]] = {}
    for place in _lines_with(bucket, f"{names.requests}-", parts):
        places[place["record_id"]] = place
        if len(places) == len(parts):
            break
    return [asdict(turn) for part in parts for turn in turns_of(_request_at(bucket, places[part]))]


def link_to(transcript: ObjectPointer, now: float) -> dict[str, str]:
    """The file as it was uploaded, to be downloaded and never run in the page's place."""
    asked = {"ResponseContentType": "application/octet-stream", "ResponseContentDisposition": "attachment"}
    url = s3().generate_presigned_url(
        "get_object", Params={"Bucket": transcript.bucket, "Key": transcript.key, **asked}, ExpiresIn=LIFETIME
    )
    return {"url": url, "expires_at": now_text(now + LIFETIME)}


def _lines_with(bucket: str, prefix: str, record_ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Only lines that hold one of the ids are parsed: there can be a million of them."""
    wanted = [record_id.encode() for record_id in record_ids]
    for key in list_keys(bucket, prefix):
        for line in read_lines(ObjectPointer(bucket, key)):
            if any(each in line for each in wanted):
                yield json.loads(line)


def _request_at(bucket: str, place: dict[str, Any]) -> dict[str, Any]:
    line = read_range(ObjectPointer(bucket, place["key"]), place["start"], place["length"])
    return json.loads(line)["modelInput"]
