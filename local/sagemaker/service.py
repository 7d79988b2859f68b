"""The operations of labeling jobs, in AWS's wire shapes."""

import asyncio
import contextvars
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from local.sagemaker import jobs
from local.sagemaker.iam import job_arn
from local.sagemaker.runs import Runs
from local.sagemaker.wire import TARGET, Json, SageMakerError, checked, invalid, service_model
from local.seams import identities, services

SERVICE = "sagemaker.amazonaws.com"
USUAL_PAGE = 10

logger = logging.getLogger("docent.local")

type Reply = tuple[int, dict[str, str], bytes]


class LabelingJobs:
    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        """Answers one request whose signature and permissions MiniStack has checked."""
        del method, path  # the protocol has one value for each
        context = contextvars.copy_context()  # the account and the Region of the request
        answer = await asyncio.to_thread(lambda: context.run(self._answered, headers, body, query))
        status, told = answer
        reply = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
        return status, reply, json.dumps(told).encode()

    def _answered(self, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]) -> tuple[int, Json]:
        target = next((value for name, value in headers.items() if name.lower() == "x-amz-target"), "")
        operation = target.removeprefix(TARGET)
        operations: dict[str, Callable[[Json], Json]] = {
            "CreateLabelingJob": lambda request: self._create(request, headers, query),
            "DescribeLabelingJob": lambda request: self._existing(request),
            "ListLabelingJobs": self._list,
            "StopLabelingJob": self._stop,
        }
        try:
            if operation not in operations:
                known = operation in service_model().operation_names
                what = "is not offered here" if known else "does not exist"
                raise SageMakerError("UnknownOperationException", f"The operation {operation} {what}.")
            return 200, operations[operation](checked(operation, body))
        except SageMakerError as error:
            return error.status, error.to_json()
        except Exception:
            logger.exception("a request of SageMaker failed")
            error = SageMakerError("InternalFailure", "An internal error occurred.")
            return error.status, error.to_json()

    def _create(self, request: Json, headers: Mapping[str, str], query: Mapping[str, Any]) -> Json:
        jobs.check(request)
        role_arn, arn = request["RoleArn"], job_arn(request["LabelingJobName"])
        if denied := services.denial(headers, query, "iam:PassRole", role_arn, {"iam:PassedToService": SERVICE}):
            raise SageMakerError("AccessDeniedException", denied)
        role = identities.role_of(role_arn)
        keys = {"aws:SourceAccount": services.account(), "aws:SourceArn": arn}
        if role is None or not identities.trusts_service(role, SERVICE, keys):
            raise invalid(
                f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
                f"'{SERVICE}' to assume the role."
            )
        if self._runs.job(arn):
            raise SageMakerError(
                "ResourceInUse", f"Job name must be unique within an AWS account and region, and {arn} exists."
            )
        self._runs.begin(jobs.created(arn, request))
        return {"LabelingJobArn": arn}

    def _list(self, request: Json) -> Json:
        prefix = job_arn("")
        here = [job for job in self._runs.all() if job["LabelingJobArn"].startswith(prefix)]
        found = jobs.selected(here, request)
        token, size = request.get("NextToken", "0"), request.get("MaxResults", USUAL_PAGE)
        if not token.isdecimal():
            raise invalid("The NextToken is not valid.")
        page = found[int(token) : int(token) + size]
        more = {"NextToken": str(int(token) + size)} if int(token) + size < len(found) else {}
        return {"LabelingJobSummaryList": [jobs.summary(job) for job in page]} | more

    def _stop(self, request: Json) -> Json:
        self._runs.stop(self._existing(request)["LabelingJobArn"])
        return {}

    def _existing(self, request: Json) -> Json:
        arn = job_arn(request["LabelingJobName"])
        job = self._runs.job(arn)
        if job is None:
            raise SageMakerError("ResourceNotFound", f"There is no labeling job {arn}.")
        return job
