"""Jobs of summaries through the API: upload transcripts, start a job, follow it, and fetch its summaries and report."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import httpx
import yaml

from cli.found_files import Upload, find_uploads
from cli.session import Session
from cli.target import CommandError

PATH = "/summaries"
POLL_SECONDS = 1.0
ENDED = ("ESTIMATED", "SUMMARIZED", "STOPPED", "FAILED")
# Files of one form that are uploaded before it is renewed, and at the same time.
FORM_FILES = 2000
AT_ONCE = 8
# Its options are those of the job, unless the command names others. The API puts it last, because it starts the job.
JOB_FILE = "job.json"
FIRST = 3
REPORT_FILES = {"summaries": "summaries.jsonl", "report": "report.json", "report_page": "report.html"}
type Shown = Callable[[dict[str, Any]], None]


class Jobs:
    def __init__(self, session: Session, timeout: float = 3600) -> None:
        self._session = session
        self._timeout = timeout

    def upload(self, files: Sequence[Upload], name: str | None, uploaded: Callable[[int, int], None]) -> str:
        """Make a job of these transcripts; returns its id. Raises CommandError where S3 does not take one."""
        folder = PurePosixPath(files[0].key).parts[0]
        job_name = name or f"{folder}-{datetime.now():%Y%m%d-%H%M%S}"
        sent = [each for each in files if _below(each) != JOB_FILE]
        done, job_id = 0, ""
        for start in range(0, len(sent), FORM_FILES):
            made = self._session.api("POST", PATH, {"name": job_name})
            job_id = made["job_id"]
            with httpx.Client(timeout=600) as client, ThreadPoolExecutor(AT_ONCE) as threads:
                send = partial(_send, client, made["upload"])
                for _ in threads.map(send, sent[start : start + FORM_FILES]):
                    done += 1
                    uploaded(done, len(sent))
        return job_id

    def take(self, source: str) -> str:
        """Make a job of the transcripts that are in the bucket already; returns its id."""
        return self._session.api("POST", PATH, {"source": source})["job_id"]

    def start(self, job_id: str, options: Mapping[str, Any]) -> str:
        """Start it; returns its generation before that, which `wait` needs."""
        before = self.show(job_id)["generation"]
        self._session.api("POST", f"{PATH}/{job_id}/start", dict(options))
        return before

    def start_again(self, job_id: str, budget: float | None) -> str:
        """With the options it had; returns its generation before that."""
        options = self.show(job_id).get("options", {}) | ({} if budget is None else {"budget": budget})
        return self.start(job_id, {name: value for name, value in options.items() if name != "estimate_only"})

    def show(self, job_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PATH}/{job_id}")

    def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._session.api("GET", PATH, query=query)
            found += page["jobs"]
            if "next" not in page:
                return found
            query["next"] = page["next"]

    def stop(self, job_id: str) -> dict[str, Any]:
        return self._session.api("POST", f"{PATH}/{job_id}/stop")

    def delete(self, job_id: str) -> None:
        self._session.api("DELETE", f"{PATH}/{job_id}")

    def wait(self, job_id: str, before: str, shown: Shown) -> dict[str, Any]:
        """The job once it has ended, after the generation `before`. Raises CommandError when the time is up."""
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            job = self.show(job_id)
            if job["generation"] != before:
                shown(job)
                if job["status"] in ENDED:
                    return job
            time.sleep(POLL_SECONDS)
        raise CommandError(
            f"It has not ended after {self._timeout:.0f} s. `docent summaries show {job_id}` shows its progress."
        )

    def first_summaries(self, job: Mapping[str, Any], count: int = FIRST) -> list[dict[str, Any]]:
        """The first lines of summaries.jsonl that have insights; none before there is a report."""
        if "links" not in job:
            return []
        found: list[dict[str, Any]] = []
        for line in _lines(job["links"]["summaries"]):
            summary = json.loads(line)
            if summary.get("insights") and summary["outcome"] != "duplicate":
                found.append(summary)
            if len(found) == count:
                break
        return found

    def fetch(self, job_id: str, to: Path | None) -> Iterator[Path]:
        """Write the summaries and the report into a folder; yields each file."""
        job = self.show(job_id)
        if "links" not in job:
            raise CommandError(
                f"The job is {job['status']} and has no report yet. `docent summaries show {job_id}` shows why."
            )
        folder = to or Path(job["name"])
        folder.mkdir(parents=True, exist_ok=True)
        for link, name in REPORT_FILES.items():
            reply = httpx.get(job["links"][link], timeout=600)
            if not reply.is_success:
                raise CommandError(f"{name} could not be fetched: S3 answered {reply.status_code}. Try again.")
            (folder / name).write_bytes(reply.content)
            yield folder / name


def transcripts_in(folder: Path) -> list[Upload]:
    """The files of a folder and those below it. Raises CommandError if there are none."""
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder. Give the folder that the transcripts are in.")
    files = find_uploads([folder])
    if not any(_below(each) != JOB_FILE for each in files):
        raise CommandError(f"There is no transcript in {folder}. docs/summaries.md lists the formats.")
    return files


def options_of(
    files: Sequence[Upload] | None,
    prompt: Path | None,
    guidelines: str | None,
    insights: Path | None,
    language: str | None,
    budget: float | None,
) -> dict[str, Any]:
    """`JobOptions` of openapi.yaml: those of the folder's job.json, and in their place what the command names."""
    own = next((each.path for each in files or [] if _below(each) == JOB_FILE), None)
    options: dict[str, Any] = _mapping(own) if own else {}
    if prompt:
        options["prompt"] = _text(prompt)
    if guidelines:
        options["guidelines"] = [name for each in guidelines.split(",") if (name := each.strip())]
    if insights:
        options["insights"] = _mapping(insights)
    given = {"language": language, "budget": budget}
    return options | {name: value for name, value in given.items() if value is not None}


def _below(upload: Upload) -> str:
    """The path below the folder that was given."""
    return str(PurePosixPath(*PurePosixPath(upload.key).parts[1:]))


def _send(client: httpx.Client, form: Mapping[str, Any], upload: Upload) -> None:
    fields = {**form["fields"], "key": f"{form['key_prefix']}{_below(upload)}"}
    try:
        files = {"file": (upload.path.name, upload.path.read_bytes())}
        reply = client.post(form["url"], data=fields, files=files)
    except OSError as error:
        raise CommandError(f"{upload.path} cannot be read: {error.strerror}.") from error
    except httpx.HTTPError as error:
        raise CommandError(f"{upload.path} could not be uploaded ({type(error).__name__}). Try again.") from error
    if not reply.is_success:
        raise CommandError(f"{upload.path} could not be uploaded: S3 answered {reply.status_code}. Try again.")


def _lines(link: str) -> Iterator[str]:
    with httpx.stream("GET", link, timeout=600) as reply:
        if not reply.is_success:
            raise CommandError(f"The summaries could not be fetched: S3 answered {reply.status_code}. Try again.")
        yield from reply.iter_lines()


def _mapping(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(_text(file))  # JSON is YAML
    except yaml.YAMLError as error:
        raise CommandError(f"{file} is neither YAML nor JSON. docs/summaries.md has an example.") from error
    if not isinstance(found, dict):
        raise CommandError(f"{file} must hold an object: a name and a value in each line.")
    return found


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is not text in UTF-8.") from error
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
