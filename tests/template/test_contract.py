"""openapi.yaml is the one contract: the gateway, the functions and the template all follow it."""

import json
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from compiler.gateway import gateway
from compiler.operations import AUTHORIZER, functions_of, operations
from compiler.reading import read_yaml
from compiler.request_schemas import request_schemas
from docent.errors import every_error
from tests.support.project import FUNCTIONS, ROOT, functions, logical_id, resources, template

CONTRACT = read_yaml((ROOT / "openapi.yaml").read_text())
OPERATIONS = [(f"{method.upper()} {path}", operation) for method, path, operation, _ in operations(CONTRACT)]
by_operation = pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=[name for name, _ in OPERATIONS])


def test_it_is_openapi_3_1() -> None:
    validate(CONTRACT, cls=OpenAPIV31SpecValidator)


def answering(operation: dict[str, Any]) -> list[str]:
    """The functions that may answer an operation."""
    named = functions_of(operation)
    return named[1:] if len(named) == 3 else named


@by_operation
def test_an_operation_is_answered_by_the_function_of_its_name_or_the_one_it_names(
    name: str, operation: dict[str, Any]
) -> None:
    assert set(answering(operation)) <= {folder.name for folder in FUNCTIONS}
    if len(functions_of(operation)) == 3:
        assert functions_of(operation)[0] in template()["Conditions"]


def test_no_operation_is_named_twice() -> None:
    names = [operation["operationId"] for _, operation in OPERATIONS]
    assert len(names) == len(set(names))


def test_the_api_may_call_the_functions_of_its_operations_and_no_others() -> None:
    policy = resources("AWS::IAM::Role")["ApiRole"]["Properties"]["Policies"][0]["PolicyDocument"]
    allowed = {resource["Fn::GetAtt"][0] for resource in policy["Statement"][0]["Resource"]}
    called = {name for _, operation in OPERATIONS for name in answering(operation)} | {AUTHORIZER}
    assert allowed == {logical_id(name) for name in called}


@by_operation
def test_every_operation_says_all_it_may_answer(name: str, operation: dict[str, Any]) -> None:
    answers = set(operation["responses"])
    assert {"400", "401", "403", "500", "503", "504"} <= answers
    if "requestBody" in operation:
        assert {"413", "415"} <= answers
    if "{" in name:
        assert "404" in answers


def test_every_status_of_a_problem_is_in_the_contract() -> None:
    documented = {int(status) for _, operation in OPERATIONS for status in operation["responses"] if status > "399"}
    # Of the others that have status 500 callers see UnexpectedError and MisconfiguredError.
    assert {error.status for error in every_error().values()} == documented


def test_what_a_request_may_hold_is_closed() -> None:
    """An unknown field is a mistake of the caller's, to be told and not passed over."""

    def objects(schema: Any) -> Any:
        if isinstance(schema, dict):
            if schema.get("type") == "object" and "properties" in schema:
                yield schema
            for inner in schema.values():
                yield from objects(inner)

    for name, schemas in request_schemas(CONTRACT)["operations"].items():
        for found in objects(schemas.get("body")):
            assert found["additionalProperties"] is False, name


def test_every_pattern_is_told_in_words() -> None:
    for found in re.finditer(r'"pattern": "[^"]*",?\s*("[\w-]+)', json.dumps(request_schemas(CONTRACT))):
        assert found[1] == '"x-must', found[0]


def test_every_text_a_caller_sends_is_bounded() -> None:
    def texts(schema: Any) -> Any:
        if isinstance(schema, dict):
            if schema.get("type") == "string":
                yield schema
            for inner in schema.values():
                yield from texts(inner)

    for name, schemas in request_schemas(CONTRACT)["operations"].items():
        for found in texts(schemas):
            bounded = "maxLength" in found or "enum" in found or re.search(r"\{\d+\}", found.get("pattern", ""))
            assert bounded, f"{name}: {found}"


def test_the_template_imports_the_compiled_contract() -> None:
    body = template()["Resources"]["Api"]["Properties"]["DefinitionBody"]
    assert ROOT / body["Fn::Transform"]["Parameters"]["Location"] == ROOT / "foundation/gateway.json"


def test_functions_behind_the_api_know_the_origins_that_browsers_may_call_from() -> None:
    for _, operation in OPERATIONS:
        for name in answering(operation):
            variables = functions()[logical_id(name)]["Environment"]["Variables"]
            assert variables["ALLOWED_ORIGINS"] == {"Fn::Join": [",", {"Ref": "AllowedOrigins"}]}


def test_only_preflights_and_chat_need_no_token_of_the_user_pool() -> None:
    """Chat takes its provider's tokens, which the function verifies; with our own answers it takes ours."""
    token = [{"token": []}]
    unlike = {"post /chat": {"Fn::If": ["UseQBusiness", [], token]}}
    for path, item in gateway(CONTRACT)["paths"].items():
        own = path.startswith(("/chat/", "/oidc/", "/saml/"))
        for method, operation in item.items():
            expected = unlike.get(f"{method} {path}", [] if method == "options" or own else token)
            assert operation["security"] == expected, f"{method} {path}"


# What API Gateway answers by itself, and with which status:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
STATUSES = {
    "ACCESS_DENIED": 403,
    "INTEGRATION_FAILURE": 504,
    "INTEGRATION_TIMEOUT": 504,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "WAF_FILTERED": 403,
    # For a path or a method that the API does not have. API Gateway's own status is 403.
    "MISSING_AUTHENTICATION_TOKEN": 404,
    # Each stands for several statuses, which all change to the one that it names.
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}


def gateway_responses() -> dict[str, Any]:
    return gateway(CONTRACT)["x-amazon-apigateway-gateway-responses"]


def test_what_api_gateway_answers_by_itself_keeps_its_status() -> None:
    given = {name: response.get("statusCode") for name, response in gateway_responses().items()}
    assert given == {name: status and str(status) for name, status in STATUSES.items()}


@pytest.mark.parametrize("name", STATUSES)
def test_what_api_gateway_answers_by_itself_is_a_problem_that_any_page_can_read(name: str) -> None:
    response = gateway_responses()[name]
    problem = json.loads(response["responseTemplates"]["application/json"])
    assert problem.get("status") == STATUSES[name]
    required = CONTRACT["components"]["schemas"]["Problem"]["required"]
    assert set(problem) - {"status"} == set(required)
    headers = response["responseParameters"]
    assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
    # The origins that are allowed are several, and API Gateway cannot choose one of them.
    assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "method.request.header.Origin"
    assert headers["gatewayresponse.header.Access-Control-Allow-Credentials"] == "'true'"
    assert headers["gatewayresponse.header.Vary"] == "'Origin'"
