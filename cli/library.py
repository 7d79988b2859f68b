"""The documents of one deployment: upload them, follow their workflows, read them, remove them."""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from cli.found_files import Upload, as_utf8, composed
from cli.target import CommandError, Target
from docent.derived_keys import GLOSSARY, GenerationKeys
from docent.documents import document_id_of
from docent.errors.documents import InvalidReadersError
from docent.readers import METADATA, Readers

DONE = frozenset({"INGESTED", "INGESTED_WITH_GAPS", "FAILED", "REMOVED"})
# DynamoDB takes at most this many keys in one batch.
BATCH = 100
# A throttled table leaves keys unprocessed, and neither boto3 nor botocore asks for them again: 13 seconds at most.
ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.1
POLL_SECONDS = 0.5


def readers_named(
    users: list[str] | None, groups: list[str] | None, products: list[str] | None = None
) -> Readers | None:
    """Raises CommandError for a name that nobody can have, or if there are too many names."""
    if not users and not groups and not products:
        return None
    if not all(name.strip() for name in (*(users or []), *(groups or []))):
        raise CommandError("The name of a reader or a group is empty. Is a variable of your script not set?")
    try:
        readers = Readers.from_json({"users": users or [], "groups": groups or [], "products": products or []})
        readers.to_text()
    except InvalidReadersError as error:
        raise CommandError(str(error)) from error
    return readers


