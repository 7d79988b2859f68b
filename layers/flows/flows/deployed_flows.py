"""The flows that are deployed, and which version of each answers.

The setting `flows` is JSON: `{name: {"id": the flow's id, "alias": its alias's id}}`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_agent
from docent.errors import MisconfiguredError, NotFoundError, from_aws
from flows.flow_files import Definition

# The most by which the clocks of Bedrock and of a function differ.
_CLOCKS_DIFFER = 1.0


@dataclass(frozen=True, slots=True)
class DeployedFlow:
    name: str
    flow_id: str
    alias_id: str

    @classmethod
    def find(cls, flows: str, name: str) -> Self:
        """Raises NotFoundError for a flow that is not deployed."""
        known = json.loads(flows).get(name)
        if not known:
            raise NotFoundError(f"There is no flow {name}.")
        return cls(name, known["id"], known["alias"])

    def alias(self) -> Mapping[str, Any]:
        try:
            return bedrock_agent().get_flow_alias(flowIdentifier=self.flow_id, aliasIdentifier=self.alias_id)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a flow's alias was looked up", MisconfiguredError) from error

    def answering_version(self) -> str:
        return self.alias()["routingConfiguration"][0]["flowVersion"]

    def moved_to(self, version: str, before: float) -> str:
        """Another version than `version` that the alias was moved to before a moment; empty if it was not moved."""
        alias = self.alias()
        other = alias["routingConfiguration"][0]["flowVersion"]
        moved = alias["updatedAt"].timestamp() <= before + _CLOCKS_DIFFER
        return other if moved and other != version else ""

    def version(self, number: str) -> Mapping[str, Any]:
        """Raises NotFoundError for a version that does not exist or was deleted."""
        return _version(self.flow_id, number)

    def definition(self, number: str) -> Definition:
        return dict(self.version(number)["definition"])

    def versions(self) -> list[Mapping[str, Any]]:
        """Newest first."""
        try:
            pages = bedrock_agent().get_paginator("list_flow_versions").paginate(flowIdentifier=self.flow_id)
            found = [each for page in pages for each in page["flowVersionSummaries"] if each["version"].isdigit()]
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the versions of a flow were listed", MisconfiguredError) from error
        return sorted(found, key=lambda each: -int(each["version"]))


def names_of(flows: str) -> list[str]:
    return sorted(json.loads(flows))


# A version never changes.
@lru_cache(maxsize=32)
def _version(flow_id: str, number: str) -> Mapping[str, Any]:
    try:
        return bedrock_agent().get_flow_version(flowIdentifier=flow_id, flowVersion=number)
    except bedrock_agent().exceptions.ResourceNotFoundException:
        raise NotFoundError(f"There is no version {number} of this flow.") from None
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a version of a flow was looked up", MisconfiguredError) from error
