"""Sample orders and policies, which the flows customer-service and order-desk answer from."""

import json
from pathlib import Path

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError

from cli.target import CommandError, Target

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "flows"
PREFIX = "flow-policies"


def put_flow_samples(target: Target) -> tuple[int, int]:
    """How many orders and policies were put. An order or a policy that is there already stays as it is."""
    try:
        orders = sum(_put_order(target, each) for each in json.loads((FOLDER / "orders.json").read_text()))
        policies = sum(_put_policy(target, path) for path in sorted((FOLDER / "policies").glob("*.md")))
    except (ClientError, BotoCoreError, S3UploadFailedError) as error:
        raise CommandError(f"The samples could not be put: {error}") from error
    return orders, policies


def _put_order(target: Target, order: dict[str, str]) -> bool:
    try:
        target.dynamodb.put_item(
            TableName=target.outputs["OrdersTableName"],
            Item={name: {"S": value} for name, value in order.items()},
            ConditionExpression="attribute_not_exists(order_number)",
        )
    except target.dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _put_policy(target: Target, path: Path) -> bool:
    bucket, key = target.outputs["SourceBucketName"], f"{PREFIX}/{path.name}"
    if target.s3.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount"):
        return False
    target.s3.upload_file(str(path), bucket, key, ExtraArgs={"ContentType": "text/markdown"})
    return True
