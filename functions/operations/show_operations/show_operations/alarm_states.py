"""The alarms of the stack, asked of CloudWatch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import cloudwatch
from docent.errors import MisconfiguredError, from_aws
from docent.executions import moment


@dataclass(frozen=True, slots=True)
class Alarm:
    """`name` is its logical id in the template. `queue` is the name of the queue that it watches, or empty."""

    name: str
    description: str
    state: str
    since: str
    queue: str

    @classmethod
    def of(cls, described: Mapping[str, Any], name: str) -> Self:
        dimensions = described.get("Dimensions", []) if described.get("Namespace") == "AWS/SQS" else []
        queue = next((each["Value"] for each in dimensions if each["Name"] == "QueueName"), "")
        since = moment(described["StateUpdatedTimestamp"])
        return cls(name, described.get("AlarmDescription", ""), described["StateValue"], since, queue)

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "description": self.description, "state": self.state, "since": self.since}


def alarm_states(stack: str) -> list[Alarm]:
    """By name. CloudFormation names an alarm by the stack, its logical id and a random suffix."""
    own_name = re.compile(rf"{re.escape(stack)}-([A-Za-z0-9]+)-[A-Za-z0-9]+")
    try:
        pages = (
            cloudwatch()
            .get_paginator("describe_alarms")
            .paginate(AlarmNamePrefix=f"{stack}-", AlarmTypes=["MetricAlarm"])
        )
        described = [alarm for page in pages for alarm in page["MetricAlarms"]]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "alarms were looked up", MisconfiguredError) from error
    # Another stack's name may begin with this one's and a hyphen.
    named = ((own_name.fullmatch(each.get("AlarmName", "")), each) for each in described)
    return sorted((Alarm.of(each, found[1]) for found, each in named if found), key=lambda alarm: alarm.name)
