"""The resource that IAM checks for a request to Kendra."""

import json

from local.seams.services import account, region


def resource_of(_path: str, body: bytes) -> str:
    return index_arn(json.loads(body or b"{}").get("IndexId", "*"))


def index_arn(index_id: str) -> str:
    return f"arn:aws:kendra:{region()}:{account()}:index/{index_id}"
