"""AWS's own events, and the account that something belongs to."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import (
    eventbridge,
)


@contextmanager
def account_of(arn: str) -> Iterator[None]:
    """Work in the account and the Region of a resource."""
    _, _, _, region, account, _ = arn.split(":", 5)
    with request_scope(account, region):
        yield


def publish(source: str, detail_type: str, resource: str, detail: Mapping[str, Any]) -> None:
    """Send an event of an AWS service to the default event bus. Returns when its targets have taken it."""
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), "Resources": [resource]}
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
