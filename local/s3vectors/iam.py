"""The resource that IAM checks for a request to S3 Vectors, and the second action that some requests need."""

from typing import Any

from local.s3vectors.wire import S3VectorsError, object_of
from local.seams.services import account, region

type Json = dict[str, Any]


def resource_of(_path: str, body: bytes) -> str:
    try:
        return arn_of(object_of(body))
    except S3VectorsError:  # refused later, by its handler
        return "*"


def arn_of(request: Json) -> str:
    """The ARN of the index or the bucket that a request names; `*` if it names none."""
    if arn := request.get("indexArn") or request.get("vectorBucketArn") or request.get("resourceArn"):
        index = request.get("indexName") if not request.get("indexArn") else None
        return f"{arn}/index/{index}" if index else str(arn)
    if bucket := request.get("vectorBucketName"):
        arn = bucket_arn(str(bucket))
        return f"{arn}/index/{index}" if (index := request.get("indexName")) else arn
    return bucket_arn("*")


def bucket_arn(name: str) -> str:
    return f"arn:aws:s3vectors:{region()}:{account()}:bucket/{name}"


def also_needed(operation: str, request: Json) -> str | None:
    """AWS checks GetVectors too where a reply tells more than keys and distances."""
    if operation == "QueryVectors":
        # An empty filter is a filter, or the check could be passed by.
        told = request.get("returnMetadata") or request.get("queryTexts") or request.get("filter") is not None
    else:
        told = operation == "ListVectors" and (request.get("returnMetadata") or request.get("returnData"))
    return "s3vectors:GetVectors" if told else None
