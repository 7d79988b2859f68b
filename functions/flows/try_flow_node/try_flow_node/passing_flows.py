"""A temporary flow, for one run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_agent
from docent.errors import TransientError, from_aws
from docent.errors.flows import FlowTrialError

PAUSE, POLLS = 0.25, 40


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


@contextmanager
def passing_flow(
    name: str, role_arn: str, definition: dict[str, Any], sleep: Callable[[float], None] = _sleep
) -> Iterator[str]:
    """The id of a prepared flow, which is deleted at the end. Raises FlowTrialError if Bedrock refuses it."""
    client = bedrock_agent()
    try:
        flow_id = client.create_flow(name=name, executionRoleArn=role_arn, definition=definition)["id"]
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a flow was made for a trial", FlowTrialError) from error
    try:
        _prepare(flow_id, sleep)
        yield flow_id
    finally:
        client.delete_flow(flowIdentifier=flow_id, skipResourceInUseCheck=True)


def _prepare(flow_id: str, sleep: Callable[[float], None]) -> None:
    client = bedrock_agent()
    try:
        client.prepare_flow(flowIdentifier=flow_id)
        for _ in range(POLLS):
            flow = client.get_flow(flowIdentifier=flow_id)
            if flow["status"] == "Prepared":
                return
            if flow["status"] == "Failed":
                found = " ".join(each["message"] for each in flow.get("validations", []))
                raise FlowTrialError(f"Bedrock does not run this part of the flow alone. {found}".strip())
            sleep(PAUSE)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a flow was prepared for a trial", FlowTrialError) from error
    raise TransientError("Bedrock did not prepare the part of the flow in time.")
