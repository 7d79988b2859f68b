"""Runs of debates, by the source bucket, the table of runs and the derived bucket.

They are the work of those who run Docent, so they are reached with AWS's credentials, as documents are.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.target import CommandError, Target
from debating.case_files import Refused, read_cases, read_run
from debating.cases import Case
from debating.plans import Plan, Usage, estimate
from docent.debate_runs import RunRow
from docent.derived_keys import DEBATES, DebateKeys
from docent.documents import document_id_of
from docent.errors import DocentError

ENDED = ("JUDGED", "STOPPED", "FAILED")


@dataclass(frozen=True)
class CaseFile:
    """A file of cases with the plan that it has, or that a command makes of it."""

    path: Path
    plan: Plan
    cases: list[Case]
    refused: list[tuple[int, Refused]]
    body: bytes


def case_file(path: Path, changes: Mapping[str, Any]) -> CaseFile:
    """The file with what a command asks for in its first line. Raises CommandError if it has no case."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        plan, rest = read_run(iter(lines))
        kept = list(rest)
        asked = plan.to_json() | {name: value for name, value in changes.items() if value is not None}
        plan = Plan.from_json(asked)
    except DocentError as error:
        raise CommandError(str(error)) from error
    read = list(read_cases(iter(kept)))
    cases = [each for _, each in read if isinstance(each, Case)]
    if not cases:
        raise CommandError(f"{path} has no case that can be debated. docs/debates.md describes them.")
    refused = [(number, each) for number, each in read if isinstance(each, Refused)]
    first = json.dumps({"run": {name: value for name, value in plan.to_json().items() if value is not None}})
    return CaseFile(path, plan, cases, refused, b"\n".join([first.encode(), *(line for _, line in kept)]))


class Debates:
    def __init__(self, target: Target, timeout: float = 86_400) -> None:
        self._target, self._timeout = target, timeout
        self._outputs = target.outputs

    def estimate(self, file: CaseFile) -> Usage:
        """At most, with the models of the deployment where the plan names none."""
        debater_a, debater_b, judge = self._outputs["DebateModels"].split()
        plan = replace(
            file.plan,
            debater_a=file.plan.debater_a or debater_a,
            debater_b=file.plan.debater_b or debater_b,
            judge=file.plan.judge or judge,
        )
        return estimate(plan, file.cases)

    def start(self, file: CaseFile) -> tuple[str, str]:
        """The run's id, and the generation that was there before."""
        key = f"{DEBATES}{file.path.stem}.jsonl"
        run_id = document_id_of(self._outputs["SourceBucketName"], key)
        before = self._row(run_id)
        self._target.s3.put_object(Bucket=self._outputs["SourceBucketName"], Key=key, Body=file.body)
        return run_id, before.generation if before else ""

    def resume(self, run_id: str) -> None:
        """Go on with a run that was stopped or has failed, or try again what failed of one that was judged."""
        row = self.show(run_id)
        if row.is_busy:
            raise CommandError(f"The run {row.name} is at work.")
        source = row.values["source"]
        event = {
            "detail": {
                "bucket": {"name": source["bucket"]},
                "object": {
                    "key": source["key"],
                    "sequencer": row.generation,
                    **({"version-id": source["version_id"]} if source.get("version_id") else {}),
                },
            },
            "resumes": True,
        }
        self._target.step_functions.start_execution(
            stateMachineArn=self._outputs["RunDebatesArn"], input=json.dumps(event)
        )

    def stop(self, run_id: str) -> None:
        row = self.show(run_id)
        if not row.is_busy:
            raise CommandError(f"The run {row.name} is not at work.")
        self._target.dynamodb.update_item(
            TableName=self._outputs["DebatesTableName"],
            Key={"run_id": {"S": run_id}},
            UpdateExpression="SET #status = :stopped, updated_at = :now",
            ConditionExpression="execution_arn = :execution AND #status IN (:preparing, :debating)",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":stopped": {"S": "STOPPED"},
                ":preparing": {"S": "PREPARING"},
                ":debating": {"S": "DEBATING"},
                ":execution": {"S": row.values["execution_arn"]},
                ":now": {"S": _now()},
            },
        )
        try:
            self._target.step_functions.stop_execution(executionArn=row.values["execution_arn"])
        except ClientError as error:
            # It has ended already: stopped while it claimed the run, it left the run as if it were at work.
            if error.response.get("Error", {}).get("Code") not in ("ExecutionDoesNotExist", "ValidationException"):
                raise

    def all(self) -> list[RunRow]:
        pages = self._target.dynamodb.get_paginator("scan").paginate(TableName=self._outputs["DebatesTableName"])
        rows = [RunRow.from_item(item) for page in pages for item in page["Items"] if "status" in item]
        return sorted(rows, key=lambda row: row.values["updated_at"], reverse=True)

    def show(self, run_id: str) -> RunRow:
        if (row := self._row(run_id)) is None:
            raise CommandError(f"There is no run {run_id}. `docent debate list` shows them.")
        return row

    def wait(self, run_id: str, after: str) -> RunRow:
        """The run once it has ended, of a generation later than `after`."""
        deadline = time.monotonic() + self._timeout
        while time.monotonic() < deadline:
            row = self._row(run_id)
            if row and row.generation > after and row.status in ENDED:
                return row
            time.sleep(1)
        raise CommandError(f"It has not ended. `docent debate show {run_id}` shows how far it is.")

    def verdicts(self, row: RunRow) -> Iterator[dict[str, Any]]:
        for line in self._read(row, DebateKeys(row.run_id, row.generation).verdicts).splitlines():
            yield json.loads(line)

    def fetch(self, row: RunRow, folder: Path) -> list[Path]:
        keys = DebateKeys(row.run_id, row.generation)
        folder.mkdir(parents=True, exist_ok=True)
        files: list[Path] = []
        for key in (keys.verdicts, keys.report, keys.report_page):
            files.append(folder / key.rpartition("/")[2])
            files[-1].write_bytes(self._read(row, key))
        return files

    def _read(self, row: RunRow, key: str) -> bytes:
        if row.status != "JUDGED":
            raise CommandError(f"The run {row.name} has no report, because it is not judged.")
        return self._target.s3.get_object(Bucket=self._outputs["DerivedBucketName"], Key=key)["Body"].read()

    def _row(self, run_id: str) -> RunRow | None:
        found = self._target.dynamodb.get_item(
            TableName=self._outputs["DebatesTableName"], Key={"run_id": {"S": run_id}}, ConsistentRead=True
        )
        return RunRow.from_item(found["Item"]) if "status" in found.get("Item", {}) else None


def labels_of(verdicts: Iterator[dict[str, Any]], technique: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Labelled cases, and those without a verdict, of one technique.

    Confidence is the winner's share of all votes, and half of that where the two positions disagree.
    """
    labelled: list[dict[str, Any]] = []
    undecided: list[dict[str, Any]] = []
    for each in verdicts:
        if each["technique"] != technique:
            continue
        if each["verdict"] is None:
            undecided.append({"case": each["case"], "outcome": each["outcome"], "reason": each["reason"]})
            continue
        labelled.append(
            {
                "case": each["case"],
                "document_hash": each["document_hash"],
                "label": each["verdict"],
                "confidence": round(each["confidence"] / (2 if each["flipped"] else 1), 4),
                "votes": each["votes"],
                "evidence": each["evidence"],
                "technique": technique,
                "models": each["models"],
            }
        )
    return labelled, undecided


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
