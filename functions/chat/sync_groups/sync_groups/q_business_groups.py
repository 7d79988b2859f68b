"""The groups of one Q Business index: list them, put one, delete one, ask what became of it.

Members up to a thousand travel in the call, more as a file that Q Business reads from S3 by a role of its own:
https://docs.aws.amazon.com/amazonq/latest/api-reference/API_PutGroup.html
"""

from datetime import UTC, datetime
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import q_business
from docent.derived_keys import group_members
from docent.documents import ObjectPointer
from docent.errors import MisconfiguredError, from_aws
from docent.errors.chat import GroupRefusedError
from docent.objects import write_json

from .source_groups import Group

MOST_INLINE = 1_000

type Outcome = Literal["pending", "settled", "failed", "gone"]

OUTCOMES: dict[str, Outcome] = {
    "PROCESSING": "pending",
    "SUCCEEDED": "settled",
    "FAILED": "failed",
    "DELETING": "pending",
    "DELETED": "gone",
}


class QBusinessGroups:
    def __init__(self, application_id: str, index_id: str, bucket: str, role_arn: str) -> None:
        """`role_arn` is what Q Business reads the files in `bucket` with."""
        self._ids: Any = {"applicationId": application_id, "indexId": index_id}
        self._bucket = bucket
        self._role_arn = role_arn

    def listed(self, now: float) -> set[str]:
        try:
            pages = q_business().get_paginator("list_groups").paginate(
                **self._ids, updatedEarlierThan=datetime.fromtimestamp(now, UTC)
            )  # fmt: skip
            return {each["groupName"] for page in pages for each in page.get("items", []) if "groupName" in each}
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "groups were listed", MisconfiguredError) from error

    def put(self, group: Group) -> None:
        """Raises GroupRefusedError for what Q Business will not take."""
        members: Any = {}
        if group.users:
            members["memberUsers"] = [{"userId": user, "type": "INDEX"} for user in sorted(group.users)]
        if group.groups:
            members["memberGroups"] = [{"groupName": name, "type": "INDEX"} for name in sorted(group.groups)]
        reading = {}
        if group.size > MOST_INLINE:
            # Named by its content: no other run can put other members there. The bucket forgets it after a day.
            pointer = ObjectPointer(self._bucket, group_members(group.digest))
            write_json(pointer, members)
            members = {"s3PathForGroupMembers": {"bucket": pointer.bucket, "key": pointer.key}}
            reading = {"roleArn": self._role_arn}
        try:
            q_business().put_group(
                **self._ids, groupName=group.name, type="INDEX", groupMembers=members, **reading
            )  # fmt: skip
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a group was put", GroupRefusedError) from error

    def delete(self, name: str) -> None:
        """Deleting what is not there is as good."""
        self._ask(q_business().delete_group, "a group was deleted", name)

    def outcome(self, name: str) -> tuple[Outcome, str]:
        """What became of the last put or deletion, and why it failed if it did."""
        reply = self._ask(q_business().get_group, "a group was looked at", name)
        if reply is None:
            return "gone", ""
        status = reply.get("status", {})
        error = status.get("errorDetail", {})
        reason = f"Q Business said {error.get('errorCode', 'nothing more')}. {error.get('errorMessage', '')}".strip()
        return OUTCOMES.get(status.get("status", ""), "pending"), reason

    def _ask(self, operation: Any, doing: str, name: str) -> dict[str, Any] | None:
        try:
            return operation(**self._ids, groupName=name)
        except q_business().exceptions.ResourceNotFoundException:
            return None
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, doing, GroupRefusedError) from error
