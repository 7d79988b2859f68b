"""Histories of executions and the children of their Map Runs, asked of Step Functions."""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws

# Events that are read at most, of the 25,000 that Step Functions keeps of an execution.
MAX_EVENTS, PAGE = 5000, 1000
# Children that are listed at most: a document has no more images than MaxPictures allows.
MAX_CHILDREN = 5000
# Calls at the same time: the SDK keeps this many connections.
THREADS = 10


def read_history(execution_arn: str) -> tuple[list[dict[str, Any]], bool]:
    """Its events, and whether these are all; none when Step Functions has forgotten it, after 90 days."""
    pages = (
        step_functions()
        .get_paginator("get_execution_history")
        .paginate(executionArn=execution_arn, includeExecutionData=True, PaginationConfig={"PageSize": PAGE})
    )
    try:
        events: list[Any] = list(islice((event for page in pages for event in page["events"]), MAX_EVENTS + 1))
    except step_functions().exceptions.ExecutionDoesNotExist:
        return [], True
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "an execution's history was read", MisconfiguredError) from error
    return events[:MAX_EVENTS], len(events) <= MAX_EVENTS


def read_children(execution_arn: str, start: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Children of the execution's newest Map Run in the order in which they began, as DescribeExecution has them; and
    whether there are more."""
    try:
        runs = step_functions().list_map_runs(executionArn=execution_arn)["mapRuns"]
        if not runs:
            return [], False
        newest = max(runs, key=lambda run: run["startDate"])["mapRunArn"]
        pages = step_functions().get_paginator("list_executions").paginate(mapRunArn=newest)
        listed = islice((child for page in pages for child in page["executions"]), MAX_CHILDREN)
        arns = [child["executionArn"] for child in sorted(listed, key=lambda each: (each["startDate"], each["name"]))]
        with ThreadPoolExecutor(THREADS) as pool:
            found = pool.map(lambda arn: step_functions().describe_execution(executionArn=arn), arns[start:][:limit])
            return [{**child} for child in found], len(arns) > start + limit
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "child executions were looked up", MisconfiguredError) from error
