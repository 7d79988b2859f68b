"""The child executions of a Distributed Map, asked of Step Functions."""

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws
from docent.failure_reasons import Failure

# A child that is aborted was stopped because another one failed.
BADLY_ENDED = ("FAILED", "TIMED_OUT", "ABORTED")


def first_failed_child(execution_arn: str) -> Failure | None:
    """Why the first child of the execution's newest Map Run failed; None where there is no such child."""
    try:
        runs = step_functions().list_map_runs(executionArn=execution_arn)["mapRuns"]
        if not runs:
            return None
        newest = max(runs, key=lambda run: run["startDate"])["mapRunArn"]
        for status in BADLY_ENDED:
            pages = step_functions().get_paginator("list_executions").paginate(mapRunArn=newest, statusFilter=status)
            children = [child for page in pages for child in page["executions"]]
            if children:
                first = min(children, key=lambda child: child.get("stopDate", child["startDate"]))
                return Failure.of_execution(step_functions().describe_execution(executionArn=first["executionArn"]))
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the failed executions were looked up", MisconfiguredError) from error
    return None
