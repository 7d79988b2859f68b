"""Answers from the Express workflow, if they come in time and fit.

StartSyncExecution answers 200 for an execution that failed, too: what became of it is its `status`.
https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from docent.callers import Caller
from docent.clients import synchronous_workflows
from docent.errors import MisconfiguredError, UnexpectedError, from_aws

from .asked_list import AskedList


def answer_at_once(
    state_machine_arn: str, asked: AskedList, caller: Caller, job_id: str, seconds: float
) -> dict[str, Any] | None:
    """The responses by question; None where the questions or the answers are too large, or take too long."""
    if not asked.distinct:
        return {}
    given = asked.to_input(caller, job_id)
    if given is None:
        return None
    try:
        client = synchronous_workflows(max(1, int(seconds)))
        execution = client.start_sync_execution(stateMachineArn=state_machine_arn, input=given)
    except ReadTimeoutError:
        return None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "questions were answered", MisconfiguredError) from error
    match execution["status"], execution.get("error"):
        case "SUCCEEDED", _:
            output = json.loads(execution.get("output", ""))
            return {each["question"]: each["response"] for each in output["output"]}
        case ("TIMED_OUT", _) | (_, "States.DataLimitExceeded"):
            return None
        case status, error:
            raise UnexpectedError(f"The questions could not be answered ({error or status}).")
