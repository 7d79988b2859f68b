"""S3 and DynamoDB for the functions, from moto, with the sample objects in their buckets."""

import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import batched, chain
from typing import Any

import boto3
import botocore.session
from boto3.dynamodb.types import TypeSerializer
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BaseBackend
from moto.core.models import RESPONSES_METHODS
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from docent import clients, secrets_store
from identity import console_address, saml_providers
from tests.support.hooks import hooks_of
from tests.support.project import ROOT
from tests.support.s3_vectors import newer_loader

REGION = "eu-central-1"
SOURCE_BUCKET = "docent-documents"
DERIVED_BUCKET = "docent-derived"
IMAGES_TABLE = "docent-pictures"
DOCUMENTS_TABLE = "docent-documents"
READERS_TABLE = "docent-readers"
AUDIENCES_TABLE = "docent-audiences"
CALLERS_TABLE = "docent-callers"
QUESTIONNAIRES_TABLE = "docent-questionnaires"
SUMMARIES_TABLE = "docent-summaries"
DEBATES_TABLE = "docent-debates"
LABELING_TABLE = "docent-labeling"
LIBRARY_TABLE = "docent-library"
SIGN_INS_TABLE = "docent-sign-ins"
SESSIONS_TABLE = "docent-sessions"
USAGE_TABLE = "docent-usage"
CONNECTIONS_TABLE = "docent-connections"
FLOW_RUNS_TABLE = "docent-flow-runs"
ORDERS_TABLE = "docent-orders"
GRANTS_TABLE = "docent-grants"
PRODUCTS_TABLE = "docent-products"
SUBSCRIPTIONS_TABLE = "docent-subscriptions"
AUDIT_TABLE = "docent-audit"
AUDIT_BUCKET = "docent-anchors"
CATALOG_TABLE = "docent-catalog"
# `{table: its keys, partition key first}`
TABLES = {
    IMAGES_TABLE: ("picture_id",),
    DOCUMENTS_TABLE: ("document_id",),
    READERS_TABLE: ("reader", "document_key"),
    AUDIENCES_TABLE: ("principal",),
    CALLERS_TABLE: ("subject", "item"),
    QUESTIONNAIRES_TABLE: ("questionnaire_id", "item"),
    SUMMARIES_TABLE: ("job_id",),
    DEBATES_TABLE: ("run_id",),
    LABELING_TABLE: ("task_id", "item"),
    LIBRARY_TABLE: ("digest", "answer_id"),
    SIGN_INS_TABLE: ("sign_in_id",),
    SESSIONS_TABLE: ("session_id",),
    USAGE_TABLE: ("period", "item"),
    CONNECTIONS_TABLE: ("reader", "connection_id"),
    FLOW_RUNS_TABLE: ("run_id", "item"),
    ORDERS_TABLE: ("order_number",),
    GRANTS_TABLE: ("principal", "product_id"),
    PRODUCTS_TABLE: ("product_id",),
    SUBSCRIPTIONS_TABLE: ("subscription_id",),
    AUDIT_TABLE: ("chain", "sequence"),
    CATALOG_TABLE: ("name",),
}
# `{table: {index: its keys}}`
INDEXES = {table: {"by-owner": ("owner_subject", "created_at")} for table in (SUMMARIES_TABLE, DEBATES_TABLE)}
INDEXES[FLOW_RUNS_TABLE] = {"by-owner": ("owner_flow", "created_at"), "by-flow": ("flow", "created_at")}
INDEXES[CALLERS_TABLE] = {"by-cited": ("cited", "cited_by")}
INDEXES[LABELING_TABLE] = {"by-status": ("task_state", "item")}
INDEXES |= {
    GRANTS_TABLE: {"by-product": ("product_id", "principal")},
    SUBSCRIPTIONS_TABLE: {
        "by-product": ("product_id", "created_at"),
        "by-principal": ("principal", "created_at"),
        "by-status": ("status", "ends_at"),
    },
}
NUMBERS = frozenset({"sequence", "ends_at"})  # keys that are no texts
OBJECTS = ROOT / "events" / "objects"
# moto ignores the services that have fakes.
CONFIG: Any = {
    "core": {
        "reset_boto3_session": False,
        "passthrough": {
            "urls": [
                r"https?://(kendra|bedrock|events|datazone|s3vectors|qbusiness|sts|(sync-)?states|[^/]+\.execute-api)"
            ]
        },
    }
}
# moto also prepares for callers that use requests. Ours use botocore, and this takes longer than most tests.
RESPONSES_METHODS.clear()


