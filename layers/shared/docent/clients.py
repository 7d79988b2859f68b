"""AWS clients, made at first use and kept for the life of the execution environment.

One owner per retry: where a state machine retries (models, guardrail, index) the SDK tries once; S3 and
DynamoDB, whose faults are short, keep the SDK's standard mode. Read time-outs stay below the functions'.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kendra import KendraClient
    from mypy_boto3_s3 import S3Client


def _config(attempts: int, read_timeout: int) -> Config:
    return Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=5,
        read_timeout=read_timeout,
        tcp_keepalive=True,
    )


@cache
def s3() -> "S3Client":
    return boto3.client("s3", config=_config(attempts=4, read_timeout=30))


@cache
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_config(attempts=4, read_timeout=10))


@cache
def bedrock_runtime(attempts: int = 1) -> "BedrockRuntimeClient":
    return boto3.client("bedrock-runtime", config=_config(attempts, read_timeout=100))


@cache
def kendra(attempts: int = 1) -> "KendraClient":
    return boto3.client("kendra", config=_config(attempts, read_timeout=30))


@cache
def connections(url: str) -> "ApiGatewayManagementApiClient":
    """To those who are connected to the WebSocket API at `url`."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, config=_config(attempts=3, read_timeout=10))
