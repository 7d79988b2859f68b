"""Keep Q Business's groups equal to a source. Called by a schedule, and by `docent sync-groups`.

in   {"dry_run"?: bool, "force"?: bool}
out  {"added": [{group, members}], "changed": [{group, members, before}], "removed": [{group, members}],
      "unchanged": n, "foreign": [group], "failed": [{group, reason}], "refusal": reason or null, "dry_run": bool}
"""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.derived_keys import group_ledger
from docent.documents import ObjectPointer
from docent.errors.chat import UnreadableGroupsError
from docent.errors.ingest import MissingDocumentError
from docent.objects import read_bytes
from docent.secrets_store import read_secret
from docent.settings import read_settings
from sync_groups.group_ledger import Ledger
from sync_groups.q_business_groups import QBusinessGroups
from sync_groups.scim_directory import ScimService, read_directory
from sync_groups.source_groups import Group, read_groups
from sync_groups.sync_runs import Run

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    q_business_application_id: str
    q_business_index_id: str
    groups_source: str
    members_role_arn: str
    groups_secret_arn: str = ""


@cache
def settings() -> Settings:
    return read_settings(Settings)


def service() -> QBusinessGroups:
    found = settings()
    return QBusinessGroups(
        found.q_business_application_id, found.q_business_index_id, found.derived_bucket, found.members_role_arn
    )


def ledger() -> Ledger:
    key = group_ledger(settings().q_business_application_id, settings().q_business_index_id)
    return Ledger(ObjectPointer(settings().derived_bucket, key))


def read_source() -> dict[str, Group]:
    source = settings().groups_source
    if not source.startswith("s3://"):
        return read_directory(ScimService(source, token()))
    bucket, _, key = source.removeprefix("s3://").partition("/")
    try:
        return read_groups(read_bytes(ObjectPointer(bucket, key)))
    except MissingDocumentError as error:
        raise UnreadableGroupsError(error.happened) from error


def token() -> str:
    arn = settings().groups_secret_arn
    return read_secret(arn, "token") if arn else ""


def count_failures(failures: int, function_name: str) -> None:
    """Of the alarm, which stays as it is between two runs."""
    with single_metric(name="GroupsFailed", unit=MetricUnit.Count, value=failures) as metric:
        metric.add_dimension("function_name", function_name)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    deadline = time.time() + context.get_remaining_time_in_millis() / 1000
    run = Run(ledger(), service(), read_source, time.time, time.sleep, deadline)
    result = run(dry_run=event.get("dry_run") is True, force=event.get("force") is True)
    logger.info(
        "groups compared" if result["dry_run"] else "groups synced",
        added=len(result["added"]),
        changed=len(result["changed"]),
        removed=len(result["removed"]),
        unchanged=result["unchanged"],
        foreign=len(result["foreign"]),
        failed=len(result["failed"]),
    )
    if not result["dry_run"]:
        count_failures(len(result["failed"]), context.function_name)
    return result
