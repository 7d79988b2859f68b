"""Groups and users of an application: the members of groups and the aliases of users."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.qbusiness.database import Database
from local.qbusiness.resources import Resources
from local.qbusiness.wire import conflict, invalid, missing, page

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Json = dict[str, Any]

MOST_INLINE = 1_000
MOST_IN_A_FILE = 100_000
MOST_FILE_BYTES = 50 << 20


class Groups:
    """Each public method with a request answers the request it is named after. Changes take effect after a delay."""

    def __init__(
        self,
        database: Database,
        resources: Resources,
        s3: Callable[[str | None], "S3Client"],
        settling_seconds: float,
    ) -> None:
        self._database = database
        self._resources = resources
        self._s3 = s3
        self._settling_seconds = settling_seconds

    def put_group(self, request: Json) -> Json:
        index = self._resources.active(self._resources.index(request))
        _check_type(request)
        members = request["groupMembers"]
        inline = members.get("memberUsers", []) + members.get("memberGroups", [])
        if "s3PathForGroupMembers" in members:
            if inline:
                raise invalid("Give the members of a group either inline or as a file in Amazon S3.")
            if "roleArn" not in request:
                raise invalid("A roleArn is needed to read the members of a group from Amazon S3.")
            found, failure = self._read(members["s3PathForGroupMembers"], request["roleArn"])
        elif len(inline) > MOST_INLINE:
            raise invalid(f"A group has at most {MOST_INLINE} members inline: use a file in Amazon S3.")
        else:
            for member in inline:
                _check_type(member)
            found, failure = _members(members), None
        self._write(index.id, request["groupName"], found, failure)
        return {}

    def get_group(self, request: Json) -> Json:
        index = self._resources.index(request)
        rows = self._database.all(
            "SELECT members, since, failure FROM groups WHERE index_id = ? AND name = ? ORDER BY since DESC",
            index.id, request["groupName"],
        )  # fmt: skip
        if not rows or (rows[0][0] is None and rows[0][2] is None and rows[0][1] <= time.time()):
            raise missing("GROUP", request["groupName"])
        history = [_status(*row) for row in rows]
        return {"status": history[0], "statusHistory": history}

    def list_groups(self, request: Json) -> Json:
        index = self._resources.index(request)
        rows = self._database.all(
            "SELECT name, members, MAX(since) FROM groups WHERE index_id = ? AND failure IS NULL"
            " GROUP BY name HAVING MAX(since) < ? ORDER BY name",
            index.id, request["updatedEarlierThan"],
        )  # fmt: skip
        names = [name for name, members, since in rows if members is not None or since > time.time()]
        shown, following = page(request, names, 10)
        return {"items": [{"groupName": name} for name in shown], **following}

    def delete_group(self, request: Json) -> Json:
        self.get_group(request)
        self._write(request["indexId"], request["groupName"], None, None)
        return {}

    def groups_in_force(self, index_id: str) -> dict[str, Json]:
        """`{name: {"users": […], "groups": […]}}`, the groups of an index that are in effect now."""
        rows = self._database.all(
            "SELECT name, members, MAX(since) FROM groups WHERE index_id = ? AND since <= ? AND failure IS NULL"
            " GROUP BY name",
            index_id, time.time(),
        )  # fmt: skip
        return {name: json.loads(members) for name, members, _ in rows if members is not None}

    # Users

    def create_user(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        aliases = self._checked_aliases(application.id, request.get("userAliases", []))
        added = self._database.run(
            "INSERT INTO users VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            application.id, request["userId"], json.dumps(aliases),
        )  # fmt: skip
        if not added:
            raise conflict(f"The user {request['userId']} exists.", "USER", request["userId"])
        return {}

    def get_user(self, request: Json) -> Json:
        application = self._resources.application(request)
        aliases = self._aliases(application.id, request["userId"])
        if aliases is None:
            raise missing("USER", request["userId"])
        return {"userAliases": aliases}

    def update_user(self, request: Json) -> Json:
        before = self.get_user(request)["userAliases"]
        gone = [_place(alias) for alias in request.get("userAliasesToDelete", [])]
        updates = self._checked_aliases(request["applicationId"], request.get("userAliasesToUpdate", []))
        changed = [_place(alias) for alias in updates]
        kept = [alias for alias in before if _place(alias) not in changed and _place(alias) not in gone]
        self._database.run(
            "UPDATE users SET aliases = ? WHERE application_id = ? AND id = ?",
            json.dumps([*kept, *updates]), request["applicationId"], request["userId"],
        )  # fmt: skip
        deleted = [alias for alias in before if _place(alias) in gone]
        replaced = [alias for alias in before if _place(alias) in changed]
        return {"userAliasesAdded": updates, "userAliasesUpdated": replaced, "userAliasesDeleted": deleted}

    def delete_user(self, request: Json) -> Json:
        self.get_user(request)
        self._database.run(
            "DELETE FROM users WHERE application_id = ? AND id = ?", request["applicationId"], request["userId"]
        )
        return {}

    def names_of(self, application_id: str, index_id: str, user: str) -> list[str]:
        """The names of a user in the access lists and groups of an index."""
        aliases = self._aliases(application_id, user) or []
        return [user, *(alias["userId"] for alias in aliases if alias.get("indexId") in (None, index_id))]

    def _aliases(self, application_id: str, user: str) -> list[Json] | None:
        row = self._database.one("SELECT aliases FROM users WHERE application_id = ? AND id = ?", application_id, user)
        return json.loads(row[0]) if row else None

    def _checked_aliases(self, application_id: str, aliases: list[Json]) -> list[Json]:
        for alias in aliases:
            if "dataSourceId" in alias:
                raise invalid("Data sources are not offered here.")
            if "indexId" in alias:
                self._resources.found("INDEX", application_id, alias["indexId"])
        return aliases

    def _read(self, place: Json, role: str) -> tuple[Json | None, str | None]:
        """The members in a file, or the reason it could not be read."""
        try:
            answer = self._s3(role).get_object(Bucket=place["bucket"], Key=place["key"])
            with answer["Body"] as body:
                if answer["ContentLength"] > MOST_FILE_BYTES:
                    return None, "The file is too large."
                document = json.loads(body.read())
            members = _members(document.get("groupMembers", document))
        except (ClientError, BotoCoreError):
            return None, "The object could not be read from Amazon S3."
        except (ValueError, AttributeError, KeyError, TypeError):
            return None, "The file does not hold the members of a group."
        if len(members["users"]) + len(members["groups"]) > MOST_IN_A_FILE:
            return None, f"A group has at most {MOST_IN_A_FILE} members."
        return members, None

    def _write(self, index_id: str, name: str, members: Json | None, failure: str | None) -> None:
        with self._database.transaction():
            row = self._database.one("SELECT MAX(since) FROM groups WHERE index_id = ? AND name = ?", index_id, name)
            latest = (row[0] if row else None) or 0.0
            since = max(time.time() + self._settling_seconds, latest + 1e-3)
            self._database.run(
                "INSERT INTO groups VALUES (?, ?, ?, ?, ?)",
                index_id, name, None if members is None else json.dumps(members), since, failure,
            )  # fmt: skip


def _members(given: Json) -> Json:
    return {
        "users": [member["userId"] for member in given.get("memberUsers", [])],
        "groups": [member["groupName"] for member in given.get("memberGroups", [])],
    }


def _status(members: str | None, since: float, failure: str | None) -> Json:
    if failure is not None:
        error = {"errorCode": "InvalidRequest", "errorMessage": failure}
        return {"status": "FAILED", "lastUpdatedAt": since, "errorDetail": error}
    settled = since <= time.time()
    if members is None:
        return {"status": "DELETED" if settled else "DELETING", "lastUpdatedAt": since}
    return {"status": "SUCCEEDED" if settled else "PROCESSING", "lastUpdatedAt": since}


def _check_type(given: Json) -> None:
    if given.get("type", "INDEX") != "INDEX" or "dataSourceId" in given:
        raise invalid("Groups and users of data sources are not offered here: type must be INDEX.")


def _place(alias: Json) -> Any:
    return alias.get("indexId")
