"""`AWS::S3Vectors::VectorBucket` and `AWS::S3Vectors::Index` for the local CloudFormation, through the service's API.

Ref returns the ARN. Attributes are as AWS documents them. Deleting an index deletes its vectors.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from local.s3vectors.iam import bucket_arn
from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, str]]


def add_vector_buckets(handler: Handler) -> None:
    def call(operation: str, request: Json) -> Json:
        return exchange(handler, "POST", f"/{operation}", {}, request)

    def bucket(arn: str) -> Made:
        made = call("GetVectorBucket", {"vectorBucketArn": arn})["vectorBucket"]
        return arn, {"VectorBucketArn": arn, "CreationTime": _time(made["creationTime"])}

    def create_bucket(logical_id: str, props: Json, stack: str) -> Made:
        request = {"vectorBucketName": props.get("VectorBucketName") or _name(stack, logical_id)}
        if "EncryptionConfiguration" in props:
            request["encryptionConfiguration"] = _encryption(props)
        return bucket(call("CreateVectorBucket", request)["vectorBucketArn"])

    def update_bucket(physical_id: str, _old: Json, _new: Json, _stack: str) -> Made:
        return bucket(physical_id)

    def delete_bucket(physical_id: str, _props: Json) -> None:
        call("DeleteVectorBucket", {"vectorBucketArn": physical_id})

    def index(arn: str) -> Made:
        made = call("GetIndex", {"indexArn": arn})["index"]
        return arn, {"IndexArn": arn, "CreationTime": _time(made["creationTime"])}

    def create_index(logical_id: str, props: Json, stack: str) -> Made:
        request = {
            "indexName": props.get("IndexName") or _name(stack, logical_id),
            "dataType": props["DataType"],
            "dimension": int(props["Dimension"]),
            "distanceMetric": props["DistanceMetric"],
        }
        request["vectorBucketArn"] = props.get("VectorBucketArn") or bucket_arn(props["VectorBucketName"])
        if configuration := props.get("MetadataConfiguration"):
            request["metadataConfiguration"] = lower_camel(configuration)
        if "EncryptionConfiguration" in props:
            request["encryptionConfiguration"] = _encryption(props)
        return index(call("CreateIndex", request)["indexArn"])

    def update_index(physical_id: str, old: Json, new: Json, _stack: str) -> Made:
        before, now = _searched(old), _searched(new)
        if _fixed(old) != _fixed(new):
            raise ValueError("The non-filterable keys of an index cannot be changed without its replacement.")
        if removed := [key for key in before if before[key] != now.get(key)]:
            keys = [{"metadataKey": key} for key in removed]
            call("UpdateMetadataConfiguration", {"indexArn": physical_id, "delete": {"textSearchConfigurations": keys}})
        if added := [now[key] for key in now if before.get(key) != now[key]]:
            call("UpdateMetadataConfiguration", {"indexArn": physical_id, "add": {"textSearchConfigurations": added}})
        return index(physical_id)

    def delete_index(physical_id: str, _props: Json) -> None:
        call("DeleteIndex", {"indexArn": physical_id})

    bucket_replacing = ("VectorBucketName", "EncryptionConfiguration")
    add_resource_type("AWS::S3Vectors::VectorBucket", create_bucket, delete_bucket, update_bucket, bucket_replacing)
    index_replacing = (
        "IndexName", "DataType", "Dimension", "DistanceMetric", "VectorBucketArn", "VectorBucketName",
        "EncryptionConfiguration",
    )  # fmt: skip
    add_resource_type("AWS::S3Vectors::Index", create_index, delete_index, update_index, index_replacing)


def _name(stack: str, logical_id: str) -> str:
    return f"{stack[:25]}-{logical_id[:24]}-{secrets.token_hex(6)}".lower()


def _encryption(props: Json) -> Json:
    names = {"SseType": "sseType", "KmsKeyArn": "kmsKeyArn"}
    return {names[name]: value for name, value in props["EncryptionConfiguration"].items()}


def _fixed(props: Json) -> list[str]:
    return sorted(props.get("MetadataConfiguration", {}).get("NonFilterableMetadataKeys", []))


def _searched(props: Json) -> dict[str, Json]:
    texts = props.get("MetadataConfiguration", {}).get("TextSearchConfigurations", [])
    return {each["MetadataKey"]: lower_camel(each) for each in texts}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
