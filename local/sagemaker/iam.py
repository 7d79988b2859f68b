"""The resource that IAM checks for a request to SageMaker."""

import json

from local.seams.services import account, region


def resource_of(_path: str, body: bytes) -> str:
    try:
        name = json.loads(body or b"{}").get("LabelingJobName")
    except (ValueError, AttributeError):  # refused later, by its handler
        name = None
    return job_arn(name) if isinstance(name, str) else "*"


def job_arn(name: str) -> str:
    return f"arn:aws:sagemaker:{region()}:{account()}:labeling-job/{name.lower()}"