def _make_urls_once() -> None:
    """moto makes a service's URLs again, and reads S3's module again, for each request."""
    of_moto, made = BaseBackend.urls.fget, dict[type[BaseBackend], Any]()
    assert of_moto
    BaseBackend.urls = property(
        lambda backend: made.get(type(backend)) or made.setdefault(type(backend), of_moto(backend))
    )


_make_urls_once()


@cache
def session() -> boto3.Session:
    """The functions' session, one for all tests, because creating one reads megabytes of service models."""
    inner = botocore.session.Session()
    inner.register_component("data_loader", newer_loader())
    made = boto3.Session("test", "test", region_name=REGION, botocore_session=inner)
    hooks_of(made)
    return made


@cache
def _own_session() -> boto3.Session:
    return boto3.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")


@cache
def _own_client(service: str) -> Any:
    """Of a session without hooks, so that faults do not affect it."""
    make: Any = _own_session().client
    return make(service)


@contextmanager
def world() -> Iterator["World"]:
    """Both buckets with the sample objects, and the tables. The functions' clients are kept from test to test."""
    with mock_aws(config=CONFIG):
        before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session()
        secrets_store._read.cache_clear()
        saml_providers._saml_provider.cache_clear()
        console_address.console_origin.cache_clear()
        try:
            yield World()
        finally:
            boto3.DEFAULT_SESSION = before


@contextmanager
def new_clients() -> Iterator[None]:
    """Clients that the functions make from the environment of now, and that no other test gets."""
    _forget_clients()
    try:
        yield
    finally:
        _forget_clients()


def _forget_clients() -> None:
    for client in vars(clients).values():
        if hasattr(client, "cache_clear"):
            client.cache_clear()


