"""Takes each job through its statuses, and tells EventBridge of each.

A status takes a fraction of a second here. Rules of local/faults.py make it longer, or another:

    bedrock-batch.Scheduled=delay:5                  the job is scheduled for 5 s longer
    bedrock-batch.Scheduled=Expired                  it does not begin before its timeout
    bedrock-batch.InProgress=PartiallyCompleted      it times out after half of its records
    bedrock-batch.Validating[calls-7]=Failed         the job of this name fails
    bedrock-batch.Record[CALL0000007]=ModelErrorException*1   this record has an error
    bedrock-batch.Record=reply:no JSON*3             the model says exactly this to three records
    bedrock-batch.Record=malformed*1                 half of a line is written
    bedrock-batch.Event[Completed]=Lost              this event is not sent; Twice sends it twice, delay:5 later
    bedrock-batch.MinimumRecords=reply:1             one record is enough for a job
"""

import asyncio
import json
import logging
import random
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from local.bedrock.batch import jobs, records
from local.bedrock.batch.jobs import COUNTS, ENDED, JobFailedError
from local.bedrock.batch.places import InputFile, JobFiles
from local.bedrock.batch.records import Record
from local.bedrock.batch.wire import Json
from local.bedrock.iam import model_arn
from local.bedrock.refusals import Refusal
from local.faults import Fault, Faults
from local.seams import batch_jobs, events, identities

# `(operation, model, body, fault)`: the reply to one record. Raises Refusal.
type Infer = Callable[[str, str, bytes, Fault], Awaitable[Json]]

EVENT = "Batch Inference Job State Change"
STATUS_SECONDS = 0.25
FAULTS = "bedrock-batch"

logger = logging.getLogger("docent.local")


