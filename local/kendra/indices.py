"""Management of Kendra's indexes: settings, attributes, tags."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from local.kendra.filters import BUILT_IN_ATTRIBUTES
from local.kendra.store import IndexRecord, Store
from local.kendra.wire import KendraError, invalid, missing

_SETTINGS = [
    "Name",
    "Edition",
    "RoleArn",
    "Description",
    "ServerSideEncryptionConfiguration",
    "CapacityUnits",
    "UserContextPolicy",
    "UserGroupResolutionConfiguration",
    "DocumentMetadataConfigurations",
]
_MOST_LISTED = 100

type Json = dict[str, Any]


class Indices:
    """The operations on indexes, each named after its request, and the lookup for other operations."""

    def __init__(self, store: Store, clock: Callable[[], float], creating_seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._creating_seconds = creating_seconds

    def create_index(self, request: Json) -> Json:
        settings = {"Edition": "ENTERPRISE_EDITION", "UserContextPolicy": "ATTRIBUTE_FILTER"}
        settings |= {name: request[name] for name in _SETTINGS if name in request}
        if settings["Edition"] == "GEN_AI_ENTERPRISE_EDITION" and settings["UserContextPolicy"] == "USER_TOKEN":
            raise invalid("A GEN_AI_ENTERPRISE_EDITION index takes the user context policy ATTRIBUTE_FILTER only.")
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
        now = self._clock()
        index = IndexRecord(str(uuid.uuid4()), settings, tags, now, now, active=False)
        active_at = time.time() + self._creating_seconds
        return {"Id": self._store.add_index(index, request.get("ClientToken"), active_at)}

    def describe_index(self, request: Json) -> Json:
        index = self.record(request["Id"])
        documents, text_bytes = self._store.statistics(index.id)
        units = {"StorageCapacityUnits": 0, "QueryCapacityUnits": 0}
        return {
            **_summary(index),
            "CapacityUnits": units,
            **index.settings,
            "DocumentMetadataConfigurations": list(fields_of(index).values()),
            "IndexStatistics": {
                "FaqStatistics": {"IndexedQuestionAnswersCount": 0},
                "TextDocumentStatistics": {
                    "IndexedTextDocumentsCount": documents,
                    "IndexedTextBytes": text_bytes,
                },
            },
        }

    def update_index(self, request: Json) -> Json:
        index = self.active(request.pop("Id"))
        if index.settings["Edition"] == "DEVELOPER_EDITION" and any(request.get("CapacityUnits", {}).values()):
            raise invalid("A DEVELOPER_EDITION index takes no capacity units.")
        fields = fields_of(index)
        for update in request.pop("DocumentMetadataConfigurationUpdates", []):
            name, kind = update["Name"], update["Type"]
            if name.startswith("_") and name not in BUILT_IN_ATTRIBUTES:
                raise invalid(f"The name {name} is reserved: only built-in attributes begin with an underscore.")
            if name in fields and fields[name]["Type"] != kind:
                raise invalid(f"The type of the attribute {name} cannot be changed.")
            field = fields.get(name) or _field(name, kind)
            for part in ("Search", "Relevance"):
                field[part] = field.get(part, {}) | update.get(part, {})
            fields[name] = field
        changes = {name: request[name] for name in _SETTINGS if name in request}
        settings = index.settings | changes | {"DocumentMetadataConfigurations": list(fields.values())}
        self._store.change_index(index.id, settings, self._clock())
        return {}

    def list_indices(self, request: Json) -> Json:
        indices = self._store.indices()
        token = request.get("NextToken", "0")
        if not token.isdecimal():
            raise invalid("The NextToken is not valid.")
        start, size = int(token), request.get("MaxResults", _MOST_LISTED)
        answer: Json = {"IndexConfigurationSummaryItems": [_summary(index) for index in indices[start : start + size]]}
        return answer | ({"NextToken": str(start + size)} if start + size < len(indices) else {})

    def tag_resource(self, request: Json) -> Json:
        index = self._tagged(request)
        self._store.change_tags(index.id, index.tags | {tag["Key"]: tag["Value"] for tag in request["Tags"]})
        return {}

    def untag_resource(self, request: Json) -> Json:
        index = self._tagged(request)
        self._store.change_tags(index.id, {k: v for k, v in index.tags.items() if k not in request["TagKeys"]})
        return {}

    def list_tags_for_resource(self, request: Json) -> Json:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._tagged(request).tags.items()]}

    def record(self, index_id: str) -> IndexRecord:
        index = self._store.index(index_id)
        if index is None:
            raise missing(f"The index {index_id}")
        return index

    def active(self, index_id: str) -> IndexRecord:
        index = self.record(index_id)
        if not index.active:
            raise KendraError("ConflictException", f"The index {index_id} is still being created.")
        return index

    def _tagged(self, request: Json) -> IndexRecord:
        index = self._store.index(request["ResourceARN"].rpartition("/")[2])
        if index is None:
            raise KendraError("ResourceUnavailableException", "The resource of this ARN does not exist.")
        return index


def _summary(index: IndexRecord) -> Json:
    return {
        "Name": index.settings["Name"],
        "Id": index.id,
        "Edition": index.settings["Edition"],
        "CreatedAt": index.created,
        "UpdatedAt": index.updated,
        "Status": "ACTIVE" if index.active else "CREATING",
    }


def fields_of(index: IndexRecord) -> dict[str, Json]:
    """The index's attributes by name, including built-in ones."""
    fields = {name: _field(name, kind) for name, kind in BUILT_IN_ATTRIBUTES.items()}
    return fields | {field["Name"]: field for field in index.settings.get("DocumentMetadataConfigurations", [])}


def _field(name: str, kind: str) -> Json:
    search = {
        "Facetable": False,
        "Searchable": kind.startswith("STRING"),
        "Displayable": True,
        "Sortable": False,
    }
    return {"Name": name, "Type": kind, "Relevance": {"Importance": 1}, "Search": search}
