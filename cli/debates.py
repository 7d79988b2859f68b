"""Runs of debates through the API: upload a file of cases, start a run, follow it, and fetch its verdicts."""

import json
import time
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from cli.session import Session
from cli.target import CommandError
from debating.case_files import Refused, read_cases, read_run
from debating.cases import Case
from debating.plans import Plan, Usage, estimate
from docent.errors import DocentError

PATH = "/debates"
POLL_SECONDS = 1.0
ENDED = ("JUDGED", "STOPPED", "FAILED")
REPORT_FILES = {"verdicts": "verdicts.jsonl", "report": "report.json", "report_page": "report.html"}


@dataclass(frozen=True)
class CaseFile:
    """A file of cases, what a command asks for, and the plan that both make."""

    path: Path
    options: Mapping[str, Any]
    plan: Plan
    cases: list[Case]
    refused: list[tuple[int, Refused]]
    body: bytes


def case_file(path: Path, options: Mapping[str, Any]) -> CaseFile:
    """Options that are None are left to the file's first line. Raises CommandError if it has no case."""
    asked = {name: value for name, value in options.items() if value is not None}
    try:
        body = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        plan, rest = read_run(iter(body.splitlines()))
        plan = Plan.from_json(plan.to_json() | asked)
    except DocentError as error:
        raise CommandError(str(error)) from error
    read = list(read_cases(rest))
    cases = [each for _, each in read if isinstance(each, Case)]
    if not cases:
        raise CommandError(f"{path} has no case that can be debated. docs/debates.md describes them.")
    refused = [(number, each) for number, each in read if isinstance(each, Refused)]
    return CaseFile(path, asked, plan, cases, refused, body)


class Debates:
    def __init__(self, session: Session, timeout: float = 86_400) -> None:
        self._session, self._timeout = session, timeout

    def estimate(self, file: CaseFile) -> Usage:
        """At most, with the models of the deployment where the plan names none."""
        debater_a, debater_b, judge = self._session.target.outputs["DebateModels"].split()
        plan = replace(
            file.plan,
            debater_a=file.plan.debater_a or debater_a,
            debater_b=file.plan.debater_b or debater_b,
            judge=file.plan.judge or judge,
        )
        return estimate(plan, file.cases)

    def start(self, file: CaseFile) -> tuple[str, str]:
        """The run's id, and the generation that was there before, which `wait` needs."""
        made = self._session.api("POST", PATH, {"name": file.path.stem})
        run_id = made["run_id"]
        before = self.show(run_id)["generation"]
        try:
            files = {"file": (file.path.name, file.body)}
            reply = httpx.post(made["upload"]["url"], data=made["upload"]["fields"], files=files, timeout=600)
        except httpx.HTTPError as error:
            raise CommandError(f"{file.path} could not be uploaded ({type(error).__name__}). Try again.") from error
        if not reply.is_success:
            raise CommandError(f"{file.path} could not be uploaded: S3 answered {reply.status_code}. Try again.")
        self._session.api("POST", f"{PATH}/{run_id}/start", dict(file.options))
        return run_id, before

    def resume(self, run_id: str) -> None:
        """Go on with a run that was stopped or has failed, or try again what failed of one that was judged."""
        self._session.api("POST", f"{PATH}/{run_id}/resume")

    def stop(self, run_id: str) -> dict[str, Any]:
        return self._session.api("POST", f"{PATH}/{run_id}/stop")

    def delete(self, run_id: str) -> None:
        self._session.api("DELETE", f"{PATH}/{run_id}")

    def all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._session.api("GET", PATH, query=query)
            found += page["runs"]
            if "next" not in page:
                return found
            query["next"] = page["next"]

    def show(self, run_id: str) -> dict[str, Any]:
        return self._session.api("GET", f"{PATH}/{run_id}")

    def case(self, run_id: str, number: int) -> dict[str, Any]:
        return self._session.api("GET", f"{PATH}/{run_id}/cases/{number}")

    def cases(self, run_id: str, ids: Container[str]) -> Iterator[dict[str, Any]]:
        """Those with one of these ids, with their documents."""
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self._session.api("GET", f"{PATH}/{run_id}/cases", query=query)
            yield from (self.case(run_id, each["number"]) for each in page["cases"] if each["id"] in ids)
            if "next" not in page:
                return
            query["next"] = page["next"]

    def wait(self, run_id: str, before: str | None = None) -> dict[str, Any]:
        """The run once it has ended, with another generation than `before`."""
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            run = self.show(run_id)
            if run["generation"] != before and run["status"] in ENDED:
                return run
            time.sleep(POLL_SECONDS)
        raise CommandError(f"It has not ended. `docent debate show {run_id}` shows how far it is.")

    def verdicts(self, run_id: str) -> Iterator[dict[str, Any]]:
        yield from map(json.loads, self._read(self.show(run_id), "verdicts").splitlines())

    def fetch(self, run_id: str, to: Path | None) -> Iterator[Path]:
        """Write the verdicts and the report into a folder; yields each file."""
        run = self.show(run_id)
        folder = to or Path(run["name"])
        for link, name in REPORT_FILES.items():
            body = self._read(run, link)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(body)
            yield folder / name

    def _read(self, run: Mapping[str, Any], link: str) -> bytes:
        if "links" not in run:
            raise CommandError(
                f"The run {run['name']} has no report yet. `docent debate show {run['run_id']}` shows how far it is."
            )
        reply = httpx.get(run["links"][link], timeout=600)
        if not reply.is_success:
            raise CommandError(
                f"{REPORT_FILES[link]} could not be fetched: S3 answered {reply.status_code}. Try again."
            )
        return reply.content
