"""foundation/gateway.json: the REST API as template.yaml includes it.

API Gateway imports OpenAPI 3.0 only, and wants to know which function answers each operation. It is the one named like
the operation, unless `x-function` names another; of three names the first is a condition of the template, and the
others answer where it holds, and where not.
"""

import json
from typing import Any

from compiler.operations import AUTHORIZER, functions_of, operations
from compiler.project import NOTICE, logical_id
from docent.errors import (
    BlockedRequestError,
    DocentError,
    InvalidRequestError,
    NotFoundError,
    OversizedRequestError,
    TooManyRequestsError,
    UnansweredRequestError,
    UnauthorizedError,
    UnexpectedError,
    UnsupportedMediaTypeError,
)

AUTHORIZER_SECONDS = 300
# What API Gateway answers by itself, as the problems that a function would answer.
GATEWAY_ERRORS: dict[str, type[DocentError]] = {
    "UNAUTHORIZED": UnauthorizedError,
    "ACCESS_DENIED": BlockedRequestError,
    "WAF_FILTERED": BlockedRequestError,
    "MISSING_AUTHENTICATION_TOKEN": NotFoundError,
    "REQUEST_TOO_LARGE": OversizedRequestError,
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMediaTypeError,
    "THROTTLED": TooManyRequestsError,
    "QUOTA_EXCEEDED": TooManyRequestsError,
    "INTEGRATION_TIMEOUT": UnansweredRequestError,
    "INTEGRATION_FAILURE": UnansweredRequestError,
    "DEFAULT_4XX": InvalidRequestError,
    "DEFAULT_5XX": UnexpectedError,
}
# They stand for several statuses. A status given here would replace all of these.
SEVERAL_STATUSES = ("DEFAULT_4XX", "DEFAULT_5XX")

# By this name API Gateway answers for a path or a method that the API does not have.
REMEDIES = {"MISSING_AUTHENTICATION_TOKEN": "Check the path and the method."}


def gateway(contract: dict[str, Any]) -> dict[str, Any]:
    """The REST API as API Gateway imports it. Browsers' preflights go to the first function of a path."""
    paths: dict[str, Any] = {}
    for method, path, operation, parameters in operations(contract):
        item = paths.setdefault(path, {"options": _operation(operation, parameters) | {"security": []}})
        item[method] = _operation(operation, parameters) | {"security": _security(operation)}
    return {
        "info": {
            "description": NOTICE.format("openapi.yaml"),
            "title": {"Fn::Sub": "${AWS::StackName}"},
            "version": contract["info"]["version"],
        },
        "openapi": "3.0.1",
        "paths": paths,
        "components": {"securitySchemes": {"token": _authorizer()}},
        # Whatever a function encodes in Base64 goes out as bytes: images of chat.
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": {
            response: _gateway_response(response, error) for response, error in GATEWAY_ERRORS.items()
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
            **_patience(operation),
        },
    }


def _patience(operation: dict[str, Any]) -> dict[str, Any]:
    """How long API Gateway waits, of an operation whose `x-seconds` are a condition and a parameter of the template.

    The function ends at that time, and API Gateway waits 0.9 seconds longer. It waits 29 seconds unless told.
    """
    if "x-seconds" not in operation:
        return {}
    condition, parameter = operation["x-seconds"]
    longer = {"Fn::Sub": f"${{{parameter}}}900"}
    return {"timeoutInMillis": {"Fn::If": [condition, longer, {"Ref": "AWS::NoValue"}]}}


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
    arn = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return {"Fn::Sub": f"{arn}/${{{logical_id(function, 'Function')}.Arn}}/invocations"}


def _gateway_response(response: str, error: type[DocentError]) -> dict[str, Any]:
    status = {} if response in SEVERAL_STATUSES else {"status": error.status}
    remedy = REMEDIES.get(response) or error.caller_remedy or error.remedy
    problem = {
        "type": f"urn:docent:problem:{error.__name__}",
        "title": error.title,
        **status,
        "detail": f"{error.title}. {remedy}",
        "request_id": "$context.requestId",
    }
    # API Gateway cannot compare the origin with several. These problems hold nothing of the caller's.
    headers = {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        "X-Content-Type-Options": "'nosniff'",
        "Access-Control-Allow-Origin": "method.request.header.Origin",
        "Access-Control-Allow-Credentials": "'true'",
        "Vary": "'Origin'",
    }
    headers |= {"WWW-Authenticate": "'Bearer'"} if error.status == 401 else {}
    headers |= {"Retry-After": "'5'"} if error.status in (429, 503) else {}
    return {
        **{f"{name}Code": str(value) for name, value in status.items()},
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": json.dumps(problem)},
    }
