"""What local/ministack_seams.py leans on inside MiniStack: fails first when a new version moves it."""

import inspect
import tomllib
from importlib.metadata import version

import pytest
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, router
from ministack.services import bedrock, lambda_svc, stepfunctions, sts
from ministack.services.cloudformation import provisioners

from local import ministack_identities as identities
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


def test_trust_policies_and_sessions_are_where_we_read_them() -> None:
    role = {
        "Arn": "arn:aws:iam::000000000000:role/r",
        "AssumeRolePolicyDocument": {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Federated": ["arn:aws:iam::000000000000:saml-provider/p"]},
                "Action": ["sts:AssumeRoleWithSAML"],
                "Condition": {"StringEquals": {"SAML:aud": "there"}},
            }
        },
    }
    provider, action = "arn:aws:iam::000000000000:saml-provider/p", "sts:AssumeRoleWithSAML"
    assert identities.trusts(role, provider, action, {"SAML:aud": "there"}, {})
    assert not identities.trusts(role, provider, action, {"SAML:aud": "elsewhere"}, {})
    assert not identities.trusts(role, provider, "sts:TagSession", {"SAML:aud": "there"}, {})
    assert not identities.trusts(role, provider + "q", action, {"SAML:aud": "there"}, {})


def test_no_web_identity_is_believed_by_ministack_itself() -> None:
    source = inspect.getsource(sts.handle_request)
    assert "denied = _web_identity_trust_denied(role_arn, params, use_json)" in source


def test_an_opened_session_is_one_that_iam_evaluates() -> None:
    role = {"Arn": "arn:aws:iam::000000000000:role/r", "RoleId": "AROA1"}
    opened = identities.open_session(role, "mary", 900, {"Email": "m@example.com"}, None, {"Kind": "SAML"})
    try:
        credential = iam_evaluator.resolve_credential(opened["AccessKeyId"], "000000000000", opened["SessionToken"])
        assert isinstance(credential, iam_evaluator.ResolvedCredential)
        assert iam_evaluator._principal_keys(credential)["aws:principaltag/email"] == "m@example.com"
        headers = {
            "authorization": f"AWS4-HMAC-SHA256 Credential={opened['AccessKeyId']}/20260101/us-east-1/s3/aws4_request"
        }
        session = identities.session_of(headers, {})
        assert session is not None
        assert session["Federation"] == {"Kind": "SAML"}
    finally:
        del sts._sessions[opened["AccessKeyId"]]


@pytest.mark.parametrize(
    ("name", "props"),
    [
        ("AWS::IAM::OIDCProvider", {"Url": "https://issuer.example", "ClientIdList": ["c"]}),
        ("AWS::IAM::SAMLProvider", {"Name": "seams", "SamlMetadataDocument": "<m/>"}),
    ],
)
def test_identity_providers_are_resources(name: str, props: dict[str, object]) -> None:
    identities.add_identity_providers()
    handler = provisioners._RESOURCE_HANDLERS[name]
    arn, attributes = handler["create"]("Provider", props, "stack")
    assert attributes["Arn"] == arn
    assert identities.identity_provider(arn)
    handler["delete"](arn, props)
    assert identities.identity_provider(arn) is None


@pytest.mark.parametrize(
    ("path", "arn"),
    [
        ("/applications", "*"),
        ("/applications/a", "application/a"),
        ("/applications/a/conversations", "application/a"),
        ("/applications/a/indices", "application/a"),
        ("/applications/a/indices/i/documents", "application/a/index/i"),
        ("/applications/a/index/i/documents", "application/a/index/i"),
        ("/applications/a/retrievers/r", "application/a/retriever/r"),
        ("/applications/a/experiences/w", "application/a/web-experience/w"),
        ("/v1/tags/arn:aws:qbusiness:x:0:application/a/index/i", "arn:aws:qbusiness:x:0:application/a/index/i"),
    ],
)
def test_a_request_to_q_business_is_authorised_on_what_its_path_names(path: str, arn: str) -> None:
    assert seams.qbusiness_resource(path, b"").removeprefix(seams.qbusiness_arn_prefix()) == arn


def test_part_of_an_application_is_authorised_on_both() -> None:
    prefix = seams.qbusiness_arn_prefix()
    assert seams.qbusiness_applications(f"{prefix}application/a/index/i") == [f"{prefix}application/a"]
    assert seams.qbusiness_applications(f"{prefix}application/a") == []
    assert seams.qbusiness_applications("*") == []
    source = inspect.getsource(app._dispatch_service_request)
    assert "from ministack.core.iam_evaluator import AuthError, enforce" in source
    parameters = list(inspect.signature(iam_evaluator.enforce).parameters)
    assert parameters == ["access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"]
