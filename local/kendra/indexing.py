"""Does accepted work in the background: fetches and reads files, embeds them and updates the index."""

import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from botocore.exceptions import BotoCoreError, ClientError

from local.kendra import passages, sentence_vectors
from local.kendra.embedding import DIMENSIONS, Vectors
from local.kendra.index import Entry, SearchIndex
from local.kendra.reading import CONTENT_TYPES, UnreadableFileError
from local.kendra.store import Store, Task
from local.kendra.vectors import lack_vectors
from local.kendra.worker import Worker, WorkerStoppedError
from passages.splitting import Passage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_FILE_BYTES = 50 << 20
_BATCH = 32  # tasks in progress
_BATCH_SECONDS = 0.5  # between two commits of an index
_READING_SECONDS = 60.0
_EMBEDDING_SECONDS = 120.0
_EMBEDDED_AT_ONCE = 16  # as many as the model takes together
_SENTENCES_OF = 4  # passages at once
_ATTEMPTS = 20
_RETRY_SECONDS = 1.0
_REFUSED_BY_S3 = frozenset({"400", "403", "404", "AccessDenied", "NoSuchBucket", "NoSuchKey", "InvalidObjectState"})

# The result for a document: its entries, all under its number, and the size of its text in bytes.
type Done = tuple[list[Entry], int]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    """A task in progress and its remaining steps; a deletion has none."""

    task: Task
    number: int | None
    steps: Iterator[Done | None] | None


