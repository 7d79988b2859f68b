"""layers/shared/docent/requests.json: JSON schemas of everything a request may hold.

By them the functions refuse what the contract does not allow (docent.contract).
"""

from typing import Any

from compiler.operations import operations, resolved
from compiler.project import NOTICE


def request_schemas(contract: dict[str, Any]) -> dict[str, Any]:
    """`{"operations": {"POST /ask": {"path"?, "query"?, "body"?: JSON schema, "media_type"?, "max_body_bytes"?}}}`"""
    compiled: dict[str, Any] = {}
    for method, path, operation, parameters in operations(contract):
        schemas: dict[str, Any] = {}
        for place in ("path", "query"):
            properties = {each["name"]: each["schema"] for each in parameters if each["in"] == place}
            if properties:
                schemas[place] = {"type": "object", "properties": properties}
        if operation.get("x-other-parameters"):
            schemas["query"]["additionalProperties"] = True
        if "requestBody" in operation:
            ((media_type, content),) = operation["requestBody"]["content"].items()
            schemas["media_type"] = media_type
            schemas["body"] = resolved(contract, content["schema"])
            if "x-max-bytes" in operation["requestBody"]:
                schemas["max_body_bytes"] = operation["requestBody"]["x-max-bytes"]
        compiled[f"{method.upper()} {path}"] = schemas
    return {"$comment": NOTICE.format("openapi.yaml"), "operations": compiled}
