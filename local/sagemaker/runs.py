"""Takes each job through its statuses: prepares its objects, gives them to workers, consolidates what they answer.

A job ends when every object is labeled, failed or left out. Times are the job's own: an object that has not all its
answers when TaskAvailabilityLifetimeInSeconds are over is labeled with those that it has, or fails without any.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from local.bedrock_agent.store import Store
from local.sagemaker import jobs
from local.sagemaker.jobs import ENDED, OBJECT_ENDED, JobFailedError
from local.sagemaker.places import FunctionError, JobFiles, call
from local.sagemaker.wire import Json
from local.seams import events

EVENT = "SageMaker Ground Truth Labeling Job State Change"
VERSION = "2018-10-16"
# How often a function that failed for an object is called.
TRIES = 2
AT_ONCE = 4
LOOK_SECONDS = 0.25

logger = logging.getLogger("docent.local")


class Runs:
    """`s3(role)` and `functions(role)` are clients with a role's credentials."""

    def __init__(self, store: Store, s3: Callable[[str], Any], functions: Callable[[str], Any]) -> None:
        self._store, self._s3, self._functions = store, s3, functions
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def resume(self) -> None:
        """Go on with the jobs that a restart interrupted."""
        self._loop = asyncio.get_running_loop()
        for job in self.all():
            if job["LabelingJobStatus"] not in ENDED:
                self._start(self._run(job["LabelingJobArn"]))

    def begin(self, job: Json) -> None:
        """From any thread."""
        self.keep(job)
        if self._loop is None:
            raise RuntimeError("The machine has not started.")
        self._loop.call_soon_threadsafe(lambda: self._start(self._run(job["LabelingJobArn"])))

    def job(self, arn: str) -> Json | None:
        return self._store.get(arn)

    def all(self) -> list[Json]:
        return self._store.all("job")

    def keep(self, job: Json) -> None:
        self._store.put("job", job["LabelingJobArn"], job)

    def objects(self, arn: str) -> list[Json]:
        return self._store.listed("object", arn)

    def keep_object(self, arn: str, found: Json) -> None:
        self._store.put("object", f"{arn}/{found['number']}", found, arn, found["number"])

    def files(self, job: Json) -> JobFiles:
        return JobFiles(job, self._s3)

    def stop(self, arn: str) -> None:
        with self._store.transaction():
            job = self._existing(arn)
            if job["LabelingJobStatus"] not in (*ENDED, "Stopping"):
                self.keep(job | {"LabelingJobStatus": "Stopping", "LastModifiedTime": time.time()})

    # ─── Workers ─────────────────────────────────────────────────────────────────────────────────

    def next_task(self, arn: str, worker: str) -> Json | None:
        """An object for a worker, who has it from then on for as long as the job says; None if there is none."""
        with self._store.transaction():
            job, now = self._existing(arn), time.time()
            if job["LabelingJobStatus"] != "InProgress":
                return None
            human = job["HumanTaskConfig"]
            # What they have begun comes first.
            for found in sorted(self.objects(arn), key=lambda each: worker not in each["claims"]):
                if jobs.is_for(found, worker, human["NumberOfHumanWorkersPerDataObject"], now):
                    if found["claims"].get(worker, 0) <= now:
                        found["claims"][worker] = now + human["TaskTimeLimitInSeconds"]
                        self.keep_object(arn, found)
                    return found
        return None

    def answer(self, arn: str, number: int, worker: str, content: Json) -> bool:
        """Keep what a worker submitted; false if the object is not theirs any more."""
        with self._store.transaction():
            job, found = self._existing(arn), self._store.get(f"{arn}/{number}")
            human, now = job["HumanTaskConfig"], time.time()
            if found is None or found["status"] != "READY" or found["claims"].get(worker, 0) <= now:
                return False
            accepted = found["claims"].pop(worker) - human["TaskTimeLimitInSeconds"]
            found["answers"].append(
                {"worker": worker, "content": content, "accepted_at": accepted, "submitted_at": now}
            )
            if len(found["answers"]) == human["NumberOfHumanWorkersPerDataObject"]:
                found["status"] = "ANSWERED"
            self.keep_object(arn, found)
        return True

    # ─── A job ───────────────────────────────────────────────────────────────────────────────────

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, arn: str) -> None:
        with events.account_of(arn):
            try:
                await self._prepare(arn)
                while self._is_open(arn):
                    if not await asyncio.to_thread(self._consolidate, arn):
                        await asyncio.sleep(LOOK_SECONDS)
                ended = "Stopped" if self._existing(arn)["LabelingJobStatus"] == "Stopping" else "Completed"
                await asyncio.to_thread(self._write_output, arn)
                await self._move(arn, ended)
            except JobFailedError as failure:
                await self._move(arn, "Failed", str(failure))
            except Exception:
                logger.exception("a labeling job stopped after an error")
                await self._move(arn, "Failed", "InternalServerError: We encountered an internal error.")

    async def _prepare(self, arn: str) -> None:
        """Read the manifest, and make the input of each object for its page."""
        job = self._existing(arn)
        if job["LabelingJobStatus"] == "Initializing":
            lines = await asyncio.to_thread(self.files(job).manifest)
            await asyncio.to_thread(self.files(job).template)
            with self._store.transaction():
                for number, line in enumerate(lines):
                    self.keep_object(arn, jobs.new_object(number, line))
            await self._move(arn, "InProgress")
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(found: Json) -> None:
            async with turns:
                if self._existing(arn)["LabelingJobStatus"] == "InProgress":
                    ready = await asyncio.to_thread(self._with_input, job, found)
                    self.keep_object(arn, ready)

        await asyncio.gather(*(one(each) for each in self.objects(arn) if each["status"] == "WAITING"))

    def _with_input(self, job: Json, found: Json) -> Json:
        function = job["HumanTaskConfig"].get("PreHumanTaskLambdaArn")
        if not function:
            return found | {"status": "READY", "input": found["line"]}
        event = {"version": VERSION, "labelingJobArn": job["LabelingJobArn"], "dataObject": found["line"]}
        for tried in range(1, TRIES + 1):
            try:
                answer = call(self._functions, job, function, event)
                is_needed = str(answer.get("isHumanAnnotationRequired", True)).lower() != "false"
                return found | {"status": "READY" if is_needed else "LEFT_OUT", "input": answer["taskInput"]}
            except (FunctionError, LookupError, AttributeError, TypeError) as error:
                logger.warning("the function of a labeling job failed for object %d: %s", found["number"], error)
                if tried == TRIES:
                    break
        return found | {"status": "FAILED"}

    def _is_open(self, arn: str) -> bool:
        """Whether there is something left to wait for."""
        job, objects = self._existing(arn), self.objects(arn)
        if job["LabelingJobStatus"] == "Stopping":
            return any(each["status"] == "ANSWERED" for each in objects)
        return any(each["status"] not in OBJECT_ENDED for each in objects)

    def _consolidate(self, arn: str) -> bool:
        """Label the objects that have their answers, all in one call; false if there is none."""
        self._expire(arn)
        job = self._existing(arn)
        answered = [each for each in self.objects(arn) if each["status"] == "ANSWERED"]
        if not answered:
            return False
        for found in answered:
            last = max(answer["submitted_at"] for answer in found["answers"])
            name = f"annotations/worker-response/iteration-1/{found['number']}/{jobs.file_time(last)}.json"
            told = {"answers": [jobs.worker_answer(job, answer) for answer in found["answers"]]}
            found["response"] = self.files(job).write(name, json.dumps(told, ensure_ascii=False))
        labels = self._labels(job, answered)
        with self._store.transaction():
            for found in answered:
                is_labeled = labels is None or str(found["number"]) in labels
                found |= {"status": "LABELED" if is_labeled else "FAILED", "labeled_at": time.time()}
                if labels is not None and is_labeled:
                    found["label"] = labels[str(found["number"])]
                self.keep_object(arn, found)
            counted = jobs.counters(self.objects(arn))
            self.keep(self._existing(arn) | {"LabelCounters": counted, "LastModifiedTime": time.time()})
        return True

    def _labels(self, job: Json, answered: Sequence[Json]) -> dict[str, Json] | None:
        """What the job's function made of the answers, by object; None without such a function."""
        consolidation = job["HumanTaskConfig"].get("AnnotationConsolidationConfig")
        if not consolidation:
            return None
        when = f"{jobs.file_time(time.time())}.{answered[0]['number']}"
        folder = "annotations/consolidated-annotation"
        payload = [
            {
                "datasetObjectId": str(found["number"]),
                "dataObject": _data_object(found["line"]),
                "annotations": [
                    {
                        "workerId": jobs.worker_id(job, answer["worker"]),
                        "annotationData": {"content": json.dumps(answer["content"], ensure_ascii=False)},
                    }
                    for answer in found["answers"]
                ],
            }
            for found in answered
        ]
        files = self.files(job)
        asked = files.write(f"{folder}/consolidation-request/iteration-1/{when}.json", json.dumps(payload))
        event = {
            "version": VERSION,
            "labelingJobArn": job["LabelingJobArn"],
            "labelCategories": [],
            "labelAttributeName": job["LabelAttributeName"],
            "roleArn": job["RoleArn"],
            "payload": {"s3Uri": asked},
        }
        try:
            reply = call(self._functions, job, consolidation["AnnotationConsolidationLambdaArn"], event)
            files.write(f"{folder}/consolidation-response/iteration-1/{when}.json", json.dumps(reply))
            return {each["datasetObjectId"]: dict(each["consolidatedAnnotation"]["content"]) for each in reply}
        except (FunctionError, LookupError, TypeError, ValueError) as error:
            logger.warning("the function that consolidates failed for %d objects: %s", len(answered), error)
            return {}

    def _expire(self, arn: str) -> None:
        with self._store.transaction():
            job = self._existing(arn)
            lifetime = job["HumanTaskConfig"].get("TaskAvailabilityLifetimeInSeconds", jobs.MOST_AVAILABLE_SECONDS)
            if time.time() < job["CreationTime"] + lifetime:
                return
            for found in self.objects(arn):
                if found["status"] in ("READY", "WAITING"):
                    self.keep_object(arn, found | {"status": "ANSWERED" if found["answers"] else "FAILED"})

    def _write_output(self, arn: str) -> None:
        """Raises JobFailedError if nothing came of it."""
        job, objects = self._existing(arn), self.objects(arn)
        labeled = [each for each in objects if each["status"] == "LABELED"]
        lines = [jobs.output_line(job, each, each.get("label"), each["response"]) for each in labeled]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        place = self.files(job).write("manifests/output/output.manifest", text, "application/jsonl")
        told = {"LabelingJobOutput": {"OutputDatasetS3Uri": place}, "LabelCounters": jobs.counters(objects)}
        self.keep(job | told)
        if not labeled and any(each["status"] == "FAILED" for each in objects):
            raise JobFailedError("ClientError: All data objects of the job failed. Look at its functions' logs.")

    async def _move(self, arn: str, status: str, reason: str = "") -> None:
        with self._store.transaction():
            job = self._existing(arn)
            if job["LabelingJobStatus"] == "Stopping" and status not in ENDED:
                return
            told = {"LabelingJobStatus": status, "LastModifiedTime": time.time()}
            told["LabelCounters"] = jobs.counters(self.objects(arn))
            self.keep(job | told | ({"FailureReason": reason[:1024]} if reason else {}))
        await asyncio.to_thread(events.publish, "aws.sagemaker", EVENT, arn, {"LabelingJobStatus": status})

    def _existing(self, arn: str) -> Json:
        job = self._store.get(arn)
        assert job is not None
        return job


def _data_object(line: Json) -> Json:
    """As the function that consolidates gets it: the address or the text, under a name that tells which."""
    told = line.get("source-ref", line.get("source"))
    return {"s3Uri": told} if "source-ref" in line else {"content": told}