class Indexer(threading.Thread):
    """Takes the store's tasks in order and works on them in turns, on at most one task per document at a time."""

    def __init__(
        self,
        store: Store,
        uploads: Path,
        folders: Path,
        opened: Callable[[str], SearchIndex | None],
        s3: Callable[[str | None], "S3Client"],
    ) -> None:
        super().__init__(name="kendra-indexer", daemon=True)
        self._store = store
        self._uploads = uploads
        self._folders = folders
        self._opened = opened
        self._s3 = s3
        self._worker = Worker(niceness=5)
        self._awake = threading.Event()
        self._closing = False
        self._under_way: deque[_Job] = deque()
        self._sentences = sentence_vectors.shared()
        self._unused_sentences = True  # there may be some

    def wake(self) -> None:
        self._awake.set()

    def close(self) -> None:
        """Stops, even in the middle of a document. Unfinished work is done after the next start."""
        self._closing = True
        self._awake.set()
        while self.is_alive():
            self._worker.close()
            self.join(0.1)
        if self._sentences:
            self._sentences.close()

    def forget_index(self, index_id: str) -> None:
        """Removes what is kept of a deleted index beside the index itself."""
        if self._sentences:
            self._sentences.remove_index(index_id)
            self._unused_sentences = True

    def run(self) -> None:
        while not self._closing:
            self._awake.clear()
            try:
                self._under_way.extend(self._begun())
                if self._under_way:
                    self._work()
                    continue
                if self._embed_again() or self._read_sentences():
                    continue
                due = self._store.next_due()
                self._awake.wait(None if due is None else max(0.02, due - time.time()))
            except Exception:
                logger.exception("indexing stopped; trying again")
                self._under_way.clear()
                self._awake.wait(_RETRY_SECONDS)

    def _begun(self) -> Iterator[_Job]:
        """Tasks that are due and not in progress, at most one per document."""
        room = _BATCH - len(self._under_way)
        known = {job.task.sequence for job in self._under_way}
        due = self._store.ready_tasks(room + len(known)) if room else []
        for task in [task for task in due if task.sequence not in known][:room]:
            number = self._store.number(task.index_id, task.document_id)
            yield _Job(task, number, self._steps(task, task.document, number) if task.document and number else None)

    def _work(self) -> None:
        """Works on the tasks in turns until all are done or it is time to commit.

        Turns keep a file of a few lines from waiting for one of 400 pages.
        """
        entries: dict[str, list[Entry]] = {}
        removed: dict[str, list[int]] = {}
        indexed: list[tuple[Task, int]] = []
        failed: list[tuple[Task, str]] = []
        deleted: list[Task] = []
        until = time.monotonic() + _BATCH_SECONDS
        while self._under_way and time.monotonic() < until and not self._closing:
            job = self._under_way.popleft()
            task = job.task
            if job.steps is None:
                deleted.append(task)
                removed.setdefault(task.index_id, []).extend([] if job.number is None else [job.number])
                continue
            try:
                done = next(job.steps)
            except (ClientError, BotoCoreError) as error:
                if not self._hopeless(task, error):
                    self._store.postpone(task, time.time() + _RETRY_SECONDS)
                    continue
                failed.append((task, "The object could not be read from Amazon S3."))
            except UnreadableFileError as error:
                failed.append((task, str(error)))
            except WorkerStoppedError as error:
                if not self._closing:
                    failed.append((task, f"The text of the file could not be extracted. {error}"))
            except Exception:  # one bad file must not block the files after it
                logger.exception("a document could not be read")
                failed.append((task, "The file could not be read."))
            else:
                if done is None:
                    self._under_way.append(job)
                else:
                    found, text_bytes = done
                    entries.setdefault(task.index_id, []).extend(found)
                    indexed.append((task, text_bytes))
        if self._closing:
            return
        for index_id in entries.keys() | removed.keys():
            index = self._opened(index_id)
            if index is not None:
                index.change(entries.get(index_id, []), removed.get(index_id, []))
                self._await_sentences(index_id, entries.get(index_id, []), removed.get(index_id, []))
        self._store.finish(indexed, failed, deleted)
        self._gone(deleted)
        for task in [*(task for task, _ in indexed), *(task for task, _ in failed)]:
            self._upload(task.document or {}).unlink(missing_ok=True)

    def _embed_again(self) -> bool:
        """Gives vectors to a few passages that lost them with a change of models; false if there are none."""
        for folder in filter(lack_vectors, self._folders.glob("*")):
            index = self._opened(folder.name)
            if index is not None and (hits := index.without_vectors(_EMBEDDED_AT_ONCE)):
                texts = [passages.described(h.title, Passage(h.text, h.page, tuple(h.headings))) for h in hits.values()]
                index.give_vectors(list(hits), self._worker.call(_EMBEDDING_SECONDS, passages.embed, texts))
                return True
        return False

    def _await_sentences(self, index_id: str, entries: Sequence[Entry], removed: Sequence[int]) -> None:
        if self._sentences:
            texts: dict[int, list[str]] = {number: [] for number in removed}
            for entry in entries:
                texts.setdefault(entry.number, []).extend(passage.text for passage in entry.passages)
            self._sentences.replace(index_id, texts)
            self._unused_sentences = True
            if self._opened(index_id) is None:  # deleted in the meantime
                self.forget_index(index_id)

    def _read_sentences(self) -> bool:
        """Computes vectors of sentences while there is no other work. False if none wait."""
        if not self._sentences:
            return False
        own = [index_id for index_id in self._sentences.waiting_indexes() if self._opened(index_id)]
        passages = self._sentences.waiting(own, _SENTENCES_OF)
        if not passages:
            if self._unused_sentences:
                self._unused_sentences = False
                self._sentences.forget_unused()
            return False
        try:
            texts = [passage.text for passage in passages]
            found = self._worker.call(_EMBEDDING_SECONDS, sentence_vectors.read_passages, texts)
        except Exception:  # then they are computed at each question
            if self._closing:
                return False
            logger.exception("the sentences of some passages could not be read")
            found = [{} for _ in passages]
        self._sentences.keep(passages, found)
        return True

    def _gone(self, deleted: list[Task]) -> None:
        """Removes what else is kept of deleted documents. Kendra keeps nothing."""

    def _steps(self, task: Task, document: dict[str, Any], number: int) -> Iterator[Done | None]:
        """Reads and embeds one document step by step; the last step yields the result."""
        del task  # for subclasses that keep more of a document than its entries
        path = self._upload(document)
        if "S3Path" in document:
            self._fetch(document, path)
        content_type = document.get("ContentType") or content_type_of(path, document)
        if content_type not in CONTENT_TYPES:
            raise UnreadableFileError(f"Files of type {content_type} are not read here.")
        found, text_bytes = self._worker.call(_READING_SECONDS, passages.read_passages, str(path), content_type)
        parts = [np.zeros((0, DIMENSIONS), np.float32)]
        for start in range(0, len(found), _EMBEDDED_AT_ONCE):
            if start:
                yield None
            parts.append(self._embedded(document["Title"], found[start : start + _EMBEDDED_AT_ONCE]))
        yield [self._entry(document, number, found, np.concatenate(parts), document["Attributes"])], text_bytes

    def _embedded(self, title: str, found: Sequence[Passage]) -> Vectors:
        texts = [passages.described(title, passage) for passage in found]
        return self._worker.call(_EMBEDDING_SECONDS, passages.embed, texts)

    def _entry(
        self,
        document: Mapping[str, Any],
        number: int,
        found: Sequence[Passage],
        vectors: Vectors,
        attributes: Sequence[Mapping[str, Any]],
    ) -> Entry:
        return Entry(
            number=number,
            document_id=document["Id"],
            title=document["Title"],
            attributes=attributes,
            access=document["AccessControlList"],
            passages=found,
            vectors=vectors,
        )

    def _fetch(self, document: dict[str, Any], path: Path) -> None:
        place = document["S3Path"]
        answer = self._s3(document["RoleArn"]).get_object(Bucket=place["Bucket"], Key=place["Key"])
        with answer["Body"] as body, path.open("wb") as file:
            if answer["ContentLength"] > MAX_FILE_BYTES:
                raise UnreadableFileError("The file is larger than 50 MB.")
            shutil.copyfileobj(body, file)

    def _hopeless(self, task: Task, error: Exception) -> bool:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
        return code in _REFUSED_BY_S3 or task.attempts + 1 >= _ATTEMPTS

    def _upload(self, document: dict[str, Any]) -> Path:
        return self._uploads / document["File"]


def content_type_of(path: Path, document: dict[str, Any]) -> str:
    with path.open("rb") as file:
        start = file.read(1024)
    if b"%PDF-" in start:
        return "PDF"
    suffix = Path(document.get("S3Path", {}).get("Key", "")).suffix.lower()
    return {
        ".pdf": "PDF",
        ".html": "HTML",
        ".htm": "HTML",
        ".xml": "XML",
        ".docx": "MS_WORD",
        ".pptx": "PPT",
        ".xlsx": "MS_EXCEL",
        ".rtf": "RTF",
    }.get(suffix, "PLAIN_TEXT")