class Library:
    def __init__(self, target: Target, sleep: Callable[[float], object] = time.sleep) -> None:
        self.target = target
        self._sleep = sleep
        self.bucket = target.outputs["SourceBucketName"]
        self.derived = target.outputs["DerivedBucketName"]
        self.table = target.outputs["DocumentsTableName"]

    def document_id(self, name: str) -> str:
        """The id of a document, given by id, key or S3 URI. Raises CommandError if there is no such document.

        The key is tried as it is given, and as `docent upload` would write it.
        """
        given = name.removeprefix(f"s3://{self.bucket}/")
        if not given:
            raise CommandError("The document has no name. Is a variable of your script not set?")
        keys = dict.fromkeys((given, as_utf8(given), composed(given)))
        candidates = [given, *(document_id_of(self.bucket, key) for key in keys)]
        found = {row["document_id"] for row in self.rows(candidates)}
        for candidate in candidates:
            if candidate in found:
                return candidate
        raise CommandError(f"There is no document {name}. `docent documents` lists them.")

    def row(self, document_id: str) -> dict[str, Any] | None:
        rows = self.rows([document_id])
        return rows[0] if rows else None

    def rows(self, document_ids: list[str]) -> list[dict[str, Any]]:
        """The rows of documents, those that exist. Raises CommandError when the table is throttled for too long."""
        return [row for batch in batched(document_ids, BATCH, strict=False) for row in self._batch(batch)]

    def _batch(self, document_ids: Iterable[str]) -> list[dict[str, Any]]:
        keys = [{"document_id": {"S": each}} for each in document_ids]
        request: dict[str, Any] = {self.table: {"Keys": keys, "ConsistentRead": True}}
        found: list[dict[str, Any]] = []
        without_progress = 0
        while True:
            reply = self.target.dynamodb.batch_get_item(RequestItems=request)
            items = reply["Responses"].get(self.table, [])
            found += [_plain(item) for item in items]
            request = reply.get("UnprocessedKeys", {})
            if not request:
                return found
            without_progress = 0 if items else without_progress + 1
            if without_progress == ATTEMPTS:
                raise CommandError(
                    f"DynamoDB throttles the table {self.table}. Try again in a minute; if that does not help, look at "
                    "its metric ReadThrottleEvents and raise the throughput limit."
                )
            self._sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**without_progress))  # noqa: S311 - not a secret

    def documents(self) -> list[dict[str, Any]]:
        """All documents except removed ones, sorted by key."""
        pages = self.target.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        rows = [_plain(item) for page in pages for item in page["Items"]]
        return sorted((row for row in rows if row["status"] != "REMOVED"), key=lambda row: row["key"])

    def put(self, upload: Upload) -> None:
        """Upload one file. Raises CommandError with the reason when it fails."""
        try:
            content = "application/pdf" if upload.path.suffix.lower() == ".pdf" else "application/octet-stream"
            said: dict[str, Any] = {"ContentType": content}
            if upload.readers is not None:
                said["Metadata"] = {METADATA: upload.readers.to_text()}
            self.target.s3.upload_file(str(upload.path), self.bucket, upload.key, ExtraArgs=said)
        except (OSError, ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise CommandError(f"{upload.path} could not be uploaded: {_reason(error)}") from error

    def put_glossary(self, path: Path) -> None:
        """Upload the glossary; questions use it a few minutes later. Raises CommandError when that fails."""
        try:
            self.target.s3.upload_file(str(path), self.derived, GLOSSARY, ExtraArgs={"ContentType": "text/csv"})
        except (OSError, ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise CommandError(f"{path} could not be uploaded: {_reason(error)}") from error

    def remove(self, document_id: str, timeout: float) -> dict[str, Any]:
        """Delete the document's file, wait until the removal has ended, and return the document's row.

        Raises CommandError when it has not ended after `timeout` seconds.
        """
        before = self.row(document_id)
        if before is None:
            raise CommandError(f"There is no document {document_id}.")
        self.target.s3.delete_object(Bucket=self.bucket, Key=before["key"])
        deadline = time.monotonic() + timeout
        while True:
            row = self.row(document_id) or before
            if row["generation"] > before["generation"] and row["status"] in DONE:
                return row
            if time.monotonic() > deadline:
                raise CommandError(
                    f"{row['key']} is still being removed. `docent show {document_id}` shows the progress."
                )
            time.sleep(POLL_SECONDS)

    def states(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """`[{state, entered, left}]` of the upload's workflow, in order, with times in ISO 8601."""
        states: list[dict[str, Any]] = []
        for event in self._history(row["execution_arn"]):
            entered, left = event.get("stateEnteredEventDetails"), event.get("stateExitedEventDetails")
            time = event["timestamp"].isoformat()
            if entered:
                states.append({"state": entered["name"], "entered": time, "left": None})
            if left:
                for state in reversed(states):
                    if state["state"] == left["name"] and state["left"] is None:
                        state["left"] = time
                        break
        return states

    def _history(self, execution_arn: str) -> Iterator[dict[str, Any]]:
        pages = self.target.step_functions.get_paginator("get_execution_history").paginate(
            executionArn=execution_arn, includeExecutionData=False
        )
        try:
            for page in pages:
                yield from page["events"]
        except self.target.step_functions.exceptions.ExecutionDoesNotExist:
            return  # Step Functions keeps histories for 90 days

    def progress(self, row: dict[str, Any]) -> tuple[str, int, int]:
        """`(state, images read, all images)` of an upload whose workflow is running."""
        states = [state["state"] for state in self.states(row)]
        if "CaptionImages" not in states:
            return (states[-1] if states else "ReadEvent"), 0, 0
        runs = self.target.step_functions.list_map_runs(executionArn=row["execution_arn"])["mapRuns"]
        if not runs:
            return states[-1], 0, 0
        counts = self.target.step_functions.describe_map_run(mapRunArn=runs[-1]["mapRunArn"])["itemCounts"]
        return states[-1], counts["succeeded"] + counts["failed"], counts["total"]

    def images(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The text of each image, masked: `{picture_id, page, places, kind, image, outcome, text, description}`."""
        keys = GenerationKeys(row["document_id"], row["generation"])
        manifest = self._json(keys.manifest) or {"figures": []}
        images: list[dict[str, Any]] = []
        for image in manifest["figures"]:
            reading = self._json(keys.masked(image["picture_id"])) or {"outcome": "not read"}
            images.append(
                {
                    "picture_id": image["picture_id"],
                    "page": image["places"][0]["page"],
                    "places": image["places"],
                    "kind": image["kind"],
                    "image": keys.image(image["picture_id"], image["format"]),
                    "outcome": reading["outcome"],
                    "text": reading.get("text", ""),
                    "description": reading.get("description", ""),
                }
            )
        return images

    def _json(self, key: str) -> Any:
        try:
            return json.loads(self.target.s3.get_object(Bucket=self.derived, Key=key)["Body"].read())
        except self.target.s3.exceptions.NoSuchKey:
            return None


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def document_json(row: dict[str, Any]) -> dict[str, Any]:
    """A document as `--json` shows it; counts are 0 until they are known."""
    return {
        "document_id": row["document_id"],
        "key": row["key"],
        "status": row["status"],
        "page_count": int(row.get("page_count", 0)),
        "image_count": int(row.get("image_count", 0)),
        "captioned_count": int(row.get("captioned_count", 0)),
        "error": row.get("error"),
        "gaps": json.loads(row.get("gaps", "[]")),
        "input_tokens": int(row.get("input_tokens", 0)),
        "output_tokens": int(row.get("output_tokens", 0)),
        "cost_usd": float(row.get("cost_usd", 0)),
        "updated_at": row.get("updated_at"),
        "removing_since": row.get("removing_since") if row["status"] == "REMOVING" else None,
    }
