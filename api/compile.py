"""Compiles openapi.yaml for those who cannot take it as it is: what `make api` runs. Commit the results.

- `api/gateway.json`, which template.yaml includes: API Gateway imports OpenAPI 3.0 only, and wants to know
  which function answers each operation. It is the one named like the operation, unless `x-function` names another;
  of three names the first is a condition of the template, and the others answer where it holds, and where not.
- `layers/shared/docent/requests.json`: JSON schemas of everything a request may hold, by which the functions
  refuse what the contract does not allow.
- `docs/api-reference.md`, for people.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from api.render import functions_of, page

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "openapi.yaml"
GATEWAY = ROOT / "api" / "gateway.json"
REQUESTS = ROOT / "layers" / "shared" / "docent" / "requests.json"
REFERENCE = ROOT / "docs" / "api-reference.md"
METHODS = ("get", "put", "post", "delete", "patch")
AUTHORIZER = "authorize_request"
AUTHORIZER_SECONDS = 300
# What API Gateway answers by itself, as problems: `{response: (status, error's name, title, detail)}`.
GATEWAY_PROBLEMS = {
    "UNAUTHORIZED": (401, "UnauthorizedError", "There is no valid token", "Sign in and send the id token."),
    "ACCESS_DENIED": (401, "UnauthorizedError", "There is no valid token", "Sign in and send the id token."),
    "MISSING_AUTHENTICATION_TOKEN": (404, "NotFoundError", "There is no such thing", "Check the path and the method."),
    "REQUEST_TOO_LARGE": (413, "OversizedRequestError", "The request is too large", "Send a smaller one."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "UnsupportedMediaTypeError", "The body is of another type", "Send JSON."),
    "THROTTLED": (429, "TooManyRequestsError", "Too many requests", "Wait, then go on."),
    "QUOTA_EXCEEDED": (429, "TooManyRequestsError", "Too many requests", "Wait, then go on."),
    "INTEGRATION_TIMEOUT": (503, "TransientError", "A service is not well", "Try again."),
    "DEFAULT_4XX": (400, "InvalidRequestError", "The request is not usable", "Correct it and send it again."),
    "DEFAULT_5XX": (500, "UnexpectedError", "An unexpected fault", "Try again; the log has the request's id."),
}


def main() -> None:
    contract = yaml.safe_load(CONTRACT.read_text())
    for path, compiled in ((GATEWAY, gateway(contract)), (REQUESTS, requests(contract))):
        path.write_text(json.dumps(compiled, indent=2) + "\n")
    REFERENCE.write_text(page(contract))


def operations(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """`(method, path, operation, its parameters with those of its path)`"""
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield method, path, item[method], [resolved(contract, each) for each in parameters]


def resolved(contract: dict[str, Any], value: Any) -> Any:
    """A copy in which every `$ref` is replaced by what it names; descriptions are left out."""
    if isinstance(value, list):
        return [resolved(contract, each) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target: Any = contract
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return resolved(contract, target)
    return {name: resolved(contract, each) for name, each in value.items() if not _is_prose(name, each)}


def _is_prose(name: str, value: Any) -> bool:
    return name == "description" and isinstance(value, str)


def requests(contract: dict[str, Any]) -> dict[str, Any]:
    """`{"POST /ask": {"path"?, "query"?, "body"?: JSON schema, "media_type"?, "max_body_bytes"?}}`"""
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
    return compiled


def gateway(contract: dict[str, Any]) -> dict[str, Any]:
    """The REST API as API Gateway imports it. Browsers' preflights go to the first function of a path."""
    paths: dict[str, Any] = {}
    for method, path, operation, parameters in operations(contract):
        item = paths.setdefault(path, {"options": _operation(operation, parameters) | {"security": []}})
        item[method] = _operation(operation, parameters) | {"security": _security(operation)}
    return {
        "openapi": "3.0.1",
        "info": {"title": {"Fn::Sub": "${AWS::StackName}"}, "version": contract["info"]["version"]},
        "paths": paths,
        "components": {"securitySchemes": {"token": _authorizer()}},
        # Whatever a function encodes in Base64 goes out as bytes: pictures of chat.
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": {
            response: _gateway_response(*told) for response, told in GATEWAY_PROBLEMS.items()
        },
    }


def _security(operation: dict[str, Any]) -> Any:
    """Operations with a security of their own check for themselves who calls."""
    token = [{"token": []}]
    if "security" not in operation:
        return token
    match functions_of(operation):
        case [condition, _, _]:
            return {"Fn::If": [condition, [], token]}
    return []


def _operation(operation: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    path_parameters = [
        {"name": each["name"], "in": "path", "required": True, "schema": {"type": "string"}}
        for each in parameters
        if each["in"] == "path"
    ]
    return {
        "parameters": path_parameters,
        "responses": {"200": {"description": "See openapi.yaml"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": _integration(operation),
            "credentials": {"Fn::GetAtt": ["ApiRole", "Arn"]},
        },
    }


def _authorizer() -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "token",
            "authorizerUri": _invocation(AUTHORIZER),
            "authorizerCredentials": {"Fn::GetAtt": ["ApiRole", "Arn"]},
            "identityValidationExpression": r"^[Bb]earer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
            "authorizerResultTtlInSeconds": AUTHORIZER_SECONDS,
        },
    }


def _integration(operation: dict[str, Any]) -> dict[str, Any]:
    match functions_of(operation):
        case [condition, function, otherwise]:
            return {"Fn::If": [condition, _invocation(function), _invocation(otherwise)]}
        case [function]:
            return _invocation(function)
    raise ValueError(f"x-function of {operation['operationId']} has neither one name nor three.")


def _invocation(function: str) -> dict[str, Any]:
    logical_id = "".join(word.capitalize() for word in function.split("_")) + "Function"
    arn = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return {"Fn::Sub": f"{arn}/${{{logical_id}.Arn}}/invocations"}


def _gateway_response(status: int, name: str, title: str, detail: str) -> dict[str, Any]:
    problem = {
        "type": f"urn:docent:problem:{name}",
        "title": title,
        "status": status,
        "detail": f"{title}. {detail}",
        "request_id": "$context.requestId",
    }
    first_origin = {"Fn::Select": [0, {"Ref": "AllowedOrigins"}]}
    headers = {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        "X-Content-Type-Options": "'nosniff'",
        "Access-Control-Allow-Origin": {"Fn::Sub": ["'${First}'", {"First": first_origin}]},
        "Access-Control-Allow-Credentials": "'true'",
        "Vary": "'Origin'",
    }
    headers |= {"WWW-Authenticate": "'Bearer'"} if status == 401 else {}
    headers |= {"Retry-After": "'5'"} if status in (429, 503) else {}
    return {
        "statusCode": str(status),
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": json.dumps(problem)},
    }


if __name__ == "__main__":
    main()
