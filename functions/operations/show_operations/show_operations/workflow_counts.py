"""How many of a workflow's newest executions ended how."""

from collections import Counter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws
from docent.executions import moment

# One page of ListExecutions, which begins with the newest. Step Functions itself counts none.
COUNTED = 1000
STATUSES = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def counts_of(arn_prefix: str, workflow: str) -> dict[str, Any]:
    """`WorkflowCounts` of openapi.yaml."""
    arn = arn_prefix + workflow.replace("_", "-")
    try:
        reply = step_functions().list_executions(stateMachineArn=arn, maxResults=COUNTED)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "executions were counted", MisconfiguredError) from error
    found = reply["executions"]
    by_status = Counter(each["status"] for each in found)
    counted = {"workflow": workflow, "counts": {status: by_status[status] for status in STATUSES}}
    return counted | ({"since": moment(found[-1]["startDate"])} if "nextToken" in reply else {})
