"""Bedrock's batch jobs as far as functions create, find and stop them."""

from typing import Any, ClassVar

from tests.support.fake_service import FakeService, Refused

CREATED = "2026-11-29T08:00:00Z"


class FakeBatchJobs(FakeService):
    """`jobs` by ARN, as GetModelInvocationJob returns them. `lost` creates the next job but answers with an error."""

    events: ClassVar = ("bedrock",)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.lost = False
        self.listed = True

    def put(self, arn: str, name: str = "docent-batch", status: str = "InProgress", **counts: int) -> None:
        uri = "s3://docent-derived/summaries/"
        self.jobs[arn] = {
            "jobArn": arn,
            "jobName": name,
            "modelId": "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "clientRequestToken": name,
            "roleArn": "arn:aws:iam::111122223333:role/docent-batch",
            "status": status,
            "submitTime": CREATED,
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": uri}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": uri}},
            **counts,
        }

    def end(self, arn: str, status: str, message: str = "", **counts: int) -> None:
        self.jobs[arn] |= {"status": status, "message": message, **counts}

    def CreateModelInvocationJob(self, request: dict[str, Any]) -> dict[str, Any]:
        token = request["clientRequestToken"]
        if earlier := next((job for job in self.jobs.values() if job["clientRequestToken"] == token), None):
            return {"jobArn": earlier["jobArn"]}
        arn = f"arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/job{len(self.jobs):09d}"
        kept = {name: value for name, value in request.items() if name != "tags"}
        self.jobs[arn] = kept | {"jobArn": arn, "status": "Submitted", "submitTime": CREATED}
        if self.lost:
            self.lost = False
            raise Refused("InternalServerException")
        return {"jobArn": arn}

    def GetModelInvocationJob(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["jobIdentifier"] not in self.jobs:
            raise Refused("ResourceNotFoundException")
        return self.jobs[request["jobIdentifier"]]

    def ListModelInvocationJobs(self, request: dict[str, Any]) -> dict[str, Any]:
        found = [job for job in self.jobs.values() if request.get("nameContains", "") in job["jobName"]]
        return {"invocationJobSummaries": found if self.listed else []}

    def StopModelInvocationJob(self, request: dict[str, Any]) -> dict[str, Any]:
        job = self.GetModelInvocationJob(request)
        if job["status"] in ("Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"):
            raise Refused("ConflictException")
        job["status"] = "Stopping"
        return {}
