"""The template as CloudFormation processes it, with every condition both ways, against CloudFormation's schemas."""

import json
from pathlib import Path

import boto3
import pytest

from cli.machine import local_parameters
from local.settings import LocalSettings
from tests.support.processed_template import MARK, S3_VECTORS, Processed, expanded, types_in

INDEX = {
    "SearchIndex": "kendra",
    "KendraIndexId": "0b7c4f8e-5d0a-4c2f-9a57-3a1f60c2b1d4",
    "KendraIndexRoleArn": "arn:aws:iam::111122223333:role/k",
}
SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:docent-a1b2c3"
NEW_INDEX = {"SearchIndex": "kendra", "KendraEdition": "ENTERPRISE_EDITION"}
Q_BUSINESS = {"ChatService": "q_business"}
ISSUER = {"ChatIssuer": "https://login.example.com", "ChatClientId": "docent"}
GROUPS = {"GroupsSource": "s3://example-directory/groups.csv"}

CASES = {
    "vectors": Processed({}),
    "vectors_ranked_again": Processed({"RerankModelId": "amazon.rerank-v1:0"}),
    "from_kendra_to_vectors": Processed(INDEX | {"SearchIndex": "s3_vectors", "FormerSearchIndex": "kendra"}),
    "from_vectors_to_kendra": Processed(NEW_INDEX | {"FormerSearchIndex": "s3_vectors"}),
    "a_new_index": Processed(NEW_INDEX | {"KendraQueryCapacityUnits": "2"}),
    "an_index_of_ones_own": Processed(INDEX),
    "everything_named": Processed(
        INDEX
        | {
            "AccessLogRole": "exists",
            "AlarmTopicArn": "arn:aws:sns:us-east-1:111122223333:alarms",
            "AllowedOrigins": "https://docs.example.com,https://www.example.com",
            "CaptionConcurrency": "20",
            "ConsoleCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d",
            "ConsoleDomain": "docs.example.com",
            "DataLakeAccounts": "222222222222,333333333333",
            "DataZoneDomainId": "dzd-5f2c1a9b7e3d4c",
            "DataZoneProjectId": "3h8d6k2f9s1a7g",
            "DebaterAModelId": "eu.amazon.nova-pro-v1:0",
            "DebaterBModelId": "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "DerivedBucketName": "example-derived",
            "Firewall": "on",
            "GovernanceBucket": "example-anchors",
            "GovernanceRoleArn": "arn:aws:iam::444444444444:role/docent",
            "JudgeModelId": "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
            "OidcClientId": "docent",
            "OidcClientSecret": "secret",
            "OidcIssuer": "https://login.example.com",
            "SamlMetadataUrl": "https://login.example.com/metadata",
            "SignInPrefix": "example-docent",
            "SourceBucketName": "example-documents",
            "SynchronousSeconds": "60",
        }
    ),
    "a_region_without_a_guardrail_profile": Processed(INDEX | {"GuardrailProfile": ""}, "ap-southeast-1"),
    "chat_by_an_issuer": Processed(Q_BUSINESS | ISSUER | GROUPS | {"ChatSecretArn": SECRET, "GroupsSecretArn": SECRET}),
    "chat_by_an_issuer_that_iam_has": Processed(Q_BUSINESS | ISSUER | {"ChatIssuerProvider": "exists"}),
    "chat_by_saml": Processed(
        Q_BUSINESS | GROUPS | {"ChatSamlProviderArn": "arn:aws:iam::111122223333:saml-provider/login"}
    ),
    "an_application_of_ones_own": Processed(
        Q_BUSINESS
        | ISSUER
        | GROUPS
        | {
            "QBusinessApplicationId": "7d1c9a52-3f0e-4c8b-9a21-5e6f7a8b9c0d",
            "QBusinessIndexId": "5d1f3f52-6f0e-4c3e-8f1b-0a7c5c0e9b21",
            "QBusinessRoleArn": "arn:aws:iam::111122223333:role/people",
        }
    ),
}
by_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
# What Docent cannot do without.
NEEDED = {"AWS::ApiGatewayV2::Api", "AWS::Bedrock::Guardrail", "AWS::Cognito::UserPoolDomain"}
REGIONS = [region for region in boto3.Session().get_available_regions("bedrock") if types_in(region) >= NEEDED]


@by_case
def test_every_resource_is_as_cloudformations_schema_wants_it(case: Processed) -> None:
    assert case.faults == []


@by_case
def test_no_rule_refuses_it(case: Processed) -> None:
    assert case.refusals == []


def test_what_docent_up_deploys_is_valid_too(tmp_path: Path) -> None:
    settings = LocalSettings(home=tmp_path, port=4566, faults="", llm_url=None, wait_scale="1")
    local = Processed(local_parameters(settings))
    assert (local.faults, local.refusals) == ([], [])


