"""What local/ministack_seams.py leans on inside MiniStack: fails first when a new version moves it."""

import inspect
import tomllib
from importlib.metadata import version

import pytest
from ministack import app
from ministack.core import iam_actions, lambda_runtime, router
from ministack.services import apigateway, apigateway_v1, bedrock, lambda_svc, stepfunctions
from ministack.services.cloudformation import provisioners

from local import ministack_seams as seams
from tests.support.project import ROOT


def test_it_is_the_version_we_know() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"ministack=={version('ministack')}" in dependencies


def test_services_are_looked_up_where_we_add_them() -> None:
    assert {"bedrock-runtime", "states"} <= set(app.SERVICE_HANDLERS)
    assert "target_prefixes" in router.SERVICE_PATTERNS["dynamodb"]
    assert set(router.SERVICE_PATTERNS["bedrock-runtime"]) >= {"host_patterns", "credential_scope"}
    assert "SERVICE_HANDLERS.get(service)" in inspect.getsource(app._dispatch_service_request)


def test_iam_asks_the_functions_we_wrap_at_the_time_of_the_call() -> None:
    source = inspect.getsource(app._dispatch_service_request)
    assert "from ministack.core.iam_actions import" in source
    assert list(inspect.signature(iam_actions.extract_resource_arn).parameters)[:5] == [
        "service",
        "method",
        "path",
        "headers",
        "body",
    ]
    assert iam_actions.SERVICE_TO_IAM_NAMESPACE["bedrock-runtime"] == "bedrock"


def test_resource_types_are_handled_as_we_add_them() -> None:
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Events::EventBus"]
    assert set(handlers) >= {"create", "update", "delete"}
    assert list(inspect.signature(handlers["create"]).parameters) == ["logical_id", "props", "stack_name"]


def test_the_python_worker_reports_errors_where_we_replace_it() -> None:
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    assert (script.count(seams._RAISED), script.count("__raised__")) in ((1, 0), (0, 1))
    assert list(inspect.signature(lambda_svc._execute_function_warm).parameters)[:3] == ["func", "event", "request_id"]


def test_executions_and_guardrails_are_kept_where_we_read_them() -> None:
    assert hasattr(stepfunctions._executions, "_data")
    assert callable(stepfunctions._run_execution)
    assert hasattr(bedrock._guardrails, "get")
    assert hasattr(bedrock._guardrail_versions, "get")
    assert "States.ServiceRestart" in inspect.getsource(stepfunctions._restore_state)


def test_an_imported_api_passes_through_the_function_we_wrap() -> None:
    assert "_apigw_v1._import_rest_api(body_spec, data)" in inspect.getsource(provisioners._apigw_rest_api_create)
    assert list(inspect.signature(apigateway_v1._put_gateway_response).parameters) == [
        "api_id",
        "response_type",
        "data",
    ]


def test_resource_types_that_we_add_are_still_missing() -> None:
    """One that MiniStack has by now is better its own."""
    ours = set(provisioners._RESOURCE_HANDLERS) & {"AWS::ApiGatewayV2::Deployment", "AWS::WAFv2::WebACLAssociation"}
    assert not ours
    assert list(inspect.signature(apigateway._create_deployment).parameters) == ["api_id", "data"]


@pytest.mark.parametrize(
    ("path", "arn"),
    [
        ("/model/us.anthropic.claude-x/converse", ":inference-profile/us.anthropic.claude-x"),
        ("/model/anthropic.claude-x/invoke", "::foundation-model/anthropic.claude-x"),
        ("/guardrail/gr-1/version/1/apply", ":guardrail/gr-1"),
    ],
)
def test_a_request_is_authorised_on_the_resource_aws_names(path: str, arn: str) -> None:
    assert seams.bedrock_runtime_resource(path, b"").endswith(arn)


def test_a_guardrail_is_read_back_as_it_was_defined() -> None:
    bedrock._guardrails["gr-test"] = {
        "GuardrailId": "gr-test",
        "WordPolicy": {"wordsConfig": [{"text": "x"}]},
        "TopicPolicy": None,
    }
    try:
        assert seams.guardrail_definition("arn:aws:bedrock:us-east-1:0:guardrail/gr-test", "DRAFT") == {
            "guardrailId": "gr-test",
            "wordPolicyConfig": {"wordsConfig": [{"text": "x"}]},
        }
        assert seams.guardrail_definition("gr-test", "7") is None
    finally:
        del bedrock._guardrails["gr-test"]
