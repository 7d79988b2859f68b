"""How far a run is, as Step Functions counts the children of its Distributed Map."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import step_functions
from docent.errors import MisconfiguredError, from_aws


def progress_of(execution_arn: str) -> dict[str, Any]:
    """`{"progress": {total, done, failed}}`; empty before the Map begins."""
    try:
        runs = step_functions().list_map_runs(executionArn=execution_arn)["mapRuns"]
        if not runs:
            return {}
        newest = max(runs, key=lambda run: run["startDate"])["mapRunArn"]
        counts = step_functions().describe_map_run(mapRunArn=newest)["itemCounts"]
    except step_functions().exceptions.ExecutionDoesNotExist:
        return {}
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the progress of a run was read", MisconfiguredError) from error
    failed = counts["failed"] + counts["timedOut"] + counts["aborted"]
    return {"progress": {"total": counts["total"], "done": counts["succeeded"] + failed, "failed": failed}}
