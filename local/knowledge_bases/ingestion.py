"""Ingestion jobs: the objects of a data source, read with the service role, as vectors in the index.

A job looks at what changed since the last one, by the objects' ETags. An object that cannot be read counts as failed,
and the job goes on; a job that cannot read the bucket or write the index fails with the reason.
"""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.bedrock_agent.wire import AgentError, Json, missing, now, page
from local.flows.arns import new_id
from local.knowledge_bases.service import KnowledgeBases, source_name
from local.knowledge_bases.vectors import CHUNK_ID, METADATA, PAGE, SOURCE_ID, SOURCE_URI, Vectors

_TYPES = {
    ".txt": "PLAIN_TEXT",
    ".md": "MD",
    ".html": "HTML",
    ".htm": "HTML",
    ".csv": "CSV",
    ".json": "JSON",
    ".pdf": "PDF",
    ".docx": "MS_WORD",
    ".xlsx": "MS_EXCEL",
}
_METADATA_FILE = ".metadata.json"
_MOST_BYTES = 50 << 20
_STATISTICS = (
    "numberOfDocumentsScanned",
    "numberOfNewDocumentsIndexed",
    "numberOfModifiedDocumentsIndexed",
    "numberOfDocumentsDeleted",
    "numberOfDocumentsFailed",
)

logger = logging.getLogger(__name__)

# The texts of a file, each with its page: `(path, content type)`. Raises an error for a file that cannot be read.
type ReadFile = Callable[[str, str], Awaitable[Sequence[tuple[str, int | None]]]]


