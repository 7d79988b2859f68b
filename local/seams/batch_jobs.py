"""What batch inference uses of MiniStack: the store of its jobs, which every snapshot has."""

from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import (
    bedrock,
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


def job_arn(job_id: str) -> str:
    return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:model-invocation-job/{job_id}"
