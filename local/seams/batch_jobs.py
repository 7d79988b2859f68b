"""What batch inference uses of MiniStack: the store of its jobs, which every snapshot has, and AWS's own events."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import (
    bedrock,
    eventbridge,
)

from local.seams.services import Handler

bedrock_of_ministack: Handler = bedrock.handle_request


def keep(job: dict[str, Any], tags: Mapping[str, str]) -> None:
    """Add a job to the jobs of the request's account and Region. Later changes to it are saved too."""
    bedrock._model_invocation_jobs[job["jobArn"]] = job
    if tags:
        bedrock._tags[job["jobArn"]] = dict(tags)


def jobs_here() -> list[dict[str, Any]]:
    """The jobs of the request's account and Region."""
    return [job for job in bedrock._model_invocation_jobs.values() if "jobArn" in job]


def all_jobs() -> list[dict[str, Any]]:
    # MiniStack's own records have other names, and an older home can contain some.
    return [job for job in bedrock._model_invocation_jobs.all_values() if "jobArn" in job]


@contextmanager
def account_of(job: Mapping[str, Any]) -> Iterator[None]:
    """Work in the account and the Region of a job."""
    _, _, _, region, account, _ = job["jobArn"].split(":", 5)
    with request_scope(account, region):
        yield


def job_arn(job_id: str) -> str:
    return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:model-invocation-job/{job_id}"


def publish(detail_type: str, resource: str, detail: Mapping[str, Any]) -> None:
    """Send an event of Bedrock to the default event bus. Returns when its targets have taken it."""
    entry = {
        "Source": "aws.bedrock",
        "DetailType": detail_type,
        "Detail": json.dumps(detail),
        "Resources": [resource],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
