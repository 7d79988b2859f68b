"""Events that reached no workflow: EventBridge puts them into a dead-letter queue, with the workflow's ARN."""

from collections.abc import Iterator
from typing import Any

# For this long after it is received, no one else receives the same dead letter.
VISIBILITY_SECONDS = 60
BATCH = 10
# A receive can be empty although messages are there, if it asks only some of SQS's servers. Any wait makes SQS ask all.
WAIT_SECONDS = 1
EMPTY_RECEIVES = 2


def replay(sqs: Any, step_functions: Any, queue_url: str) -> Iterator[str]:
    """Start the workflow of every undelivered event, then delete the event; yields execution ARNs."""
    empty = 0
    while empty < EMPTY_RECEIVES:
        messages = _receive(sqs, queue_url)
        empty = 0 if messages else empty + 1
        for message in messages:
            workflow = message["MessageAttributes"]["TARGET_ARN"]["StringValue"]
            started = step_functions.start_execution(stateMachineArn=workflow, input=message["Body"])
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield started["executionArn"]


def _receive(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    reply = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=VISIBILITY_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageAttributeNames=["TARGET_ARN"],
    )
    return reply.get("Messages", [])