def test_every_condition_is_switched_both_ways() -> None:
    elsewhere = Processed(NEW_INDEX, "eu-central-1"), Processed(NEW_INDEX, "us-west-1")
    for name in expanded()["Conditions"]:
        seen = {case.conditions[name] for case in (*CASES.values(), *elsewhere)}
        # The endpoint is for one machine, as `docent up` deploys it.
        assert seen == {True, False} or name == "OtherEndpoint", name


def test_a_wrong_resource_would_be_noticed() -> None:
    case = Processed(INDEX | {"ModelId": "m" * 60, "SourceBucketName": "No_Bucket"})
    assert [fault.split(":")[0] for fault in case.faults] == ["SourceBucket.BucketName"]


@by_case
def test_each_api_has_one_stage_with_all_its_settings(case: Processed) -> None:
    """SAM deploys a second one, unless it is told that the contract is OpenAPI 3."""
    assert all("StageName" not in deployment for deployment in case.of_type("AWS::ApiGateway::Deployment").values())
    ((_, stage),) = case.of_type("AWS::ApiGateway::Stage").items()
    assert {"AccessLogSetting", "MethodSettings"} <= set(stage)
    ((_, stream),) = case.of_type("AWS::ApiGatewayV2::Stage").items()
    assert stream["DeploymentId"].strip(MARK) in case.of_type("AWS::ApiGatewayV2::Deployment")


def test_an_account_that_names_nothing_gets_an_index_that_any_account_can_create() -> None:
    case = Processed({})
    assert case.refusals == []
    assert "AWS::S3Vectors::Index" in case.types
    assert not {kind for kind in case.types if kind.startswith("AWS::Kendra::")}


def test_kendra_without_an_index_is_refused_before_anything_is_created() -> None:
    (refusal,) = Processed({"SearchIndex": "kendra"}).refusals
    assert "KendraIndexId" in refusal
    assert "KendraEdition" in refusal


@pytest.mark.parametrize("given", [{"KendraIndexId": INDEX["KendraIndexId"]}, {"KendraEdition": "ENTERPRISE_EDITION"}])
def test_an_index_that_would_not_be_used_is_refused_before_anything_is_created(given: dict[str, str]) -> None:
    (refusal,) = Processed(given).refusals
    assert "SearchIndex=kendra" in refusal


def test_a_move_from_an_index_to_itself_is_refused() -> None:
    (refusal,) = Processed({"FormerSearchIndex": "s3_vectors"}).refusals
    assert "must differ" in refusal


def test_a_stack_that_moves_keeps_both_indexes_and_withdraws_from_both() -> None:
    for name in ("from_kendra_to_vectors", "from_vectors_to_kendra"):
        case = CASES[name]
        functions = case.of_type("AWS::Lambda::Function")
        assert {"SyncKendraFunction", "SyncS3VectorsFunction"} <= set(functions)
        now, former = (
            case.of_type("AWS::StepFunctions::StateMachine")["WithdrawGenerations"]["DefinitionSubstitutions"][each]
            for each in ("SyncIndexFunctionArn", "SyncFormerIndexFunctionArn")
        )
        assert ("Kendra" in now, "Kendra" in former) == ((False, True) if "to_vectors" in name else (True, False))


@pytest.mark.parametrize("name", ["vectors", "a_new_index"])
def test_a_stack_that_does_not_move_has_one_index(name: str) -> None:
    case = CASES[name]
    substitutions = case.of_type("AWS::StepFunctions::StateMachine")["WithdrawGenerations"]["DefinitionSubstitutions"]
    assert substitutions["SyncIndexFunctionArn"] == substitutions["SyncFormerIndexFunctionArn"]
    assert ("SyncKendraFunction" in case.resources) is (name != "vectors")
    assert ("SyncS3VectorsFunction" in case.resources) is (name == "vectors")


def test_a_region_without_kendra_is_refused_before_anything_is_created() -> None:
    (refusal,) = Processed(INDEX, "eu-central-1").refusals
    assert "not available in this region" in refusal


def test_a_region_without_q_business_is_refused_before_anything_is_created() -> None:
    (refusal,) = Processed(INDEX | ISSUER | {"ChatService": "q_business"}, "eu-west-2").refusals
    assert "not available in this region" in refusal


@pytest.mark.parametrize("region", REGIONS)
def test_the_template_is_valid_in_every_region(region: str) -> None:
    """A type that the region lacks must have a condition that excludes the region, whatever the parameters are."""
    for case in CASES.values():
        assert Processed(case.given, region).types - S3_VECTORS <= types_in(region)


def test_the_template_fits_into_cloudformations_limits() -> None:
    """Quotas that cannot be raised. What SAM makes of a function or an event counts as well."""
    stack = expanded()
    assert len(stack["Resources"]) <= 500
    assert len(stack["Parameters"]) <= 200
    assert len(stack["Outputs"]) <= 200
    assert len(json.dumps(stack, separators=(",", ":")).encode()) <= 1_000_000
