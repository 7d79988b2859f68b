"""Knowledge bases on a machine, over files in a bucket."""

from collections.abc import Mapping
from typing import Any

from tests.support.machine import Machine
from tests.support.waiting import wait_until

type Json = dict[str, Any]

EMBEDDING = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
PREFIX = "policies/"


def vector_index(machine: Machine, bucket: str) -> str:
    """The ARN of an index in a new vector bucket."""
    vectors = machine.client("s3vectors")
    vectors.create_vector_bucket(vectorBucketName=bucket)
    made = vectors.create_index(
        vectorBucketName=bucket,
        indexName="policies",
        dataType="float32",
        dimension=1024,
        distanceMetric="cosine",
        metadataConfiguration={"nonFilterableMetadataKeys": ["AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA"]},
    )
    return made["indexArn"]


def base_of(bases: Any, role: str, index: str, name: str, bucket: str) -> tuple[str, str]:
    """A knowledge base over the files below PREFIX in a bucket, and its data source."""
    made = bases.create_knowledge_base(
        name=name,
        roleArn=role,
        knowledgeBaseConfiguration={
            "type": "VECTOR",
            "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": EMBEDDING},
        },
        storageConfiguration={"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": index}},
    )["knowledgeBase"]
    assert made["status"] == "ACTIVE"
    data = bases.create_data_source(
        knowledgeBaseId=made["knowledgeBaseId"],
        name="files",
        dataSourceConfiguration={
            "type": "S3",
            "s3Configuration": {"bucketArn": f"arn:aws:s3:::{bucket}", "inclusionPrefixes": [PREFIX]},
        },
    )["dataSource"]
    return made["knowledgeBaseId"], data["dataSourceId"]


def ingested(bases: Any, base: str, source: str) -> Json:
    job = bases.start_ingestion_job(knowledgeBaseId=base, dataSourceId=source)["ingestionJob"]
    named = {"knowledgeBaseId": base, "dataSourceId": source, "ingestionJobId": job["ingestionJobId"]}
    wait_until(lambda: bases.get_ingestion_job(**named)["ingestionJob"]["status"] in ("COMPLETE", "FAILED"), seconds=60)
    return bases.get_ingestion_job(**named)["ingestionJob"]


def knowledge_base(machine: Machine, role: str, name: str, files: Mapping[str, str]) -> str:
    """The id of a knowledge base with these files."""
    s3, bases, bucket = machine.client("s3"), machine.client("bedrock-agent"), f"{name}-files"
    s3.create_bucket(Bucket=bucket)
    for key, text in files.items():
        s3.put_object(Bucket=bucket, Key=f"{PREFIX}{key}", Body=text.encode())
    base, source = base_of(bases, role, vector_index(machine, f"{name}-vectors"), name, bucket)
    told = ingested(bases, base, source)
    assert told["status"] == "COMPLETE", told
    return base
