"""Where workers answer on this machine, since Ground Truth's portal is a page of AWS.

`/_docent/labeling-jobs/JOB?worker=NAME`: GET gives the worker an object of the job, or `{}`: `{"object", "input",
"template", "links"}`, where `links` are what `grant_read_access` makes of each address in the input. PUT takes what
they submit: `{"object", "answerContent"}`; 409 if the object is not theirs any more.
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from local.callers import AsgiApp, Receive, Scope, Send
from local.controls import body_of, reply
from local.sagemaker.iam import job_arn
from local.sagemaker.runs import Runs
from local.sagemaker.wire import Json
from local.seams import events
from local.settings import REGION

PATH = "/_docent/labeling-jobs/"
ACCOUNT = "000000000000"


def with_workers(app: AsgiApp, runs: Runs) -> AsgiApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await app(scope, receive, send)
            return
        worker = parse_qs(scope["query_string"].decode()).get("worker", [""])[0]
        with events.account_of(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:labeling-job"):
            arn = job_arn(scope["path"].removeprefix(PATH))
        if runs.job(arn) is None or not worker:
            await reply(send, 404, {"message": "There is no such labeling job, or the request names no worker."})
        elif scope["method"] == "PUT":
            given = json.loads(await body_of(receive))
            kept = await asyncio.to_thread(runs.answer, arn, given["object"], worker, given["answerContent"])
            await reply(send, 200 if kept else 409, {"kept": kept})
        else:
            task = await asyncio.to_thread(_task, runs, arn, worker)
            await reply(send, 200, task)

    return serve


def _task(runs: Runs, arn: str, worker: str) -> Json:
    found, job = runs.next_task(arn, worker), runs.job(arn)
    if found is None or job is None:
        return {}
    files = runs.files(job)
    links = {address: files.link(address) for address in _addresses(found["input"])}
    return {"object": found["number"], "input": found["input"], "template": files.template(), "links": links}


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("s3://"):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _addresses(each)
