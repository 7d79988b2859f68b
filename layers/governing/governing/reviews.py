"""The workflow that decides about a request: started, and told what people have decided."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from docent import executions
from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws

from .subscriptions import Subscription

# The workflow waits with another token, or no longer waits. It reads the decision when it asks again.
_NOT_WAITING = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


def start_workflow(approve_subscription_arn: str, subscription: Subscription) -> None:
    """Idempotent: an attempt that was started already is not started again."""
    event = {"subject": {"kind": "access", "id": subscription.subscription_id}}
    executions.start(approve_subscription_arn, event, subscription.execution_name)


def answer_workflow(subscription: Subscription, *, approved: bool) -> None:
    if subscription.task_token:
        answer_token(subscription.task_token, approved=approved)


def answer_token(task_token: str, *, approved: bool) -> None:
    try:
        step_functions().send_task_success(taskToken=task_token, output=json.dumps({"approved": approved}))
    except (ClientError, BotoCoreError) as error:
        if not (isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _NOT_WAITING):
            raise from_aws(error, "a workflow was told of a decision", MisconfiguredError) from error
