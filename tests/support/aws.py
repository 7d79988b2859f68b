"""S3 and DynamoDB as the functions meet them: moto's, with the sample objects in their buckets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from docent import clients
from tests.support.project import ROOT

REGION = "eu-central-1"
SOURCE_BUCKET = "docent-documents"
DERIVED_BUCKET = "docent-derived"
PICTURES_TABLE = "docent-pictures"
DOCUMENTS_TABLE = "docent-documents"
READERS_TABLE = "docent-readers"
# `{table: its keys, the partition's first}`
TABLES = {
    PICTURES_TABLE: ("picture_id",),
    DOCUMENTS_TABLE: ("document_id",),
    READERS_TABLE: ("reader", "document_key"),
}
OBJECTS = ROOT / "events" / "objects"
# What fakes stand for, moto keeps its hands off.
CONFIG: Any = {"core": {"reset_boto3_session": False, "passthrough": {"urls": [r"https?://(kendra|bedrock)"]}}}


@cache
def session() -> boto3.Session:
    """One for all tests: making one reads megabytes of service models."""
    return boto3.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@cache
def _own_client(service: str) -> Any:
    """Made before any fault is there to reach it."""
    make: Any = session().client
    return make(service)


@contextmanager
def world() -> Iterator["World"]:
    """Both buckets with the sample objects, the pictures' table, and new clients for the functions."""
    with mock_aws(config=CONFIG):
        before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session()
        forget_clients()
        try:
            yield World()
        finally:
            boto3.DEFAULT_SESSION = before
            forget_clients()


def forget_clients() -> None:
    for client in (clients.s3, clients.dynamodb, clients.bedrock_runtime, clients.kendra):
        client.cache_clear()


class World:
    """What tests put there and look at, through clients of its own that no fault reaches."""

    def __init__(self) -> None:
        self._s3, self._dynamodb = _own_client("s3"), _own_client("dynamodb")
        for bucket in (SOURCE_BUCKET, DERIVED_BUCKET):
            place = {"LocationConstraint": REGION}
            self._s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        for path in OBJECTS.rglob("*.*"):
            self.put(path.relative_to(OBJECTS).as_posix(), path.read_bytes())
        for table, keys in TABLES.items():
            self._dynamodb.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
            )

    def put(
        self, key: str, body: bytes | Any, bucket: str = DERIVED_BUCKET, metadata: dict[str, str] | None = None
    ) -> str | None:
        """Stores bytes, or anything else as JSON; returns the version, where the bucket keeps them."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._s3.put_object(Bucket=bucket, Key=key, Body=data, Metadata=metadata or {}).get("VersionId")

    def put_item(self, table: str, **values: str) -> None:
        self._dynamodb.put_item(TableName=table, Item={name: {"S": value} for name, value in values.items()})

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything a table holds, in the order of its keys."""
        found = [
            {name: next(iter(value.values())) for name, value in item.items()}
            for item in self._dynamodb.scan(TableName=table)["Items"]
        ]
        return sorted(found, key=lambda item: [item[key] for key in TABLES[table]])

    def keep_versions(self) -> None:
        """Makes the source bucket what it is in the template."""
        enabled = {"Status": "Enabled"}
        self._s3.put_bucket_versioning(Bucket=SOURCE_BUCKET, VersioningConfiguration=enabled)

    def delete(self, key: str, bucket: str = DERIVED_BUCKET) -> None:
        self._s3.delete_object(Bucket=bucket, Key=key)

    def read(self, key: str, bucket: str = DERIVED_BUCKET) -> bytes:
        return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def read_json(self, key: str, bucket: str = DERIVED_BUCKET) -> Any:
        return json.loads(self.read(key, bucket))

    def list_keys(self, prefix: str = "", bucket: str = DERIVED_BUCKET) -> set[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}

    def content_type(self, key: str) -> str:
        return self._s3.head_object(Bucket=DERIVED_BUCKET, Key=key)["ContentType"]

    def hold_picture(self, picture_id: str, documents: list[str], captions: dict[str, Any] | None = None) -> None:
        item: dict[str, Any] = {"picture_id": {"S": picture_id}, "documents": {"SS": documents}}
        if captions:
            item["captions"] = {"M": {key: {"S": json.dumps(value)} for key, value in captions.items()}}
        self._dynamodb.put_item(TableName=PICTURES_TABLE, Item=item)

    def forget_picture(self, picture_id: str) -> None:
        self._dynamodb.delete_item(TableName=PICTURES_TABLE, Key={"picture_id": {"S": picture_id}})

    def picture(self, picture_id: str) -> tuple[set[str], dict[str, Any]] | None:
        """`(documents that hold it, captions)`, or None when nobody does."""
        key = {"picture_id": {"S": picture_id}}
        item = self._dynamodb.get_item(TableName=PICTURES_TABLE, Key=key).get("Item")
        if item is None:
            return None
        captions = item.get("captions", {}).get("M", {})
        return set(item.get("documents", {}).get("SS", [])), {
            key: json.loads(value["S"]) for key, value in captions.items()
        }

    @contextmanager
    def refusing(self, operation: str, status: int, code: str) -> Iterator[None]:
        """Every call of one operation (`s3.GetObject`) is refused, and does nothing."""
        error = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        with self.answering(operation, error, status):
            yield

    @contextmanager
    def answering(self, operation: str, reply: dict[str, Any], status: int = 200) -> Iterator[None]:
        """Every call of one operation is answered so, parsed as botocore would, and does nothing."""
        with self.before(operation, lambda: (AWSResponse("", status, HTTPHeaders(), None), reply)):
            yield

    @contextmanager
    def before(self, operation: str, happens: Callable[[], Any]) -> Iterator[None]:
        """Something happens right before every call of one operation by the functions."""

        def handler(**_: Any) -> Any:
            return happens()

        session().events.register(f"before-call.{operation}", handler)
        forget_clients()
        try:
            yield
        finally:
            session().events.unregister(f"before-call.{operation}", handler)
            forget_clients()
