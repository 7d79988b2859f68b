"""Questionnaires through the API: upload one, follow it, and fetch the file with the answers."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from cli.session import Session
from cli.target import CommandError

POLL_SECONDS = 1.0
PATH = "/questionnaires"
type Shown = Callable[[dict[str, Any]], None]


class Questionnaires:
    def __init__(self, session: Session, timeout: float = 3600) -> None:
        self._session = session
        self._timeout = timeout

    def upload(self, file: Path, options: dict[str, Any]) -> str:
        """Announce the file and upload it; returns its id. Raises CommandError where S3 does not take it."""
        body = _read(file)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        announced = {"file_name": file.name, "size_bytes": len(body), "sha256": digest, **options}
        before = self._session.api("POST", PATH, announced)
        form = before["upload"]
        try:
            reply = httpx.post(form["url"], data=form["fields"], files={"file": (file.name, body)}, timeout=600)
        except httpx.HTTPError as error:
            raise CommandError(f"{file} could not be uploaded ({type(error).__name__}). Try again.") from error
        if not reply.is_success:
            raise CommandError(f"{file} could not be uploaded: S3 answered {reply.status_code}. Try again.")
        return before["questionnaire_id"]

    def show(self, own_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PATH}/{own_id}")

    def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._session.api("GET", PATH, query=query)
            found += page["questionnaires"]
            if "next" not in page:
                return found
            query["next"] = page["next"]

    def updated_at(self, file: Path) -> str:
        """When a questionnaire of this name was last changed; empty if there is none."""
        return next((each["updated_at"] for each in self.all() if each["file_name"] == file.name), "")

    def change_map(self, own_id: str, changed: dict[str, Any]) -> None:
        self._session.api("PUT", f"{PATH}/{own_id}/map", changed)

    def start(self, own_id: str) -> None:
        self._session.api("POST", f"{PATH}/{own_id}/start")

    def stop(self, own_id: str) -> dict[str, Any]:
        return self._session.api("POST", f"{PATH}/{own_id}/stop")

    def delete(self, own_id: str) -> None:
        self._session.api("DELETE", f"{PATH}/{own_id}")

    def wait(self, own_id: str, statuses: tuple[str, ...], after: str = "", shown: Shown | None = None) -> Any:
        """The questionnaire once it has one of the statuses, changed after a time.

        Raises CommandError when it fails, or when the time is up.
        """
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            found = self.show(own_id)
            if shown:
                shown(found)
            if found["updated_at"] > after:
                if found["status"] in statuses:
                    return found
                if found["status"] == "FAILED":
                    error = found.get("error", {})
                    raise CommandError(f"{error.get('name', 'It failed')}: {error.get('message', '')}")
            time.sleep(POLL_SECONDS)
        raise CommandError(f"It had not ended after {self._timeout:.0f} s. `docent questionnaire show {own_id}` tells.")

    def fetch(self, own_id: str, to: Path) -> None:
        """Write the file with the answers, once it is filled in as of now."""
        deadline = time.monotonic() + self._timeout
        while "url" not in (link := self._session.api("GET", f"{PATH}/{own_id}/file")):
            if time.monotonic() > deadline:
                raise CommandError("The file was not filled in in time. Try again.")
            time.sleep(POLL_SECONDS)
        reply = httpx.get(link["url"], timeout=600)
        if not reply.is_success:
            raise CommandError(f"The file could not be fetched: S3 answered {reply.status_code}.")
        to.write_bytes(reply.content)


def read_map(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(file))
    except ValueError as error:
        raise CommandError(f"{file} is not JSON. `docent questionnaire map ID` prints a map to begin with.") from error
    if not isinstance(found, dict):
        raise CommandError(f"{file} must hold a JSON object.")
    return found


def read_text(file: Path) -> str:
    try:
        return _read(file).decode()
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not text in UTF-8.") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def filled_name(file: Path) -> Path:
    """Where the filled-in file goes unless it is said: beside the file."""
    return file.with_name(f"{file.stem}.answered{file.suffix}")
