"""A flow and its versions, as `FlowDetails`, `FlowVersionDetails` and `FlowDifferences` of openapi.yaml."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from docent.errors import InvalidRequestError
from flows.deployed_flows import DeployedFlow
from flows.flow_differences import differences
from flows.flow_files import parse
from flows.found_in_flows import found_in
from flows.kept_files import FlowFile
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


def differences_of(flow: DeployedFlow, before: str, after: str, file: Callable[[], FlowFile]) -> dict[str, Any]:
    """Of two versions; `file` stands for the file as it was saved last. It can have any errors, and then there may be
    nothing to compare (InvalidRequestError)."""
    one, other = (parse(file().text) if each == "file" else flow.definition(each) for each in (before, after))
    try:
        found = [each.to_json() for each in differences(one, other)]
    except (LookupError, TypeError, AttributeError) as error:
        detail = {"field": "/query", "detail": "names a file whose nodes or connections cannot be read"}
        raise InvalidRequestError("The file is no flow, so that it cannot be compared.", (detail,)) from error
    return {"before": before, "after": after, "differences": found}


def _version(version: Mapping[str, Any], answering: str) -> dict[str, Any]:
    description = {"description": version["description"]} if version.get("description") else {}
    created = plain(version["createdAt"])
    return {"version": version["version"], "created_at": created, "answers": version["version"] == answering} | (
        description
    )
