"""The operations of batch inference, in AWS's wire shapes. Everything else that Bedrock can do is MiniStack's."""

import asyncio
import secrets
import string
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.bedrock.batch import jobs
from local.bedrock.batch.jobs import ENDED
from local.bedrock.batch.runs import Infer, Runs
from local.bedrock.batch.wire import Json, page, reply, request_of, route
from local.bedrock.iam import model_arn
from local.bedrock.models import is_model
from local.bedrock.refusals import Refusal, WireReply, invalid
from local.faults import Fault, Faults
from local.seams import batch_jobs, identities, services

SERVICE = "bedrock.amazonaws.com"
# The quota "Sum of in-progress and submitted batch inference jobs using a base model" of Claude's models.
MOST_JOBS = 20
USUAL_PAGE = 100
_ID_LETTERS = string.ascii_lowercase + string.digits


class BatchInference:
    def __init__(self, infer: Infer, s3: Callable[[str], Any], faults: Faults) -> None:
        self._faults = faults
        self._runs = Runs(infer, s3, faults)
        self.resume = self._runs.resume

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> WireReply:
        if not (found := route(method, path)):
            return await batch_jobs.bedrock_of_ministack(method, path, headers, body, query)
        operation, labels = found
        try:
            fault = self._faults.take("bedrock", operation, headers) or Fault()
            await asyncio.sleep(fault.delay)
            if fault.error:
                raise Refusal(fault.error, "A fault that was asked for.")
            answer = self._answer(operation, request_of(operation, labels, query, body), headers, query)
            if fault.lost:
                raise Refusal(fault.lost, "The reply was lost, as a fault asked for.")
        except Refusal as refusal:
            return refusal.on_the_wire()
        status, told, content = reply(answer)
        return status, told, content[: len(content) // 2] if fault.malformed else content

    def _answer(self, operation: str, request: Json, headers: Mapping[str, str], query: Mapping[str, Any]) -> Json:
        match operation:
            case "CreateModelInvocationJob":
                return self._create(request, headers, query)
            case "ListModelInvocationJobs":
                found = jobs.selected(batch_jobs.jobs_here(), request)
                shown, following = page([jobs.shown(job) for job in found], request, USUAL_PAGE)
                return {"invocationJobSummaries": shown} | following
            case "StopModelInvocationJob":
                return self._stop(_existing(request["jobIdentifier"]))
        return jobs.shown(_existing(request["jobIdentifier"]))

    def _create(self, request: Json, headers: Mapping[str, str], query: Mapping[str, Any]) -> Json:
        model, role_arn = request["modelId"], request["roleArn"]
        if not is_model(model):
            raise invalid("The provided model identifier is invalid.")
        for action, resource, keys in (
            ("bedrock:CreateModelInvocationJob", model_arn(model), {}),
            ("iam:PassRole", role_arn, {"iam:PassedToService": SERVICE}),
        ):
            if denied := services.denial(headers, query, action, resource, keys):
                raise Refusal("AccessDeniedException", denied)
        here = batch_jobs.jobs_here()
        token = request.get("clientRequestToken")
        # AWS: "If this token matches a previous request, Amazon Bedrock ignores the request, but does not return an
        # error."
        if token and (earlier := next((job for job in here if job.get("clientRequestToken") == token), None)):
            return {"jobArn": earlier["jobArn"]}
        if any(job["jobName"] == request["jobName"] for job in here):
            raise Refusal("ConflictException", "The provided job name is currently in use. Choose another name.")
        if sum(job["modelId"] == model and job["status"] not in ENDED for job in here) >= MOST_JOBS:
            raise Refusal(
                "ServiceQuotaExceededException",
                f"At most {MOST_JOBS} batch inference jobs of a model can be submitted or in progress. Wait until one "
                "of them has ended.",
            )
        arn = batch_jobs.job_arn("".join(secrets.choice(_ID_LETTERS) for _ in range(12)))
        _check_role(role_arn, arn)
        job = jobs.submitted(arn, request, datetime.now(UTC))
        batch_jobs.keep(job, {tag["key"]: tag["value"] for tag in request.get("tags", ())})
        self._runs.begin(job)
        return {"jobArn": arn}

    def _stop(self, job: Json) -> Json:
        if job["status"] in ENDED:
            raise Refusal("ConflictException", f"The job {job['jobArn']} has ended with the status {job['status']}.")
        if job["status"] != "Stopping":
            self._runs.stop(job)
        return {}


def _existing(identifier: str) -> Json:
    """A job by its ARN or by the id that its ARN ends with."""
    for job in batch_jobs.jobs_here():
        if identifier in (job["jobArn"], job["jobArn"].rpartition("/")[2]):
            return job
    raise Refusal("ResourceNotFoundException", f"There is no batch inference job {identifier}.")


def _check_role(role_arn: str, job_arn: str) -> None:
    """Bedrock must be able to assume the role, with the keys that AWS recommends to check in the trust policy.

    https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
    """
    keys = {"aws:SourceAccount": services.account(), "aws:SourceArn": job_arn}
    role = identities.role_of(role_arn)
    if role is None or not identities.trusts_service(role, SERVICE, keys):
        raise invalid(
            f"Amazon Bedrock could not assume {role_arn}. Check that the role exists and that its trust policy allows "
            f"{SERVICE} to assume it."
        )
