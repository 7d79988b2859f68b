"""The dead-letter queues of the stack: those that its alarms watch."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import cloudwatch, sqs
from docent.errors import MisconfiguredError, from_aws

from .alarm_states import Alarm

AGE = "ApproximateAgeOfOldestMessage"
PERIOD = 60  # seconds
# SQS measures a queue every minute, and tells CloudWatch some minutes later.
MEASURED = timedelta(minutes=15)


def dead_letter_queues(alarms: Iterable[Alarm], replayed: str) -> list[dict[str, Any]]:
    """`Queue`s of openapi.yaml, by name; `replayed` is the URL of the one whose messages can be replayed."""
    names = sorted({alarm.queue for alarm in alarms if alarm.queue})
    try:
        ages = _ages(names) if names else {}
        return [_queue(name, replayed) | ages.get(name, {}) for name in names]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "queues were measured", MisconfiguredError) from error


def _queue(name: str, replayed: str) -> dict[str, Any]:
    url = sqs().get_queue_url(QueueName=name)["QueueUrl"]
    counts = sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    # CloudFormation names a queue by the stack, its logical id and a random suffix.
    logical_id = re.sub(r"-[A-Za-z0-9]+$", "", name).rpartition("-")[2]
    return {"name": logical_id, "depth": sum(int(each) for each in counts.values()), "replayed": url == replayed}


def _ages(names: list[str]) -> dict[str, dict[str, int]]:
    """`{name: {"oldest_seconds"}}` of queues that have messages."""
    now = datetime.now(UTC)
    queries: Any = [
        {
            "Id": f"queue{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/SQS",
                    "MetricName": AGE,
                    "Dimensions": [{"Name": "QueueName", "Value": name}],
                },
                "Period": PERIOD,
                "Stat": "Maximum",
            },
        }
        for number, name in enumerate(names)
    ]
    reply: Any = cloudwatch().get_metric_data(
        MetricDataQueries=queries, StartTime=now - MEASURED, EndTime=now, ScanBy="TimestampDescending"
    )
    newest = {each["Id"]: each["Values"][0] for each in reply["MetricDataResults"] if each.get("Values")}
    ages = ((name, round(newest.get(f"queue{number}", 0))) for number, name in enumerate(names))
    return {name: {"oldest_seconds": age} for name, age in ages if age}
