"""A flow and its versions, as `FlowDetails` and `FlowVersionDetails` of openapi.yaml."""

import json
from collections.abc import Mapping
from typing import Any

from flows.deployed_flows import DeployedFlow
from flows.found_in_flows import found_in
from flows.run_events import plain


def details_of(flow: DeployedFlow, layout: str) -> dict[str, Any]:
    answering = flow.answering_version()
    definition = flow.definition(answering)
    return {
        "name": flow.name,
        "version": answering,
        "versions": [_version(each, answering) for each in flow.versions()],
        "definition": definition,
        "validation": found_in(definition),
        **({"layout": json.loads(layout)} if layout else {}),
    }


def version_details_of(flow: DeployedFlow, number: str) -> dict[str, Any]:
    version = flow.version(number)
    return _version(version, flow.answering_version()) | {"definition": version["definition"]}


def _version(version: Mapping[str, Any], answering: str) -> dict[str, Any]:
    description = {"description": version["description"]} if version.get("description") else {}
    created = plain(version["createdAt"])
    return {"version": version["version"], "created_at": created, "answers": version["version"] == answering} | (
        description
    )
