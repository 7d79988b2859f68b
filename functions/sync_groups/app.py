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

from docent.documents import ObjectPointer
from docent.errors import MissingDocumentError, UnreadableGroupsError
from docent.objects import read_bytes
from docent.secrets_store import read_secret
from docent.settings import read_settings
from group_changes import Changes, Record, compare, refusal
from group_ledger import Ledger
from group_updates import Updates, intentions, unsettled
from q_business_groups import QBusinessGroups
from scim_directory import ScimService, read_directory
from source_groups import Group, Groups, inhabited, read_groups

logger = Logger()
tracer = Tracer()

# Kept of a run's time, in seconds, to write down how far it came.
RESERVE = 30


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
    key = f"groups/{settings().q_business_application_id}/{settings().q_business_index_id}.json"
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


def sync(dry_run: bool, force: bool, seconds: float) -> dict[str, Any]:
    """`seconds` are left for it. The record is read before the source, so that whoever read an older source is
    found out when they write."""
    now = time.time()
    page = ledger().read()
    wanted = inhabited(read_source())
    changes = compare(wanted, page.groups, service().listed(time.time()))
    refused = refusal(changes, wanted, page.groups)
    if dry_run:
        return reply(changes, wanted, page.groups) | {"refusal": refused and refused.happened, "dry_run": True}
    if refused and not force:
        raise refused
    failed: dict[str, str] = {}
    if not changes.are_none or unsettled(page.groups):
        asked = intentions(changes, wanted, page.groups)
        claimed = ledger().claim(page, asked, time.time(), now + seconds)
        updates = Updates(service(), dict(asked), time.time, time.sleep, now + seconds - RESERVE, failed)
        try:
            updates.carry_out(changes, wanted)
            updates.settle()
        finally:
            ledger().write(claimed, updates.record)
    return reply(changes, wanted, page.groups, failed) | {"refusal": None, "dry_run": False}


def reply(changes: Changes, wanted: Groups, before: Record, failed: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "added": [{"group": name, "members": wanted[name].size} for name in changes.added],
        "changed": [
            {
                "group": name,
                "members": wanted[name].size,
                "before": before[name].members if name in before else None,
            }
            for name in changes.changed
        ],
        "removed": [{"group": name, "members": before[name].members} for name in changes.removed],
        "unchanged": len(changes.unchanged),
        "foreign": changes.foreign,
        "failed": [{"group": name, "reason": reason} for name, reason in sorted((failed or {}).items())],
    }


def count_failures(failures: int, function_name: str) -> None:
    """Of the alarm, which stays as it is between two runs."""
    with single_metric(name="GroupsFailed", unit=MetricUnit.Count, value=failures) as metric:
        metric.add_dimension("function_name", function_name)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    result = sync(
        dry_run=event.get("dry_run") is True,
        force=event.get("force") is True,
        seconds=context.get_remaining_time_in_millis() / 1000,
    )
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