class World:
    """What tests write and read, through separate clients that faults do not affect."""

    def __init__(self) -> None:
        self._s3, self._dynamodb = _own_client("s3"), _own_client("dynamodb")
        buckets, tables = pickle.loads(_beginning())
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.update(buckets)
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.update(tables)

    def put(
        self,
        key: str,
        body: bytes | Any,
        bucket: str = DERIVED_BUCKET,
        metadata: dict[str, str] | None = None,
        content_type: str = "binary/octet-stream",
    ) -> str | None:
        """Stores bytes, or anything else as JSON. Returns the version if the bucket keeps versions."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self._s3.put_object(
            Bucket=bucket, Key=key, Body=data, Metadata=metadata or {}, ContentType=content_type
        )
        return reply.get("VersionId")

    def put_secret(self, name: str, value: dict[str, str]) -> str:
        """Its ARN."""
        return _own_client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))["ARN"]

    def put_parameter(self, name: str, value: str) -> None:
        _own_client("ssm").put_parameter(Name=name, Value=value, Type="StringList", Overwrite=True)

    def put_saml_provider(self, metadata: str) -> str:
        """Its ARN."""
        return _own_client("iam").create_saml_provider(Name="docent", SAMLMetadataDocument=metadata)["SAMLProviderArn"]

    def put_item(self, table: str, **values: Any) -> None:
        self._dynamodb.put_item(TableName=table, Item=_typed(values))

    def put_many(self, table: str, items: Iterable[dict[str, Any]]) -> None:
        for batch in batched(items, 25, strict=False):
            puts = [{"PutRequest": {"Item": _typed(item)}} for item in batch]
            self._dynamodb.batch_write_item(RequestItems={table: puts})

    def delete_items(self, table: str) -> None:
        """Deletes all items of a table."""
        for item in self._dynamodb.scan(TableName=table)["Items"]:
            self._dynamodb.delete_item(TableName=table, Key={key: item[key] for key in TABLES[table]})

    def delete_item(self, table: str, **key: str) -> None:
        self._dynamodb.delete_item(TableName=table, Key={name: {"S": value} for name, value in key.items()})

    def items(self, table: str) -> list[dict[str, Any]]:
        """All items of a table, in key order."""
        found = [
            {name: next(iter(value.values())) for name, value in item.items()}
            for item in self._dynamodb.scan(TableName=table)["Items"]
        ]
        return sorted(found, key=lambda item: [item[key] for key in TABLES[table]])

    def keep_versions(self) -> None:
        """Enables versioning on the source bucket, as in the template."""
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

    def head(self, key: str) -> dict[str, Any]:
        """HeadObject of an object in the source bucket, with its checksum."""
        return self._s3.head_object(Bucket=SOURCE_BUCKET, Key=key, ChecksumMode="ENABLED")

    def versions(self, key: str) -> list[dict[str, Any]]:
        """Every version of an object in the source bucket, without delete markers."""
        return self._s3.list_object_versions(Bucket=SOURCE_BUCKET, Prefix=key).get("Versions", [])

    def content_type(self, key: str) -> str:
        return self._s3.head_object(Bucket=DERIVED_BUCKET, Key=key)["ContentType"]

    def hold_image(self, image_id: str, documents: list[str], captions: dict[str, Any] | None = None) -> None:
        item: dict[str, Any] = {"picture_id": {"S": image_id}, "documents": {"SS": documents}}
        if captions:
            item["captions"] = {"M": {key: {"S": json.dumps(value)} for key, value in captions.items()}}
        self._dynamodb.put_item(TableName=IMAGES_TABLE, Item=item)

    def forget_image(self, image_id: str) -> None:
        self._dynamodb.delete_item(TableName=IMAGES_TABLE, Key={"picture_id": {"S": image_id}})

    def image(self, image_id: str) -> tuple[set[str], dict[str, Any]] | None:
        """`(documents that hold it, captions)`, or None when nobody does."""
        key = {"picture_id": {"S": image_id}}
        item = self._dynamodb.get_item(TableName=IMAGES_TABLE, Key=key).get("Item")
        if item is None:
            return None
        captions = item.get("captions", {}).get("M", {})
        return set(item.get("documents", {}).get("SS", [])), {
            key: json.loads(value["S"]) for key, value in captions.items()
        }

    @contextmanager
    def refusing(self, operation: str, status: int, code: str) -> Iterator[None]:
        """Every call of one operation (`s3.GetObject`) is refused and does nothing."""
        error = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        with self.answering(operation, error, status):
            yield

    @contextmanager
    def answering(self, operation: str, reply: dict[str, Any], status: int = 200) -> Iterator[None]:
        """Every call of one operation gets this answer, parsed by botocore, and does nothing."""
        with self.before(operation, lambda: (AWSResponse("", status, HTTPHeaders(), None), reply)):
            yield

    @contextmanager
    def leaving_unprocessed(self, operation: str, times: int) -> Iterator[None]:
        """The first calls of one batch operation return everything as unprocessed, as DynamoDB does when throttled."""
        left = [times]

        def handler(params: dict[str, Any], **_: Any) -> Any:
            if left[0] == 0:
                return None
            left[0] -= 1
            asked = json.loads(params["body"])["RequestItems"]
            left_over = {"UnprocessedKeys": asked, "UnprocessedItems": asked}
            return AWSResponse("", 200, HTTPHeaders(), None), {"Responses": {}} | left_over

        with hooks_of(session()).hooked(handler, f"before-call.{operation}"):
            yield

    @contextmanager
    def before(self, operation: str, happens: Callable[[], Any]) -> Iterator[None]:
        """Runs something right before every call of one operation by the functions."""
        with hooks_of(session()).hooked(lambda **_: happens(), f"before-call.{operation}"):
            yield


@cache
def _beginning() -> bytes:
    """moto's buckets and tables as every test finds them. Making them takes longer than most tests."""
    s3, dynamodb = _own_client("s3"), _own_client("dynamodb")
    for bucket in (SOURCE_BUCKET, DERIVED_BUCKET, AUDIT_BUCKET):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for path in OBJECTS.rglob("*.*"):
        s3.put_object(Bucket=DERIVED_BUCKET, Key=path.relative_to(OBJECTS).as_posix(), Body=path.read_bytes())
    for table, keys in TABLES.items():
        indexes = INDEXES.get(table, {})
        more: Any = {
            "GlobalSecondaryIndexes": [
                {"IndexName": name, "KeySchema": _key_schema(index), "Projection": {"ProjectionType": "ALL"}}
                for name, index in indexes.items()
            ]
        }
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": key, "AttributeType": "N" if key in NUMBERS else "S"}
                for key in dict.fromkeys((*keys, *chain(*indexes.values())))
            ],
            KeySchema=_key_schema(keys),
            **(more if indexes else {}),
        )
    made = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets, dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    return pickle.dumps(made)


def _key_schema(keys: Iterable[str]) -> Any:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's form, such as `{name: {"S": value}}`."""
    return {name: TypeSerializer().serialize(value) for name, value in values.items()}
