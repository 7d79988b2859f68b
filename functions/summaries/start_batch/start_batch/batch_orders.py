"""Batch jobs of Bedrock: created once, and found by name if nobody knows whether they were.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
"""

import hashlib
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock, s3
from docent.errors import MisconfiguredError, ThrottledError, TransientError, from_aws


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """`input` and `output` are S3 URIs of prefixes."""

    name: str
    model_id: str
    role_arn: str
    input: str
    output: str


def digest_of(bucket: str, prefix: str, generation: str) -> str:
    """Of what S3 has below the prefix, and of the upload that ordered it: the same order has the same digest."""
    digest = hashlib.sha256(generation.encode())
    try:
        for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for found in page.get("Contents", []):
                digest.update(f"\n{found.get('Key')}\t{found.get('Size')}\t{found.get('ETag')}".encode())
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, f"listing s3://{bucket}/{prefix}", MisconfiguredError) from error
    return digest.hexdigest()


def named(name: str) -> str | None:
    """The ARN of the batch job of that name."""
    try:
        for page in bedrock().get_paginator("list_model_invocation_jobs").paginate(nameContains=name):
            for job in page.get("invocationJobSummaries", []):
                if job["jobName"] == name:
                    return job["jobArn"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a batch job was looked up", MisconfiguredError) from error
    return None


def create(order: BatchOrder, timeout_hours: int) -> str:
    """Its ARN. Raises ThrottledError while the account has as many batch jobs as it may have."""
    try:
        return bedrock().create_model_invocation_job(
            jobName=order.name,
            clientRequestToken=order.name,
            modelId=order.model_id,
            roleArn=order.role_arn,
            modelInvocationType="Converse",  # pyright: ignore[reportCallIssue] - the stubs do not know it yet
            inputDataConfig={"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": order.input}},
            outputDataConfig={"s3OutputDataConfig": {"s3Uri": order.output}},
            timeoutDurationInHours=timeout_hours,
        )["jobArn"]
    except (ClientError, BotoCoreError) as error:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
        doing = "a batch job was created"
        if code == "ServiceQuotaExceededException":
            raise ThrottledError(f"AWS answered {code} while {doing}.") from error
        if code == "ConflictException":  # an earlier attempt created it, and the list does not have it yet
            if arn := named(order.name):
                return arn
            raise TransientError(f"AWS answered {code} while {doing}.") from error
        raise from_aws(error, doing, MisconfiguredError) from error
