"""Files attached to a chat message: checked against the limits and read for the answer to that message."""

import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from local.kendra import passages
from local.kendra.reading import UnreadableFileError
from local.kendra.worker import Worker, WorkerStoppedError
from local.qbusiness.answering import Source
from local.qbusiness.images import read_image
from local.qbusiness.resources import Resource
from local.qbusiness.wire import invalid

type Json = dict[str, Any]

MOST = 5
MOST_BYTES = 10 << 20  # each
TYPES = {
    ".pdf": "PDF",
    ".txt": "PLAIN_TEXT",
    ".csv": "CSV",
    ".docx": "MS_WORD",
    ".html": "HTML",
    ".htm": "HTML",
    ".json": "JSON",
    ".md": "MD",
    ".pptx": "PPT",
    ".xlsx": "MS_EXCEL",
    ".xml": "XML",
}
IMAGES = frozenset({".png", ".jpg", ".jpeg"})
_SECONDS = 60.0


def check(application: Resource, given: list[Json]) -> None:
    if not given:
        return
    mode = application.settings.get("attachmentsConfiguration", {}).get("attachmentsControlMode", "ENABLED")
    if mode != "ENABLED":
        raise invalid("The application takes no attachments.")
    if len(given) > MOST:
        raise invalid(f"A message has at most {MOST} attachments.")
    for attachment in given:
        if "copyFrom" in attachment:
            raise invalid("Attachments of other conversations are not offered here: send the data.")
        if "data" not in attachment or "name" not in attachment:
            raise invalid("An attachment needs data and a name.")
        if len(attachment["data"]) > MOST_BYTES:
            raise invalid(f"The attachment {attachment['name']} is larger than 10 MB.")


def read(given: list[Json], folder: Path, worker: Worker) -> tuple[list[Source], list[Json]]:
    """The text of the attachments, and those that could not be read (AttachmentOutput structures)."""
    sources: list[Source] = []
    failed: list[Json] = []
    for attachment in given:
        try:
            texts = _texts(attachment, folder, worker)
        except (UnreadableFileError, WorkerStoppedError) as error:
            told = {"errorCode": "InvalidRequest", "errorMessage": str(error)}
            failed.append({"name": attachment["name"], "status": "FAILED", "error": told})
        else:
            sources += [Source(text, attachment["name"], "", attachment["name"], {}) for text in texts]
    return sources, failed


def _texts(attachment: Json, folder: Path, worker: Worker) -> list[str]:
    suffix = PurePosixPath(attachment["name"]).suffix.lower()
    if suffix in IMAGES:
        text = worker.call(_SECONDS, read_image, attachment["data"])
        return [text] if text else []
    if suffix not in TYPES:
        raise UnreadableFileError(f"Files of type {suffix or 'unknown'} are not read as attachments.")
    path = folder / str(uuid.uuid4())
    path.write_bytes(attachment["data"])
    try:
        found, _ = worker.call(_SECONDS, passages.read_passages, str(path), TYPES[suffix])
    finally:
        path.unlink()
    return [passage.text for passage in found]
