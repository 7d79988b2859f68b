"""AWS clients, made at first use and kept for the life of the execution environment.

One owner per retry: where a state machine retries (models, guardrail, index) the SDK tries once; S3,
DynamoDB and the like, whose faults are short, keep the SDK's standard mode. All tries of a call together end before
the function does, and a function of the API (27 seconds) before API Gateway gives up (29 seconds).
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.session import get_session

from docent.settings import is_at_aws

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kendra import KendraClient
    from mypy_boto3_qbusiness import QBusinessClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient


def _config(attempts: int, read_timeout: int, connections: int = 10) -> Config:
    return Config(
        max_pool_connections=connections,
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=2,
        read_timeout=read_timeout,
        tcp_keepalive=True,
    )


@cache
def s3() -> "S3Client":
    # What is signed for others gets an address in the bucket's own region only with this style; from another one
    # browsers are redirected, and lose the form they send. Elsewhere than at AWS buckets may have no host of their own.
    # The first region has two such addresses. The console's distribution knows the buckets by the one with the region.
    style: Any = {"addressing_style": "virtual" if is_at_aws() else "path", "us_east_1_regional_endpoint": "regional"}
    signing = Config(signature_version="s3v4", s3=style)
    return boto3.client("s3", config=_config(attempts=3, read_timeout=6).merge(signing))


@cache
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_config(attempts=3, read_timeout=5))


@cache
def bedrock() -> "BedrockClient":
    return boto3.client("bedrock", config=_config(attempts=3, read_timeout=10))


@cache
def bedrock_runtime(attempts: int = 1, read_timeout: int = 100) -> "BedrockRuntimeClient":
    # As many calls of the guardrail as mask_summaries makes at the same time.
    return boto3.client("bedrock-runtime", config=_config(attempts, read_timeout, connections=32))


@cache
def kendra(attempts: int = 1) -> "KendraClient":
    return boto3.client("kendra", config=_config(attempts, read_timeout=30))


@cache
def bedrock_agent(attempts: int = 3) -> Any:
    return boto3.client("bedrock-agent", config=_config(attempts, read_timeout=10))


@cache
def bedrock_agent_runtime(attempts: int = 1, read_timeout: int = 30) -> Any:
    return boto3.client("bedrock-agent-runtime", config=_config(attempts, read_timeout))


@cache
def s3_vectors(attempts: int = 1) -> Any:
    return boto3.client("s3vectors", config=_config(attempts, read_timeout=30))


@cache
def connections(url: str) -> "ApiGatewayManagementApiClient":
    """To those who are connected to the WebSocket API at `url`."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=url, config=_config(attempts=3, read_timeout=10))


@cache
def step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=_config(attempts=3, read_timeout=5))


@cache
def event_bridge() -> "EventBridgeClient":
    return boto3.client("events", config=_config(attempts=3, read_timeout=5))


@cache
def sqs() -> "SQSClient":
    return boto3.client("sqs", config=_config(attempts=3, read_timeout=5))


@cache
def cloudwatch() -> "CloudWatchClient":
    return boto3.client("cloudwatch", config=_config(attempts=3, read_timeout=5))


@cache
def synchronous_workflows(read_timeout: int) -> "SFNClient":
    """For StartSyncExecution, which answers when the execution has ended."""
    # At AWS the call has a host of its own, which other endpoints lack.
    host = Config(inject_host_prefix=is_at_aws())
    return boto3.client("stepfunctions", config=_config(attempts=1, read_timeout=read_timeout).merge(host))


@cache
def iam() -> "IAMClient":
    return boto3.client("iam", config=_config(attempts=3, read_timeout=5))


@cache
def secrets_manager() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=_config(attempts=3, read_timeout=5))


@cache
def ssm() -> "SSMClient":
    return boto3.client("ssm", config=_config(attempts=3, read_timeout=5))


@cache
def sts() -> "STSClient":
    return boto3.client("sts", config=_config(attempts=3, read_timeout=5))


@cache
def cognito() -> Any:
    return boto3.client("cognito-idp", config=_config(attempts=3, read_timeout=5))


@cache
def session_of(role_arn: str) -> boto3.Session:
    """With the credentials of a role, which the SDK renews before they end."""
    own: Any = get_session()
    fetcher = AssumeRoleCredentialFetcher(
        own.create_client, own.get_credentials(), role_arn, extra_args={"RoleSessionName": "docent"}
    )
    assumed: Any = get_session()
    assumed._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    return boto3.Session(botocore_session=assumed)


@cache
def datazone(role_arn: str) -> Any:
    """In the account of the role, which is the domain's."""
    return session_of(role_arn).client("datazone", config=_config(attempts=3, read_timeout=10))


@cache
def s3_as(role_arn: str) -> "S3Client":
    return session_of(role_arn).client("s3", config=_config(attempts=3, read_timeout=6))


@cache
def q_business() -> "QBusinessClient":
    return boto3.client("qbusiness", config=_config(attempts=5, read_timeout=30))