class Runs:
    """The jobs that are under way. `s3(role)` is a client with a role's credentials."""

    def __init__(self, infer: Infer, s3: Callable[[str], Any], faults: Faults) -> None:
        self._infer, self._s3, self._faults = infer, s3, faults
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[str] = set()

    def begin(self, job: Json) -> None:
        self._announce(job)
        self._take_up(job)

    async def resume(self) -> None:
        """Go on with the jobs that a restart interrupted. What was in progress begins again with its first record."""
        for job in batch_jobs.all_jobs():
            if job["status"] not in ENDED and job["jobArn"] not in self._under_way:
                self._take_up(job)

    def stop(self, job: Json) -> None:
        self._move(job, "Stopping")

    def _take_up(self, job: Json) -> None:
        self._under_way.add(job["jobArn"])
        self._start(self._run(job))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, job: Json) -> None:
        with events.account_of(job["jobArn"]):
            try:
                while job["status"] not in ENDED:
                    await self._advance(job)
            except JobFailedError as failure:
                self._move(job, "Failed", str(failure))
            except Exception:
                logger.exception("a batch inference job ended with an error of the engine")
                self._move(job, "Failed", "An internal error occurred. Submit the job again.")
        self._under_way.discard(job["jobArn"])

    async def _advance(self, job: Json) -> None:
        status = job["status"]
        fault = self._fault(status, job["jobName"])
        await asyncio.sleep(STATUS_SECONDS + fault.delay)
        if fault.error == "Failed":
            raise JobFailedError("A fault that was asked for.")
        following = await self._after(job, status, fault)
        if job["status"] == status:  # it was not stopped meanwhile
            self._move(job, following)

    async def _after(self, job: Json, status: str, fault: Fault) -> str:
        match status:
            case "Submitted":
                return "Validating"
            case "Validating":
                await self._validate(job)
                return "Scheduled"
            case "Scheduled":
                return "Expired" if fault.error == "Expired" or jobs.is_over(job, _now()) else "InProgress"
            case "InProgress":
                return await self._process(job, partly=fault.error == "PartiallyCompleted")
        return "Stopped"

    def _move(self, job: Json, status: str, message: str = "") -> None:
        jobs.move(job, status, _now(), message)
        self._announce(job)

    def _announce(self, job: Json) -> None:
        _, _, _, _, account, _ = job["jobArn"].split(":", 5)
        self._start(self._publish(job, jobs.detail_of(job, account, model_arn(job["modelId"]))))

    async def _publish(self, job: Json, detail: Json) -> None:
        fault = self._fault("Event", f"{job['jobName']} {detail['status']}")
        if fault.error == "Lost":
            return
        await asyncio.sleep(fault.delay)
        with events.account_of(job["jobArn"]):
            for _ in range(2 if fault.error == "Twice" else 1):
                # A target, such as a Lambda function, can take long.
                await asyncio.to_thread(events.publish, "aws.bedrock", EVENT, job["jobArn"], detail)

    async def _validate(self, job: Json) -> None:
        """https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-monitor.html"""
        files = JobFiles(job, self._s3)
        # The role is asked before the work instead of after it, when the first result would be written.
        output = f"arn:aws:s3:::{files.output_bucket}/{files.output_key('manifest.json')}"
        profile = model_arn(job["modelId"])
        for action, resource in (("s3:PutObject", output), ("bedrock:InvokeModel", profile)):
            needed = action == "s3:PutObject" or "inference-profile/" in profile
            if needed and not identities.role_may(job["roleArn"], action, resource):
                raise JobFailedError(
                    f"The service role is not allowed {action} on {resource}. Add it to the role's policy and submit "
                    "a new job."
                )
        found = [len(await self._downloaded(files, file)) for file in await asyncio.to_thread(files.inputs)]
        asked = self._fault("MinimumRecords", job["jobName"]).reply
        least = int(asked) if asked and asked.isdecimal() else records.MINIMUM_RECORDS
        if sum(found) < least:
            raise JobFailedError(
                f"Batch job {job['jobArn']} contains less records ({sum(found)}) than the required minimum of: {least}"
            )
        job["totalRecordCount"] = sum(found)

    async def _downloaded(self, files: JobFiles, file: InputFile, path: Path | None = None) -> list[int]:
        """Where the file's records begin. It is kept at `path` if there is one."""

        def read(path: Path) -> list[int]:
            files.download(file, path)
            return records.offsets(path, f"s3://{file.bucket}/{file.key}")

        if path:
            return await asyncio.to_thread(read, path)
        with tempfile.TemporaryDirectory() as folder:
            return await asyncio.to_thread(read, Path(folder, "input"))

    async def _process(self, job: Json, *, partly: bool) -> str:
        """Answer all records and write the results. They are written after a stop too, as far as they are there."""
        files = JobFiles(job, self._s3)
        job |= dict.fromkeys(COUNTS[1:], 0)
        run = _Run(job, job["totalRecordCount"] // 2 if partly else job["totalRecordCount"])
        with tempfile.TemporaryDirectory() as folder:
            given, written = Path(folder, "input"), Path(folder, "output")
            for file in await asyncio.to_thread(files.inputs):
                places = await self._downloaded(files, file, given)
                random.shuffle(places)  # AWS does not keep the order either
                with written.open("w", encoding="utf-8") as out:
                    for place in places:
                        if job["status"] != "InProgress":
                            break
                        await self._answer(run, records.record_at(given, place), out)
                await asyncio.to_thread(files.upload, file.name, written)
            written.write_text(json.dumps(run.manifest()))
            await asyncio.to_thread(files.upload, "manifest.json", written)
        return "PartiallyCompleted" if run.expired else "Completed"

    async def _answer(self, run: "_Run", record: Record, out: TextIO) -> None:
        job, fault = run.job, self._fault("Record", record.id)
        await asyncio.sleep(fault.delay)  # also lets others have their turn
        if run.is_over():
            line, good = record.expired(), False
        else:
            line, good = await self._answered(run, record, fault)
        out.write((line[: len(line) // 2] if fault.malformed else line) + "\n")
        job["processedRecordCount"] += 1
        job["successRecordCount" if good else "errorRecordCount"] += 1

    async def _answered(self, run: "_Run", record: Record, fault: Fault) -> tuple[str, bool]:
        kind = run.job["modelInvocationType"]
        try:
            if fault.error:
                raise Refusal(fault.error, "A fault that was asked for.")
            output = await self._infer(kind, run.job["modelId"], record.body(kind), fault)
        except Refusal as refusal:
            return record.refused(refusal), False
        run.count(output["usage"])
        return record.answered(output), True

    def _fault(self, operation: str, about: str) -> Fault:
        return self._faults.take(FAULTS, operation, {}, about) or Fault()


class _Run:
    """One pass through a job's records. It answers at most `most` of them before its time is over."""

    def __init__(self, job: Json, most: int) -> None:
        self.job, self.most = job, most
        self.expired = False
        self._tokens: Counter[str] = Counter()

    def is_over(self) -> bool:
        over = self.job["processedRecordCount"] >= self.most or jobs.is_over(self.job, _now())
        self.expired = self.expired or over
        return over

    def count(self, usage: Json) -> None:
        """Converse and Anthropic's models spell the counts differently."""
        self._tokens["inputTokenCount"] += usage.get("inputTokens") or usage.get("input_tokens") or 0
        self._tokens["outputTokenCount"] += usage.get("outputTokens") or usage.get("output_tokens") or 0

    def manifest(self) -> Json:
        counts = {name: self.job[name] for name in COUNTS}
        return counts | {name: self._tokens[name] for name in ("inputTokenCount", "outputTokenCount")}


def _now() -> datetime:
    return datetime.now(UTC)
