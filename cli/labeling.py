"""Labeling tasks through the API: upload clips and a manifest, start a task, follow it, and fetch its labels."""

import json
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from cli.session import ApiError, Session
from cli.target import CommandError
from docent.derived_keys import LABELING
from docent.documents import document_id_of
from labeling.manifests import AUDIO, VIDEO
from labeling.task_rows import manifest_key
from labeling.task_schemas import shipped_schemas

PATH = "/label-tasks"
POLL_SECONDS = 1.0


class Labeling:
    def __init__(self, session: Session, timeout: float = 86_400) -> None:
        self._session, self._timeout = session, timeout

    @property
    def is_deployed(self) -> bool:
        return "LabelingTableName" in self._session.target.outputs

    def address(self, task_id: str) -> str:
        """Of the task's page in the console."""
        return f"{self._session.target.outputs['ConsoleUrl'].rstrip('/')}/labeling/{task_id}"

    def upload(self, files: Iterable[Path], folder: str | None) -> Iterator[str]:
        """Put clips below `labeling/` into the source bucket; yields a line of a manifest for each."""
        target = self._session.target
        bucket, owner = target.outputs["SourceBucketName"], folder or self._subject()
        for path in files:
            if path.suffix.removeprefix(".").lower() not in AUDIO | VIDEO:
                raise CommandError(f"{path} is no audio or video by its name.")
            key = f"{LABELING}{owner}/{path.name}"
            try:
                target.s3.upload_file(str(path), bucket, key)
            except (OSError, ClientError, BotoCoreError, S3UploadFailedError) as error:
                raise CommandError(f"{path} could not be uploaded ({type(error).__name__}).") from error
            yield json.dumps({"source-ref": f"s3://{bucket}/{key}"}, ensure_ascii=False)

    def create(self, manifest: Path, name: str, schema: str, options: Mapping[str, Any]) -> str:
        """Upload the manifest and start the task. Returns its id."""
        try:
            with manifest.open("rb") as file:
                return self.send(file, name, schema_given(schema), options)
        except OSError as error:
            raise CommandError(f"{manifest} cannot be read: {error.strerror}.") from error

    def send(self, manifest: BinaryIO | bytes, name: str, schema: Any, options: Mapping[str, Any]) -> str:
        """The same of a manifest that is open, or made."""
        given = {option: value for option, value in options.items() if value is not None}
        made = self._session.api("POST", PATH, {"name": name, "schema": schema, "options": given})
        files = {"file": (f"{name}.manifest", manifest)}
        try:
            reply = httpx.post(made["upload"]["url"], data=made["upload"]["fields"], files=files, timeout=600)
        except httpx.HTTPError as error:
            raise CommandError(f"The manifest could not be uploaded ({type(error).__name__}). Try again.") from error
        if not reply.is_success:
            raise CommandError(f"The manifest could not be uploaded: S3 answered {reply.status_code}. Try again.")
        self.start(made["task_id"])
        return made["task_id"]

    def find(self, name: str) -> dict[str, Any] | None:
        """The own task of this name, if there is one."""
        key = manifest_key(self._subject(), name)
        try:
            return self.show(document_id_of(self._session.target.outputs["SourceBucketName"], key))
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            return None

    def start(self, task_id: str) -> None:
        self._session.api("POST", f"{PATH}/{task_id}/start")

    def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._session.api("GET", PATH, query=query)
            found += page["tasks"]
            if "next" not in page:
                return found
            query["next"] = page["next"]

    def show(self, task_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PATH}/{task_id}")

    def failed(self, task: Mapping[str, Any]) -> set[int]:
        """The numbers of the items whose clips could not be prepared."""
        found, query = set[int](), dict[str, Any](limit=100)
        while task["progress"]["failed"]:
            page = self._session.api("GET", f"{PATH}/{task['task_id']}/items", query=query)
            found |= {item["number"] for item in page["items"] if item["status"] == "FAILED"}
            if "next" not in page:
                break
            query["next"] = page["next"]
        return found

    def delete(self, task_id: str) -> None:
        self._session.api("DELETE", f"{PATH}/{task_id}")

    def wait(self, task_id: str) -> dict[str, Any]:
        """The task once its clips are prepared, or once it is refused."""
        return self._until(task_id, lambda task: task["status"] not in ("CHECKING", "PREPARING"))

    def export(self, task_id: str, formats: list[str], to: Path | None) -> tuple[dict[str, Any], Path]:
        """Write the labels of a task into a folder, laid out as Ground Truth's output. Returns the export and it."""
        task = self._exported(task_id, formats)
        folder = to or Path(task["name"])
        folder.mkdir(parents=True, exist_ok=True)
        for name, link in task["export"]["links"].items():
            if name.endswith(".zip"):
                _unpack(link, folder, folder / name)
        return task["export"], folder

    def labels(self, task_id: str) -> Iterator[dict[str, Any]]:
        """The lines of the output manifest as of now."""
        link = self._exported(task_id, [])["export"]["links"]["output.manifest"]
        reply = httpx.get(link, timeout=600)
        if not reply.is_success:
            raise CommandError(f"The labels could not be fetched: S3 answered {reply.status_code}.")
        yield from map(json.loads, reply.content.splitlines())

    def _exported(self, task_id: str, formats: list[str]) -> dict[str, Any]:
        """The task with an export that was begun now."""
        self._session.api("POST", f"{PATH}/{task_id}/export", {"formats": formats})
        task = self._until(task_id, lambda task: task["export"]["status"] != "EXPORTING")
        if task["export"]["status"] == "FAILED":
            reason = task["export"].get("error", {}).get("message", "`docent logs` may show why.")
            raise CommandError(f"The labels could not be exported. {reason}")
        return task

    def _until(self, task_id: str, is_ended: Any) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            task = self.show(task_id)
            if is_ended(task):
                return task
            time.sleep(POLL_SECONDS)
        raise CommandError(f"It has not ended. `docent label status {quote(task_id)}` shows how far it is.")

    def _subject(self) -> str:
        self._session.token()
        tokens = self._session.tokens
        assert tokens
        return tokens.claims["sub"]


def _unpack(link: str, folder: Path, archive: Path) -> None:
    with httpx.stream("GET", link, timeout=600) as reply, archive.open("wb") as file:
        if not reply.is_success:
            raise CommandError(f"The labels could not be fetched: S3 answered {reply.status_code}.")
        for part in reply.iter_bytes():
            file.write(part)
    with zipfile.ZipFile(archive) as found:
        found.extractall(folder)
    archive.unlink()


def schema_given(given: str) -> Any:
    """The name of a schema that comes with Docent, or what a file holds. Raises CommandError."""
    if given in shipped_schemas():
        return given
    path = Path(given)
    if path.suffix != ".json":
        raise CommandError(f"There is no schema {given}. There are {', '.join(shipped_schemas())}, or a .json file.")
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is not valid JSON.") from error


def name_given(name: str | None, manifest: Path) -> str:
    """Of a task without a name: that of its manifest, as far as Ground Truth takes it as the name of a job."""
    if name:
        return name
    return fit_name(PurePosixPath(manifest.name).stem)


def fit_name(text: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return kept.strip("-")[:63].strip("-") or "labels"
