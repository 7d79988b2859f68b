"""S3 Vectors on the whole machine: signatures, IAM, CloudFormation, and a restart."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.support.machine import Machine
from tests.support.s3_vectors import client_of
from tests.support.waiting import wait_until

BUCKET, STACK = "access", "vectors"
ACCOUNT = "000000000000"
TRUST = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
ARN = f"arn:aws:s3vectors:us-east-1:{ACCOUNT}:bucket/{BUCKET}"


@pytest.fixture(scope="module")
def vectors(machine: Machine) -> Iterator[Any]:
    client = client_of(machine.settings.url)
    client.create_vector_bucket(vectorBucketName=BUCKET)
    for name in ("one", "other"):
        client.create_index(
            vectorBucketName=BUCKET,
            indexName=name,
            dataType="float32",
            dimension=2,
            distanceMetric="cosine",
            metadataConfiguration={"textSearchConfigurations": [{"metadataKey": "text", "language": "en"}]},
        )
        put = [{"key": "a", "data": {"float32": [1, 0]}, "metadata": {"text": "penguins", "audience": "x"}}]
        client.put_vectors(vectorBucketName=BUCKET, indexName=name, vectors=put)
    yield client
    client.close()


def as_role(machine: Machine, name: str, *actions: str) -> Any:
    allowed = {
        "Effect": "Allow",
        "Action": [f"s3vectors:{action}" for action in actions],
        "Resource": f"{ARN}/index/one",
    }
    role = machine.role(name, TRUST, allowed)
    session = machine.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return client_of(machine.settings.url, session)


@contextmanager
def denied() -> Iterator[None]:
    with pytest.raises(ClientError) as error:
        yield
    response: Any = error.value.response
    assert response["Error"]["Code"] == "AccessDeniedException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_role_is_allowed_its_actions_on_its_index_only(machine: Machine, vectors: Any) -> None:
    role = as_role(machine, "vectors-writer", "PutVectors", "DeleteVectors")
    one = {"vectorBucketName": BUCKET, "indexName": "one"}
    put = [{"key": "b", "data": {"float32": [0, 1]}}]
    role.put_vectors(**one, vectors=put)
    role.delete_vectors(indexArn=f"{ARN}/index/one", keys=["b"])
    for place in (one | {"indexName": "other"}, {"indexArn": f"{ARN}/index/other"}):
        with denied():
            role.put_vectors(**place, vectors=put)
    with denied():
        role.query_vectors(**one, topK=1, queryVector={"float32": [1, 0]})
    with denied():
        role.delete_index(**one)


@pytest.mark.parametrize(
    "more",
    [
        {"filter": {"audience": "x"}},
        {"returnMetadata": True},
        {"queryTexts": [{"text": "penguin", "metadataKey": "text"}]},
    ],
)
def test_a_query_that_tells_more_than_keys_also_needs_get_vectors(
    machine: Machine, vectors: Any, more: dict[str, Any]
) -> None:
    query = {"indexArn": f"{ARN}/index/one", "topK": 1, "queryVector": {"float32": [1, 0]}}
    name = f"vectors-{next(iter(more)).lower()}"
    only = as_role(machine, f"{name}-only", "QueryVectors", "ListVectors")
    assert only.query_vectors(**query)["vectors"] == [{"key": "a"}]
    assert only.list_vectors(indexArn=f"{ARN}/index/one")["vectors"] == [{"key": "a"}]
    with denied():
        only.query_vectors(**query | more)
    with denied():
        only.list_vectors(indexArn=f"{ARN}/index/one", returnMetadata=True)
    both = as_role(machine, f"{name}-both", "QueryVectors", "GetVectors")
    assert [each["key"] for each in both.query_vectors(**query | more)["vectors"]] == ["a"]


def test_a_put_of_500_vectors_as_models_make_them_arrives_whole(machine: Machine, vectors: Any) -> None:
    place = {"vectorBucketName": BUCKET, "indexName": "many"}
    vectors.create_index(**place, dataType="float32", dimension=1024, distanceMetric="cosine")
    rows = np.random.default_rng(1).standard_normal((500, 1024)).astype(np.float32)
    vectors.put_vectors(
        **place, vectors=[{"key": str(n), "data": {"float32": row.tolist()}} for n, row in enumerate(rows)]
    )
    found = vectors.query_vectors(**place, topK=1, queryVector={"float32": rows[137].tolist()}, returnDistance=True)
    assert [each["key"] for each in found["vectors"]] == ["137"]
    (back,) = vectors.get_vectors(**place, keys=["499"], returnData=True)["vectors"]
    assert np.array_equal(np.array(back["data"]["float32"], np.float32), rows[499])


def template(text_keys: list[str], dimension: int = 3) -> str:
    texts = [{"MetadataKey": key, "Language": "de"} for key in text_keys]
    resources = {
        "Vectors": {"Type": "AWS::S3Vectors::VectorBucket"},
        "Index": {
            "Type": "AWS::S3Vectors::Index",
            "Properties": {
                "VectorBucketArn": {"Ref": "Vectors"},
                "IndexName": "passages",
                "DataType": "float32",
                "Dimension": dimension,
                "DistanceMetric": "cosine",
                "MetadataConfiguration": {
                    "NonFilterableMetadataKeys": ["text_de", "places"],
                    "TextSearchConfigurations": texts,
                },
            },
        },
    }
    outputs = {
        "BucketArn": {"Value": {"Fn::GetAtt": ["Vectors", "VectorBucketArn"]}},
        "Index": {"Value": {"Ref": "Index"}},
        "IndexArn": {"Value": {"Fn::GetAtt": ["Index", "IndexArn"]}},
        "Created": {"Value": {"Fn::GetAtt": ["Index", "CreationTime"]}},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})


def test_a_bucket_and_its_index_are_made_changed_and_deleted_with_their_stack(machine: Machine, vectors: Any) -> None:
    cloudformation = machine.client("cloudformation")

    def stack() -> dict[str, Any]:
        found = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return found[0] if found else {"StackStatus": "DELETE_COMPLETE"}

    def settled(status: str) -> dict[str, str]:
        wait_until(lambda: not stack()["StackStatus"].endswith("IN_PROGRESS"))
        assert stack()["StackStatus"] == status, stack().get("StackStatusReason")
        return {each["OutputKey"]: each["OutputValue"] for each in stack().get("Outputs", [])}

    cloudformation.create_stack(StackName=STACK, TemplateBody=template(["text_de"]))
    made = settled("CREATE_COMPLETE")
    assert made["Index"] == made["IndexArn"] == f"{made['BucketArn']}/index/passages"
    assert made["Created"].endswith("Z")
    index = {"indexArn": made["Index"]}
    told = vectors.get_index(**index)["index"]
    assert told["metadataConfiguration"]["nonFilterableMetadataKeys"] == ["text_de", "places"]
    put = {"key": "k", "data": {"float32": [1, 2, 3]}, "metadata": {"text_de": "Verträge", "places": "Haus"}}
    vectors.put_vectors(**index, vectors=[put])

    cloudformation.update_stack(StackName=STACK, TemplateBody=template(["text_de", "places"]))
    assert settled("UPDATE_COMPLETE")["Index"] == made["Index"]
    by_place = [{"text": "Häuser", "metadataKey": "places"}]
    assert [each["key"] for each in vectors.query_vectors(**index, topK=1, queryTexts=by_place)["vectors"]] == ["k"]

    cloudformation.delete_stack(StackName=STACK)
    wait_until(lambda: not vectors.list_vector_buckets(prefix=STACK)["vectorBuckets"])
    with pytest.raises(ClientError, match="could not be found"):
        vectors.get_index(**index)
