"""The versions of a flow that are deleted, so that another one can be made."""

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_agent
from docent.errors import MisconfiguredError, from_aws

# AWS's quota, which cannot be raised.
MOST = 10


def prune(flow_id: str) -> list[str]:
    """The versions that were deleted."""
    client = bedrock_agent()
    try:
        pages = client.get_paginator("list_flow_versions").paginate(flowIdentifier=flow_id)
        versions = [each["version"] for page in pages for each in page["flowVersionSummaries"]]
        aliases = client.get_paginator("list_flow_aliases").paginate(flowIdentifier=flow_id)
        named = {
            route.get("flowVersion", "")
            for page in aliases
            for alias in page["flowAliasSummaries"]
            for route in alias["routingConfiguration"]
        }
        doomed = superfluous(versions, named)
        for version in doomed:
            client.delete_flow_version(flowIdentifier=flow_id, flowVersion=version)
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "versions of a flow were pruned", MisconfiguredError) from error
    return doomed


def superfluous(versions: Iterable[str], named: Iterable[str]) -> list[str]:
    """The oldest that no alias names, so many that one more version can be made."""
    numbers = sorted((each for each in versions if each.isdigit()), key=int)
    kept = set(named)
    free = [each for each in numbers if each not in kept]
    return free[: max(0, len(numbers) - (MOST - 1))]
