"""Applications and the resources inside them: stored, found by id, tagged, and CREATING for a while."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from local.qbusiness.database import Database, Row
from local.qbusiness.wire import conflict, missing

type Json = dict[str, Any]
type Kind = Literal["APPLICATION", "INDEX", "RETRIEVER", "WEB_EXPERIENCE"]

_ARN_PARTS: dict[Kind, str] = {"INDEX": "index", "RETRIEVER": "retriever", "WEB_EXPERIENCE": "web-experience"}
_COLUMNS = "id, kind, application_id, settings, tags, created, updated, active_at"


@dataclass(frozen=True, slots=True)
class Resource:
    """`settings` holds the members of its Create and Update requests. An application belongs to itself."""

    id: str
    kind: Kind
    application_id: str
    settings: Json
    tags: dict[str, str]
    created: float
    updated: float
    active: bool

    @property
    def status(self) -> str:
        return "ACTIVE" if self.active else "CREATING"

    @property
    def times(self) -> Json:
        return {"createdAt": self.created, "updatedAt": self.updated}


class Resources:
    def __init__(self, database: Database, prefix: Callable[[], str], creating_seconds: float) -> None:
        """`prefix` begins the ARNs of the caller's account and Region: `arn:aws:qbusiness:…:…:`."""
        self._database = database
        self._prefix = prefix
        self._creating_seconds = creating_seconds

    def add(self, kind: Kind, application_id: str | None, request: Json) -> Resource:
        """A new resource, or an earlier one with the same client token."""
        settings = {
            name: value for name, value in request.items() if name not in ("clientToken", "tags", "applicationId")
        }
        tags = {tag["key"]: tag["value"] for tag in request.get("tags", [])}
        token, now, identifier = request.get("clientToken"), time.time(), str(uuid.uuid4())
        parent = application_id or ""
        with self._database.transaction():
            row = token and self._database.one(
                f"SELECT {_COLUMNS} FROM resources WHERE kind = ? AND application_id = ? AND client_token = ?",  # noqa: S608
                kind, parent, token,
            )  # fmt: skip
            if row:
                return _resource(row)
            self._database.run(
                "INSERT INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                identifier, kind, parent, token, json.dumps(settings), json.dumps(tags), now, now,
                now + self._creating_seconds,
            )  # fmt: skip
        return self.found(kind, application_id or identifier, identifier)

    def found(self, kind: Kind, application_id: str, identifier: str) -> Resource:
        row = self._database.one(f"SELECT {_COLUMNS} FROM resources WHERE id = ? AND kind = ?", identifier, kind)  # noqa: S608
        resource = _resource(row) if row else None
        if resource is None or resource.application_id != application_id:
            raise missing(kind, identifier)
        return resource

    def application(self, request: Json) -> Resource:
        return self.found("APPLICATION", request["applicationId"], request["applicationId"])

    def index(self, request: Json) -> Resource:
        self.application(request)
        return self.found("INDEX", request["applicationId"], request["indexId"])

    def active(self, resource: Resource) -> Resource:
        if not resource.active:
            what = f"The {resource.kind.lower().replace('_', ' ')} {resource.id}"
            raise conflict(f"{what} is {resource.status}.", resource.kind, resource.id)
        return resource

    def all(self, kind: Kind, application_id: str | None = None) -> list[Resource]:
        """Oldest first."""
        rows = self._database.all(
            f"SELECT {_COLUMNS} FROM resources WHERE kind = ? AND application_id = ? ORDER BY created, id",  # noqa: S608
            kind, application_id or "",
        )  # fmt: skip
        return [_resource(row) for row in rows]

    def change(self, resource: Resource, changes: Json) -> None:
        changed = {name: value for name, value in changes.items() if name not in ("applicationId", "indexId")}
        self._database.run(
            "UPDATE resources SET settings = ?, updated = ? WHERE id = ?",
            json.dumps(resource.settings | changed), time.time(), resource.id,
        )  # fmt: skip

    def remove(self, resource: Resource) -> None:
        self._database.run("DELETE FROM resources WHERE id = ?", resource.id)

    def arn(self, resource: Resource) -> str:
        application = f"{self._prefix()}application/{resource.application_id}"
        part = _ARN_PARTS.get(resource.kind)
        return f"{application}/{part}/{resource.id}" if part else application

    # Tags

    def tag_resource(self, request: Json) -> Json:
        resource = self._of_arn(request["resourceARN"])
        self._retag(resource, resource.tags | {tag["key"]: tag["value"] for tag in request["tags"]})
        return {}

    def untag_resource(self, request: Json) -> Json:
        resource = self._of_arn(request["resourceARN"])
        self._retag(resource, {key: value for key, value in resource.tags.items() if key not in request["tagKeys"]})
        return {}

    def list_tags_for_resource(self, request: Json) -> Json:
        tags = self._of_arn(request["resourceARN"]).tags
        return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}

    def _retag(self, resource: Resource, tags: dict[str, str]) -> None:
        self._database.run("UPDATE resources SET tags = ? WHERE id = ?", json.dumps(tags), resource.id)

    def _of_arn(self, arn: str) -> Resource:
        identifier = arn.rpartition("/")[2]
        row = self._database.one(f"SELECT {_COLUMNS} FROM resources WHERE id = ?", identifier)  # noqa: S608
        if row is None or self.arn(resource := _resource(row)) != arn:
            raise missing("RESOURCE", arn)
        return resource


def _resource(row: Row) -> Resource:
    identifier, kind, parent, settings, tags, created, updated, active_at = row
    return Resource(
        identifier, kind, parent or identifier, json.loads(settings), json.loads(tags), created, updated,
        active_at <= time.time(),
    )  # fmt: skip