class Ingestion:
    def __init__(
        self, bases: KnowledgeBases, store: Store, vectors: Vectors, s3: Callable[[str], Any], read: ReadFile
    ) -> None:
        self._bases, self._store, self._vectors, self._s3, self._read = bases, store, vectors, s3, read
        self._running: set[asyncio.Task[None]] = set()

    def start(self, asked: Asked) -> Json:
        base, source = self._bases.source(asked.request)
        parent = _jobs_of(base, source)
        for each in self._store.listed("job", parent):
            if each["status"] in ("STARTING", "IN_PROGRESS"):
                raise AgentError(
                    "ConflictException", f"The ingestion job {each['ingestionJobId']} of the data source still runs."
                )
        job_id, at = new_id(), now()
        job = {
            "knowledgeBaseId": base["knowledgeBaseId"],
            "dataSourceId": source["dataSourceId"],
            "ingestionJobId": job_id,
            "status": "STARTING",
            "statistics": dict.fromkeys(_STATISTICS, 0),
            "startedAt": at,
            "updatedAt": at,
        }
        if described := asked.request.get("description"):
            job["description"] = described
        self._keep(parent, job)
        task = asyncio.create_task(self._run(base, source, job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return {"ingestionJob": dict(job)}

    def get(self, asked: Asked) -> Json:
        base, source = self._bases.source(asked.request)
        job = self._store.get(f"{_jobs_of(base, source)}/{asked.request['ingestionJobId']}")
        if job is None:
            raise missing(f"The ingestion job {asked.request['ingestionJobId']} does not exist.")
        return {"ingestionJob": job}

    def listed(self, asked: Asked) -> Json:
        base, source = self._bases.source(asked.request)
        found = self._store.listed("job", _jobs_of(base, source))[::-1]
        for wanted in asked.request.get("filters", ()):  # STATUS EQ is the only one that AWS has
            found = [each for each in found if each["status"] in wanted["values"]]
        shown, following = page(found, asked.request)
        return {"ingestionJobSummaries": list(shown)} | following

    async def forget(self, base: Json, source: Json) -> None:
        """Delete the vectors of a data source."""
        for known in self._store.listed("document", source_name(base, source["dataSourceId"])):
            await self._vectors.delete(base, known["keys"])
            self._store.remove(_document(base, source, known["key"]))

    def end_interrupted(self) -> None:
        """Jobs that ran when the machine stopped."""
        for job in self._store.all("job"):
            if job["status"] in ("STARTING", "IN_PROGRESS"):
                job |= {"status": "FAILED", "failureReasons": ["The machine was stopped."], "updatedAt": now()}
                self._store.put("job", job["arn"], job)

    async def _run(self, base: Json, source: Json, job: Json) -> None:
        parent = _jobs_of(base, source)
        try:
            job |= {"status": "IN_PROGRESS", "updatedAt": now()}
            self._keep(parent, job)
            await self._sync(base, source, job["statistics"])
            job["status"] = "COMPLETE"
        except (AgentError, ClientError) as error:
            job |= {"status": "FAILED", "failureReasons": [str(error)[:2000]]}
        except Exception as error:
            job |= {"status": "FAILED", "failureReasons": [f"An internal error occurred ({type(error).__name__})."]}
            logger.exception("an ingestion job failed")
        finally:
            job["updatedAt"] = now()
            self._keep(parent, job)

    async def _sync(self, base: Json, source: Json, counts: dict[str, int]) -> None:
        s3, loop = self._s3(base["roleArn"]), asyncio.get_running_loop()
        given = source["dataSourceConfiguration"]["s3Configuration"]
        bucket = given["bucketArn"].rpartition(":::")[2]
        prefixes = given.get("inclusionPrefixes") or [""]

        def objects() -> dict[str, Json]:
            pages = [
                page
                for prefix in prefixes
                for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            ]
            return {each["Key"]: each for page in pages for each in page.get("Contents", ())}

        there = await loop.run_in_executor(None, objects)
        documents = {key: each for key, each in there.items() if not key.endswith(("/", _METADATA_FILE))}
        parent = source_name(base, source["dataSourceId"])
        known = {each["key"]: each for each in self._store.listed("document", parent)}
        counts["numberOfDocumentsScanned"] = len(documents)
        for key in known.keys() - documents.keys():
            await self._vectors.delete(base, known[key]["keys"])
            self._store.remove(_document(base, source, key))
            counts["numberOfDocumentsDeleted"] += 1
        for key, listed in documents.items():
            before = known.get(key)
            if before and before["etag"] == listed["ETag"]:
                continue
            try:
                chunks = await self._chunks(s3, source, bucket, key, listed["Size"])
            except _UnreadableError:
                counts["numberOfDocumentsFailed"] += 1
                continue
            await self._vectors.put(base, chunks)
            keys = [name for name, _, _ in chunks]
            if before and (old := [each for each in before["keys"] if each not in keys]):
                await self._vectors.delete(base, old)
            body = {"key": key, "etag": listed["ETag"], "keys": keys}
            self._store.put("document", _document(base, source, key), body, parent)
            counts["numberOfModifiedDocumentsIndexed" if before else "numberOfNewDocumentsIndexed"] += 1

    async def _chunks(self, s3: Any, source: Json, bucket: str, key: str, size: int) -> list[tuple[str, str, Json]]:
        kind = _TYPES.get(Path(key).suffix.lower())
        if kind is None or size > _MOST_BYTES:
            raise _UnreadableError
        loop = asyncio.get_running_loop()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "document")
            body = await loop.run_in_executor(None, lambda: s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            path.write_bytes(body)
            try:
                passages = await self._read(str(path), kind)
            except Exception as error:
                raise _UnreadableError from error
        chunking = (source.get("vectorIngestionConfiguration") or {}).get("chunkingConfiguration") or {}
        if chunking.get("chunkingStrategy") == "NONE":
            passages = [("\n\n".join(text for text, _ in passages), None)] if passages else []
        uri = f"s3://{bucket}/{key}"
        chunks: list[tuple[str, str, Json]] = []
        for number, (text, page_number) in enumerate(passages):
            seed = f"{source['dataSourceId']}/{uri}/{number}"
            name = hashlib.sha256(seed.encode()).hexdigest()[:32]
            metadata: Json = {SOURCE_URI: uri, SOURCE_ID: source["dataSourceId"], CHUNK_ID: name}
            if page_number is not None:
                metadata[PAGE] = page_number
            chunks.append((name, text, metadata | {METADATA: "{}"}))
        return chunks

    def _keep(self, parent: str, job: Json) -> None:
        arn = f"{parent}/{job['ingestionJobId']}"
        self._store.put("job", arn, job | {"arn": arn}, parent)


class _UnreadableError(Exception):
    """Of one object."""


def _jobs_of(base: Json, source: Json) -> str:
    return f"{source_name(base, source['dataSourceId'])}/jobs"


def _document(base: Json, source: Json, key: str) -> str:
    return f"{source_name(base, source['dataSourceId'])}/documents/{key}"
