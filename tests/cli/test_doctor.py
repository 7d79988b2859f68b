"""`docent doctor`: what it finds in an account, and what it says to do next."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import NoCredentialsError
from typer.testing import CliRunner

from cli.doctor.account import LONGEST_STACK_NAME
from cli.doctor.examination import examine
from cli.doctor.findings import Finding
from cli.doctor.guardrails import PROBES
from cli.doctor.rules import failed_assertions
from cli.doctor.subject import Guardrail, Subject
from cli.main import app
from cli.target import CommandError, Target
from tests.support.aws import session
from tests.support.fake_account import MODEL, PER_DAY, PER_MINUTE, FakeAccount
from tests.support.functions import VECTOR_INDEX_ARN
from tests.support.project import template

INDEX_ID = "0123abcd-0000-4000-8000-0123456789ab"


class Account(Target):
    """A target whose clients are created once for all tests: each reads a service model."""

    clients: ClassVar[dict[Any, Any]] = {}

    def client(self, service: str, attempts: int = 5, read_timeout: int = 130) -> Any:
        key = (self.region, service, attempts)
        if key not in self.clients:
            self.clients[key] = super().client(service, attempts, read_timeout)
        return self.clients[key]


GERMANY, VIRGINIA = Account("docent", "eu-central-1"), Account("docent", "us-east-1")


@pytest.fixture(scope="module")
def attached() -> Iterator[FakeAccount]:
    identity = (AWSResponse("", 200, HTTPHeaders(), None), {"Account": "123456789012"})
    events: Any = session().events

    def caller(**_: Any) -> Any:
        return identity

    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session()
    events.register("before-call.sts.GetCallerIdentity", caller)
    account = FakeAccount()
    try:
        with account.attached(session()):
            yield account
    finally:
        events.unregister("before-call.sts.GetCallerIdentity", caller)
        boto3.DEFAULT_SESSION = before


@pytest.fixture
def account(attached: FakeAccount) -> FakeAccount:
    """An account in which everything is in order."""
    attached.__init__()
    return attached


@pytest.fixture
def subject() -> Subject:
    return Subject(
        GERMANY,
        "docent",
        {"GuardrailTextUnits": "25", "GuardrailProfile": "eu.guardrail.v1:0"},
        (MODEL,),
        (Guardrail("abc123", "1", "MaskTextFunction"),),
        INDEX_ID,
    )


def found(subject: Subject, *statuses: str) -> list[Finding]:
    return [each for each in examine(subject) if not statuses or each.status in statuses]


def only(subject: Subject, *statuses: str) -> Finding:
    (finding,) = found(subject, *statuses or ("fail", "warn"))
    return finding


def test_an_account_in_order_has_no_warnings(account: FakeAccount, subject: Subject) -> None:
    assert [each for each in found(subject) if each.status != "ok"] == []
    checks = {each.check for each in found(subject)}
    assert checks == {
        "credentials", "stack name", "region", "model access", "Anthropic's form", "model subscription", "guardrail",
        "German private data", "index", "Lambda concurrency", "Bedrock quotas",
    }  # fmt: skip


def test_one_token_is_asked_of_each_model(account: FakeAccount, subject: Subject) -> None:
    list(examine(subject))
    (call,) = account.asked("Converse")
    assert call["modelId"] == MODEL
    assert call["inferenceConfig"] == {"maxTokens": 1}


@pytest.mark.parametrize(
    ("code", "message", "advice"),
    [
        (
            "AccessDeniedException",
            "Model access is denied due to IAM user or service role is not authorized to perform the required AWS "
            "Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to "
            "this model. Refer to the Amazon Bedrock documentation for further details. Your AWS Marketplace "
            "subscription for this model cannot be completed at this time. If you recently fixed this issue, try "
            "again after 5 minutes.",
            "aws-marketplace:Subscribe",
        ),
        (
            "AccessDeniedException",
            "Model access is denied due to INVALID_PAYMENT_INSTRUMENT:A valid payment instrument must be provided.",
            "payment method",
        ),
        (
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            "use case details",
        ),
        (
            "AccessDeniedException",
            "anthropic.claude-opus-4-8 is not available for this account. You can explore other available models on "
            "Amazon Bedrock. For additional access options, contact AWS Sales.",
            "AWS Sales",
        ),
        (
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:InvokeModel on resource: "
            "arn:aws:bedrock:::foundation-model/m with an explicit deny in a service control policy",
            "organization",
        ),
        (
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/x is not authorized to perform: bedrock:InvokeModel on resource: m",
            "bedrock:InvokeModel",
        ),
        (
            "ResourceNotFoundException",
            "Model use case details have not been submitted for this account. Fill out the Anthropic use case details "
            "form before using the model. If you have already filled out the form, try again in 15 minutes.",
            "submit the use case details",
        ),
        (
            "ResourceNotFoundException",
            "Access denied. This Model is marked by provider as Legacy and you have not been actively using the model "
            "in the last 30 days. Please upgrade to an active model on Amazon Bedrock",
            "another ModelId",
        ),
        (
            "ResourceNotFoundException",
            "This model version has reached the end of its life. Please refer to the AWS documentation.",
            "no longer exists",
        ),
        (
            "ValidationException",
            "Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t "
            "supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
            "inference profile",
        ),
        ("ValidationException", "The provided model identifier is invalid.", "prefix"),
        (
            "ValidationException",
            "Access to Anthropic models is not allowed from unsupported countries, regions, or territories.",
            "supported-countries",
        ),
        ("ValidationException", "Operation not allowed", "AWS Support"),
        ("ThrottlingException", "Too many tokens per day, please wait before trying again.", "quotas below"),
    ],
    ids=lambda value: value[:40],
)
def test_a_refused_model_is_told_with_aws_s_words_and_what_to_do(
    account: FakeAccount, subject: Subject, code: str, message: str, advice: str
) -> None:
    account.errors["Converse"] = (code, message)
    finding = only(subject)
    assert (finding.status, finding.check) == ("fail", "model access")
    assert message in finding.told
    assert advice in finding.next_step


def test_a_passing_fault_of_bedrock_is_a_warning(account: FakeAccount, subject: Subject) -> None:
    account.errors["Converse"] = ("ServiceUnavailableException", "Bedrock is unable to process your request.")
    assert only(subject).status == "warn"


def test_a_form_that_nobody_submitted_fails_only_if_the_model_does_not_answer(
    account: FakeAccount, subject: Subject
) -> None:
    account.errors["GetUseCaseForModelAccess"] = ("ResourceNotFoundException", "")
    assert (only(subject).status, only(subject).check) == ("warn", "Anthropic's form")
    account.errors["Converse"] = ("ResourceNotFoundException", "Model use case details have not been submitted")
    assert [each.check for each in found(subject, "fail")] == ["model access", "Anthropic's form"]


@pytest.mark.parametrize(
    ("agreement", "status"),
    [
        ({"status": "PENDING"}, "warn"),
        ({"status": "NOT_AVAILABLE"}, "warn"),
        ({"status": "ERROR", "errorMessage": "The offer has expired."}, "fail"),
    ],
    ids=str,
)
def test_a_subscription_that_is_not_there_yet_is_told(
    account: FakeAccount, subject: Subject, agreement: dict[str, str], status: str
) -> None:
    account.agreement = agreement
    assert (only(subject).status, only(subject).check) == (status, "model subscription")


def test_a_model_that_is_retired_soon_is_a_warning_with_its_last_day(account: FakeAccount, subject: Subject) -> None:
    account.lifecycle = {"status": "LEGACY", "endOfLifeTime": "2026-10-14T00:00:00Z"}
    assert "ends on 2026-10-14" in only(subject).told


def test_a_guardrail_that_is_gone_fails(account: FakeAccount, subject: Subject) -> None:
    account.errors["GetGuardrail"] = ("ResourceNotFoundException", "The guardrail does not exist.")
    assert "MaskTextFunction" in only(subject, "fail").told


def test_the_classic_tier_is_a_warning(account: FakeAccount, subject: Subject) -> None:
    account.tier = "CLASSIC"
    assert "English, French and Spanish only" in only(subject).told


@pytest.mark.parametrize("unmasked", [("PHONE",), ("ADDRESS", "PHONE"), tuple(PROBES)], ids=str)
def test_german_private_data_that_stays_readable_fails_by_its_type(
    account: FakeAccount, subject: Subject, unmasked: tuple[str, ...]
) -> None:
    account.unmasked = unmasked
    finding = only(subject)
    assert (finding.status, finding.check) == ("fail", "German private data")
    assert finding.told.endswith(f"{', '.join(sorted(unmasked))}.")
    assert not any(value in str(finding) for value in PROBES.values())


def test_what_a_guardrail_is_not_there_for_is_not_asked_of_it(account: FakeAccount, subject: Subject) -> None:
    account.unmasked = ("ADDRESS",)
    assert only(subject).status == "fail"
    assert "ADDRESS" in {each["type"] for each in account.GetGuardrail({})["sensitiveInformationPolicy"]["piiEntities"]}
    assert "PASSWORD" not in str(found(subject))


@pytest.mark.parametrize(("texts_per_call", "status"), [(1, "ok"), (10, "ok")])
def test_texts_in_one_call_are_proven_to_be_told_apart(
    account: FakeAccount, subject: Subject, texts_per_call: int, status: str
) -> None:
    subject = replace(subject, guardrails=(Guardrail("abc123", "1", "MaskSummariesFunction", texts_per_call),))
    (finding,) = [each for each in found(subject) if each.check == "texts in one call"]
    assert finding.status == status
    assert ("TextsPerGuardrailCall=10" in finding.told) == (texts_per_call == 1)


@pytest.mark.parametrize(
    "arranged",
    [lambda texts: texts[::-1], lambda texts: ["".join(texts)], lambda texts: texts[:-1]],
    ids=["turned", "joined", "one missing"],
)
def test_a_reply_to_several_texts_that_cannot_be_told_apart_is_a_warning_where_it_is_used(
    account: FakeAccount, subject: Subject, arranged: Any
) -> None:
    account.arranged = arranged
    for texts_per_call, status in ((1, "ok"), (10, "warn")):
        examined = replace(subject, guardrails=(Guardrail("abc123", "1", "MaskSummariesFunction", texts_per_call),))
        (finding,) = [each for each in found(examined) if each.check == "texts in one call"]
        assert finding.status == status
        assert "TextsPerGuardrailCall=10" not in finding.told


def test_an_index_of_ones_own_needs_docents_fields(account: FakeAccount, subject: Subject) -> None:
    account.index = {"DocumentMetadataConfigurations": []}
    finding = only(subject, "fail")
    assert "docent_document" in finding.told
    assert "docs/operations.md" in finding.next_step


@pytest.mark.parametrize(
    ("index", "status", "told"),
    [
        ({"Status": "CREATING"}, "warn", "CREATING"),
        ({"Status": "FAILED", "ErrorMessage": "The role cannot be assumed."}, "fail", "The role cannot be assumed."),
        ({"Edition": "DEVELOPER_EDITION"}, "warn", "0.05 queries a second"),
        ({"CapacityUnits": {"StorageCapacityUnits": 0, "QueryCapacityUnits": 0}}, "ok", "0.1 queries a second"),
    ],
    ids=str,
)
def test_an_index_is_told_with_its_edition_and_capacity(
    account: FakeAccount, subject: Subject, index: dict[str, Any], status: str, told: str
) -> None:
    account.index = index
    (finding,) = [each for each in found(subject) if each.check == "index"]
    assert finding.status == status
    assert told in finding.told


def test_an_index_that_is_not_there_fails(account: FakeAccount, subject: Subject) -> None:
    account.errors["DescribeIndex"] = ("ResourceNotFoundException", "There is no such index.")
    assert "KendraIndexId" in only(subject, "fail").next_step


def test_what_is_no_id_of_an_index_fails(account: FakeAccount, subject: Subject) -> None:
    assert only(replace(subject, index_id="docent-documents"), "fail").told == "docent-documents is not an index's id."


# An index of S3 Vectors.

KENDRA = {"SearchIndex": "kendra", "KendraIndexId": INDEX_ID}
VECTORS = {
    "SearchIndex": "s3_vectors",
    "EmbeddingModelId": "cohere.embed-multilingual-v3",
    "EmbeddingDimensions": "1024",
    "RerankModelId": "-",
}


@pytest.fixture
def of_vectors(subject: Subject) -> Subject:
    return replace(subject, parameters={**subject.parameters, **VECTORS}, index_id="", vector_index=VECTOR_INDEX_ARN)


def test_a_vector_index_and_its_model_are_examined(account: FakeAccount, of_vectors: Subject) -> None:
    checks = {each.check: each.status for each in found(of_vectors)}
    assert (checks["vector index"], checks["embedding model"]) == ("ok", "ok")
    assert "index" not in checks
    assert not any("embed" in request.get("modelId", "") for request in account.asked("Converse"))


@pytest.mark.parametrize(
    ("index", "told"),
    [
        ({"dimension": 256}, "256"),
        ({"indexMode": "CLASSIC"}, "CLASSIC"),
        ({"metadataConfiguration": {"nonFilterableMetadataKeys": ["key"]}}, "text_de"),
    ],
    ids=str,
)
def test_a_vector_index_that_is_not_as_docent_needs_it_fails(
    account: FakeAccount, of_vectors: Subject, index: dict[str, Any], told: str
) -> None:
    account.vector_index = index
    assert told in only(of_vectors, "fail").told


def test_a_vector_index_that_is_not_there_fails(account: FakeAccount, of_vectors: Subject) -> None:
    account.errors["GetIndex"] = ("NotFoundException", "There is no such index.")
    assert "reingest" in only(of_vectors, "fail").next_step


def test_an_embedding_model_that_the_region_lacks_fails(account: FakeAccount, of_vectors: Subject) -> None:
    planned = Subject.planned(VIRGINIA, {"EmbeddingModelId": "cohere.embed-multilingual-v3"})
    assert "cohere.embed-multilingual-v3" not in planned.models, "it writes no text"
    account.errors["GetFoundationModelAvailability"] = ("ResourceNotFoundException", "There is no such model.")
    assert any("EmbeddingModelId" in each.next_step for each in found(planned, "fail"))


def test_a_reranking_model_is_examined_where_one_is_chosen(account: FakeAccount, of_vectors: Subject) -> None:
    assert "reranking model" not in {each.check for each in found(of_vectors)}
    ranked = replace(of_vectors, parameters={**of_vectors.parameters, "RerankModelId": "cohere.rerank-v3-5:0"})
    assert {each.check: each.status for each in found(ranked)}["reranking model"] == "ok"
    account.errors["GetFoundationModelAvailability"] = ("ResourceNotFoundException", "There is no such model.")
    told = {each.check: each.next_step for each in found(ranked, "fail")}
    assert "RerankModelId=-" in told["reranking model"]


def test_a_former_index_is_read_back_until_it_is_empty(account: FakeAccount, of_vectors: Subject) -> None:
    def former(name: str) -> Finding:
        moving = {**of_vectors.parameters, "FormerSearchIndex": name}
        (finding,) = [
            each
            for each in found(replace(of_vectors, parameters=moving, index_id=INDEX_ID))
            if each.check == "former index"
        ]
        return finding

    statistics = {"FaqStatistics": {"IndexedQuestionAnswersCount": 0}}
    for left, status in ((12, "warn"), (0, "ok")):
        account.vectors = left
        texts = {"IndexedTextDocumentsCount": left, "IndexedTextBytes": 0}
        account.index = {"IndexStatistics": statistics | {"TextDocumentStatistics": texts}}
        for name in ("kendra", "s3_vectors"):
            assert former(name).status == status
            assert ("12" in former(name).told) is bool(left)


def test_a_quota_of_zero_fails_and_a_small_one_warns(account: FakeAccount, subject: Subject) -> None:
    account.quotas |= {PER_DAY: 0, PER_MINUTE: 20_000}
    assert PER_DAY in only(subject, "fail").told
    assert PER_MINUTE in only(subject, "warn").told


@pytest.mark.parametrize(
    ("model", "kind", "name"),
    [
        ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "Cross-region", "Sonnet 4 V1"),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "Global cross-region", "Sonnet 4.5 V1"),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "On-demand", "3.7 Sonnet V1"),
        ("us.anthropic.claude-opus-4-8", "Cross-region", "Opus 4.8"),
    ],
    ids=lambda value: value,
)
def test_quotas_are_those_of_the_model_and_the_kind_of_call(
    account: FakeAccount, subject: Subject, model: str, kind: str, name: str
) -> None:
    others = {each: 0.0 for each in account.quotas if "Sonnet 4.5" not in name or "1M" in each}
    quota = f"{kind} model inference tokens per minute for Anthropic Claude {name}"
    account.quotas = others | {quota: 1_000_000.0}
    told = [each for each in found(replace(subject, models=(model,))) if quota in each.told]
    assert [(each.status, each.told) for each in told] == [("ok", f"{quota}: 1,000,000.")]
    assert not any("Sonnet 4.5 V1 1M" in each.told for each in found(replace(subject, models=(model,))))


def test_quotas_that_are_not_listed_are_a_warning(account: FakeAccount, subject: Subject) -> None:
    account.quotas = {}
    assert "lists none" in only(subject).told


def test_more_text_units_than_the_account_has_fail(account: FakeAccount, subject: Subject) -> None:
    parameters = dict(subject.parameters) | {"GuardrailTextUnits": "200"}
    assert "GuardrailTextUnits=25" in only(replace(subject, parameters=parameters)).next_step


def test_the_ten_functions_of_a_new_account_are_a_warning(account: FakeAccount, subject: Subject) -> None:
    account.concurrency = 10
    assert (only(subject).status, only(subject).check) == ("warn", "Lambda concurrency")


def test_reserving_concurrency_that_the_account_lacks_fails_before_a_deployment(
    account: FakeAccount, subject: Subject
) -> None:
    parameters = dict(subject.parameters) | {"CaptionConcurrency": "950"}
    planned = replace(subject, parameters=parameters, rules={"None": {"Assertions": []}})
    assert "CaptionConcurrency=950" in only(planned, "fail").told


@pytest.mark.parametrize(
    "operation", ["GetGuardrail", "DescribeIndex", "ListServiceQuotas", "GetAccountSettings", "ApplyGuardrail"]
)
def test_what_the_caller_may_not_ask_is_a_warning_that_names_the_call(
    account: FakeAccount, subject: Subject, operation: str
) -> None:
    account.errors[operation] = ("AccessDeniedException", "User is not authorized")
    finding = only(subject)
    assert finding.status == "warn"
    assert operation in finding.next_step


def test_without_credentials_nothing_else_is_asked(subject: Subject) -> None:
    class Nobody(Target):
        def client(self, *_: Any, **__: Any) -> Any:
            raise NoCredentialsError

    findings = found(replace(subject, target=Nobody("docent", "eu-central-1")))
    assert [(each.status, each.check) for each in findings] == [("fail", "credentials"), ("ok", "stack name")]


def test_no_finding_shows_a_secret(account: FakeAccount, subject: Subject) -> None:
    planned = Subject.planned(subject.target, {"OidcClientSecret": "s3cret", "KendraIndexId": INDEX_ID})
    assert "s3cret" not in str(planned)
    told = str(found(planned))
    assert "s3cret" not in told
    assert "Secret Company" not in told


@pytest.mark.parametrize(("length", "status"), [(42, "ok"), (43, "fail")])
def test_a_stack_name_that_makes_the_guardrails_names_too_long_fails(
    account: FakeAccount, subject: Subject, length: int, status: str
) -> None:
    (finding,) = [each for each in found(replace(subject, stack="d" * length)) if each.check == "stack name"]
    assert finding.status == status


def test_the_longest_stack_name_fits_every_name_that_the_template_makes() -> None:
    longest = {"AWS::Bedrock::Guardrail": 50, "AWS::Serverless::StateMachine": 80, "AWS::Cognito::UserPool": 128}
    room = [
        longest[body["Type"]] - len(str(value["Fn::Sub"]).replace("${AWS::StackName}", ""))
        for body in template()["Resources"].values()
        if body["Type"] in longest
        for value in body["Properties"].values()
        if isinstance(value, dict) and str(value.get("Fn::Sub", "")).startswith("${AWS::StackName}")
    ]
    assert min(room) == LONGEST_STACK_NAME


def test_a_region_without_bedrock_fails(account: FakeAccount, subject: Subject) -> None:
    failed = found(replace(subject, target=Target("docent", "ap-east-1")), "fail")
    assert "Amazon Bedrock is not available in ap-east-1." in [each.told for each in failed]


def test_a_guardrail_profile_of_another_region_fails_before_a_deployment(
    account: FakeAccount, subject: Subject
) -> None:
    parameters = dict(subject.parameters) | {"GuardrailProfile": "us.guardrail.v1:0"}
    finding = only(replace(subject, parameters=parameters))
    assert "GuardrailProfile=eu.guardrail.v1:0" in finding.next_step


def test_a_plan_is_checked_by_the_templates_own_rules() -> None:
    rules = {
        "Chat": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "ChatService"}, "q_business"]},
            "Assertions": [
                {
                    "Assert": {"Fn::Or": [{"Fn::Not": [{"Fn::Equals": [{"Ref": "ChatIssuer"}, ""]}]}]},
                    "AssertDescription": "Chat needs an issuer.",
                },
                {"Assert": {"Fn::Contains": [["eu-west-1"], {"Ref": "AWS::Region"}]}, "AssertDescription": "Not here."},
                {"Assert": {"Fn::EachMemberIn": [["a"], ["b"]]}, "AssertDescription": "CloudFormation checks this."},
            ],
        }
    }
    values = {"ChatService": "q_business", "ChatIssuer": "", "AWS::Region": "eu-central-1"}
    assert list(failed_assertions(rules, values)) == ["Chat needs an issuer.", "Not here."]
    assert list(failed_assertions(rules, values | {"ChatService": "ask"})) == []


def test_the_templates_rules_are_read_before_a_deployment(account: FakeAccount) -> None:
    planned = Subject.planned(VIRGINIA, {"ChatService": "q_business", **KENDRA})
    assert any("ChatIssuer" in each.told for each in found(planned, "fail"))
    assert planned.models == (template()["Parameters"]["ModelId"]["Default"],)


def test_an_index_that_is_to_be_created_warns_an_account_without_kendra(account: FakeAccount) -> None:
    planned = Subject.planned(VIRGINIA, {"SearchIndex": "kendra", "KendraEdition": "ENTERPRISE_EDITION"})
    (finding,) = [each for each in found(planned) if each.check == "index"]
    assert (finding.status, "July 2026" in finding.told) == ("warn", True)
    there = {"Name": "other", "Id": INDEX_ID, "Edition": "ENTERPRISE_EDITION", "Status": "ACTIVE"}
    account.indices = [there | {"CreatedAt": 1, "UpdatedAt": 1}]
    (finding,) = [each for each in found(planned) if each.check == "index"]
    assert finding.status == "ok"


def test_a_parameter_that_the_template_has_not_is_refused() -> None:
    with pytest.raises(CommandError, match="no parameter Modell"):
        Subject.planned(VIRGINIA, {"Modell": "x"})


def test_the_command_shows_every_finding_and_ends_with_1_if_one_failed(account: FakeAccount) -> None:
    words = ["doctor", "--before-deploy", "--region", "us-east-1"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "ok    model access: us.anthropic" in done.output
    account.errors["Converse"] = ("ValidationException", "The provided model identifier is \x1b[31minvalid.")
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1
    assert "fail  model access:" in done.output
    assert "\n      → " in done.output
    assert "\x1b" not in done.output
    listed = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert {each["status"] for each in listed} >= {"ok", "fail"}


def test_parameters_of_a_deployed_stack_cannot_be_given() -> None:
    done = CliRunner().invoke(app, ["doctor", "--parameter", "ModelId=x"])
    assert (done.exit_code, "--before-deploy" in done.output) == (1, True)
