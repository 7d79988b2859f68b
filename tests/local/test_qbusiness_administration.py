"""Administration of Q Business through boto3: applications, indices, documents, groups, users, tags."""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.federated_people import MARY
from tests.support.machine import Machine
from tests.support.open_id import OpenIdProvider
from tests.support.q_business import (
    Application,
    federated_application,
    for_users,
    new_application,
    provider_arn,
    text,
)
from tests.support.waiting import wait_until

ABSENT = str(uuid.UUID(int=7))


@pytest.fixture(scope="module")
def admin(machine: Machine) -> Any:
    """A client that leaves validation to the service."""
    return boto3.client(
        "qbusiness",
        endpoint_url=machine.settings.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


@pytest.fixture(scope="module")
def application(machine: Machine, open_id: OpenIdProvider) -> Application:
    return federated_application(machine, open_id, "administration")


def refusal(call: Any, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as raised:
        call(**request)
    told = raised.value.response
    status = told["ResponseMetadata"]["HTTPStatusCode"]
    return told["Error"] | {name: told[name] for name in told if name[0].islower()} | {"status": status}


def code(call: Any, **request: Any) -> str:
    return refusal(call, **request)["Code"]


# ─── Applications and what belongs to them ───────────────────────────────────────────────────────


def test_an_application_is_shown_as_it_was_given_until_it_is_deleted(
    machine: Machine, admin: Any, open_id: OpenIdProvider
) -> None:
    arn = provider_arn(machine, open_id)
    given = {
        "displayName": "shown",
        "identityType": "AWS_IAM_IDP_OIDC",
        "iamIdentityProviderArn": arn,
        "clientIdsForOIDC": ["docent"],
        "description": "Asks the library.",
    }
    made = admin.create_application(**given, attachmentsConfiguration={"attachmentsControlMode": "DISABLED"})
    application_id = made["applicationId"]
    assert made["applicationArn"] == f"arn:aws:qbusiness:us-east-1:000000000000:application/{application_id}"
    wait_until(lambda: admin.get_application(applicationId=application_id)["status"] == "ACTIVE")
    shown = admin.get_application(applicationId=application_id)
    assert {name: shown[name] for name in given} == given
    assert shown["attachmentsConfiguration"] == {"attachmentsControlMode": "DISABLED"}
    assert shown["autoSubscriptionConfiguration"] == {"autoSubscribe": "DISABLED"}
    listed = [each["applicationId"] for each in admin.list_applications()["applications"]]
    assert application_id in listed
    admin.delete_application(applicationId=application_id)
    missing = refusal(admin.get_application, applicationId=application_id)
    assert (missing["Code"], missing["status"]) == ("ResourceNotFoundException", 404)
    assert (missing["resourceId"], missing["resourceType"]) == (application_id, "APPLICATION")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"identityType": "AWS_IAM_IDC"},
        {"identityType": "AWS_QUICKSIGHT_IDP"},
        {"identityType": "AWS_IAM_IDP_OIDC"},
        {
            "identityType": "AWS_IAM_IDP_SAML",
            "iamIdentityProviderArn": "arn:aws:iam::000000000000:oidc-provider/issuer.example",
        },
        {
            "identityType": "AWS_IAM_IDP_OIDC",
            "iamIdentityProviderArn": "arn:aws:iam::000000000000:oidc-provider/absent.example",
        },
        {
            "identityType": "AWS_IAM_IDP_OIDC",
            "iamIdentityProviderArn": "arn:aws:iam::000000000000:oidc-provider/issuer.example:8080",
        },
        {"identityType": "ANONYMOUS", "clientIdsForOIDC": ["docent"]},
        {"identityType": "ANONYMOUS", "displayName": "not a name"},
        {"identityType": "ANONYMOUS", "clientToken": "x" * 101},
    ],
    ids=lambda given: json.dumps(given)[:60],
)
def test_an_application_that_could_not_work_is_refused(admin: Any, given: dict[str, Any]) -> None:
    refused = refusal(admin.create_application, **({"displayName": "refused"} | given))
    assert (refused["Code"], refused["status"]) == ("ValidationException", 400)
    assert refused["reason"]


def test_a_client_token_finds_what_it_made(admin: Any) -> None:
    request = {"displayName": "once", "identityType": "ANONYMOUS", "clientToken": str(uuid.uuid4())}
    first, second = admin.create_application(**request), admin.create_application(**request)
    assert first["applicationId"] == second["applicationId"]


def test_subscribing_automatically_needs_a_tier_and_users(machine: Machine, application: Application) -> None:
    request = {"applicationId": application.id, "autoSubscriptionConfiguration": {"autoSubscribe": "ENABLED"}}
    assert code(application.admin.update_application, **request) == "ValidationException"
    anonymous = new_application(machine, identityType="ANONYMOUS")
    subscribing = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE"}
    request = {"applicationId": anonymous.id, "autoSubscriptionConfiguration": subscribing}
    assert code(application.admin.update_application, **request) == "ValidationException"


def test_parts_belong_to_their_own_application(machine: Machine, application: Application) -> None:
    other = new_application(machine, identityType="ANONYMOUS")
    admin = application.admin
    assert code(admin.get_index, applicationId=other.id, indexId=application.index) == "ResourceNotFoundException"
    request = {"applicationId": other.id, "retrieverId": application.retriever}
    assert code(admin.get_retriever, **request) == "ResourceNotFoundException"
    native = {"nativeIndexConfiguration": {"indexId": application.index}}
    request = {"applicationId": other.id, "type": "NATIVE_INDEX", "displayName": "r", "configuration": native}
    assert code(admin.create_retriever, **request) == "ResourceNotFoundException"


def test_a_retriever_is_what_its_type_says(admin: Any, application: Application) -> None:
    kendra = {"kendraIndexConfiguration": {"indexId": ABSENT}}
    native = {"nativeIndexConfiguration": {"indexId": application.index}}
    base = {"applicationId": application.id, "displayName": "wrong"}
    for wrong in (
        {"type": "NATIVE_INDEX", "configuration": kendra},
        {"type": "KENDRA_INDEX", "configuration": native},
        {"type": "KENDRA_INDEX", "configuration": kendra},
        {"type": "NATIVE_INDEX", "configuration": kendra | native},
        {"type": "NATIVE_INDEX", "configuration": {}},
    ):
        assert code(admin.create_retriever, **base, **wrong) == "ValidationException"
    shown = admin.get_retriever(applicationId=application.id, retrieverId=application.retriever)
    assert (shown["type"], shown["configuration"]) == ("NATIVE_INDEX", native)
    listed = admin.list_retrievers(applicationId=application.id)["retrievers"]
    assert [each["retrieverId"] for each in listed] == [application.retriever]


def test_a_web_experience_comes_and_goes(admin: Any, application: Application) -> None:
    made = admin.create_web_experience(applicationId=application.id, title="Ask")["webExperienceId"]
    ids = {"applicationId": application.id, "webExperienceId": made}
    admin.update_web_experience(**ids, title="Ask us")
    shown = admin.get_web_experience(**ids)
    assert shown["title"] == "Ask us"
    assert shown["defaultEndpoint"].startswith("https://")
    assert [
        e["webExperienceId"] for e in admin.list_web_experiences(applicationId=application.id)["webExperiences"]
    ] == [made]
    admin.delete_web_experience(**ids)
    assert code(admin.get_web_experience, **ids) == "ResourceNotFoundException"


def test_attributes_of_an_index_keep_their_type(admin: Any, application: Application) -> None:
    attribute = {"name": "department", "type": "STRING"}
    admin.update_index(**application.ids, documentAttributeConfigurations=[attribute])
    configured = admin.get_index(**application.ids)["documentAttributeConfigurations"]
    assert attribute | {"search": "ENABLED"} in configured
    for wrong in ({"name": "department", "type": "DATE"}, {"name": "_own", "type": "STRING"}, {"name": "untyped"}):
        request = {**application.ids, "documentAttributeConfigurations": [wrong]}
        assert code(admin.update_index, **request) == "ValidationException"


def test_tags_are_kept_by_the_arn(admin: Any, application: Application) -> None:
    arn = admin.get_index(**application.ids)["indexArn"]
    admin.tag_resource(resourceARN=arn, tags=[{"key": "team", "value": "search"}, {"key": "cost", "value": "1"}])
    admin.untag_resource(resourceARN=arn, tagKeys=["cost"])
    assert admin.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "team", "value": "search"}]
    wrong = arn.replace(application.id, ABSENT)
    assert code(admin.list_tags_for_resource, resourceARN=wrong) == "ResourceNotFoundException"


def test_lists_are_given_in_pages(admin: Any, machine: Machine) -> None:
    application = new_application(machine, identityType="ANONYMOUS")
    for number in range(3):
        admin.create_index(applicationId=application.id, displayName=f"index-{number}")
    pages = (
        machine.client("qbusiness")
        .get_paginator("list_indices")
        .paginate(applicationId=application.id, PaginationConfig={"PageSize": 2})
    )
    names = [[index["displayName"] for index in page["indices"]] for page in pages]
    assert names == [["documents", "index-0"], ["index-1", "index-2"]]
    request = {"applicationId": application.id, "nextToken": "no token"}
    assert code(admin.list_indices, **request) == "ValidationException"


def test_an_unsupported_operation_is_refused(admin: Any, application: Application) -> None:
    refused = refusal(admin.list_plugins, applicationId=application.id)
    assert (refused["Code"], refused["status"]) == ("UnknownOperationException", 404)


# ─── Documents ───────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_indexed_then_deleted(application: Application) -> None:
    admin = application.admin
    answer = admin.batch_put_document(**application.ids, documents=[text("passing", "It will pass.")])
    assert answer["failedDocuments"] == []
    assert application.statuses()["passing"] in ("PROCESSING", "INDEXED")
    wait_until(lambda: application.statuses()["passing"] == "INDEXED")
    application.put(text("passing", "It has changed."))
    assert application.statuses()["passing"] == "UPDATED"
    counted = admin.get_index(**application.ids)["indexStatistics"]["textDocumentStatistics"]
    assert counted["indexedTextDocumentCount"] >= 1
    admin.batch_delete_document(**application.ids, documents=[{"documentId": "passing"}])
    wait_until(lambda: "passing" not in application.statuses())


def test_more_documents_than_a_call_takes_are_refused(admin: Any, application: Application) -> None:
    eleven = [text(f"d{number}", "Too many.") for number in range(11)]
    assert code(admin.batch_put_document, **application.ids, documents=eleven) == "ValidationException"
    identifiers = [{"documentId": document["id"]} for document in eleven]
    assert code(admin.batch_delete_document, **application.ids, documents=identifiers) == "ValidationException"
    assert code(admin.batch_put_document, **application.ids, documents=[]) == "ValidationException"


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": None},
        {"content": {"s3": {"bucket": "documents", "key": "a.pdf"}}},
        {"attributes": [{"name": "unconfigured", "value": {"stringValue": "x"}}]},
        {"attributes": [{"name": "_source_uri", "value": {"longValue": 7}}]},
        {"attributes": [{"name": "_media_id", "value": {"stringValue": "x"}}]},
        {"accessConfiguration": {"accessControls": [{"principals": [{"user": {"access": "ALLOW"}}]}]}},
        {
            "accessConfiguration": {
                "accessControls": [
                    {"principals": [{"group": {"name": "g", "access": "ALLOW", "membershipType": "DATASOURCE"}}]}
                ]
            }
        },
        {"documentEnrichmentConfiguration": {"inlineConfigurations": [{}]}},
        {"mediaExtractionConfiguration": {"audioExtractionConfiguration": {"audioExtractionStatus": "ENABLED"}}},
    ],
    ids=lambda wrong: json.dumps(wrong)[:50],
)
def test_a_document_that_cannot_be_taken_fails_alone(
    admin: Any, application: Application, wrong: dict[str, Any]
) -> None:
    documents = [text("wrong", "Never seen.") | wrong, text("right", "It is taken.")]
    documents[0] = {name: value for name, value in documents[0].items() if value is not None}
    failed = admin.batch_put_document(**application.ids, documents=documents)["failedDocuments"]
    assert [(each["id"], each["error"]["errorCode"]) for each in failed] == [("wrong", "InvalidRequest")]
    wait_until(lambda: application.statuses().get("right") in ("INDEXED", "UPDATED"))
    assert "wrong" not in application.statuses()


def test_a_file_that_cannot_be_read_has_the_error_in_its_status(application: Application) -> None:
    application.put({"id": "broken", "content": {"blob": b"no pdf"}, "contentType": "PDF"})
    [detail] = [
        found
        for found in application.admin.list_documents(**application.ids)["documentDetailList"]
        if found["documentId"] == "broken"
    ]
    assert detail["status"] == "DOCUMENT_FAILED_TO_INDEX"
    assert detail["error"]["errorMessage"] == "The file is not a readable PDF file."
    assert detail["createdAt"] <= detail["updatedAt"]


def test_a_document_in_s3_is_read_with_the_role_that_is_given(machine: Machine, application: Application) -> None:
    s3 = machine.client("s3")
    s3.create_bucket(Bucket="q-documents")
    s3.put_object(Bucket="q-documents", Key="a.txt", Body=b"Read from a bucket.")
    trust = {"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::q-documents/*"}
    allowed, other = machine.role("q-reader", trust, reading), machine.role("q-stranger", trust)
    content = {"s3": {"bucket": "q-documents", "key": "a.txt"}}
    application.put({"id": "from-s3", "content": content}, roleArn=allowed)
    assert application.statuses()["from-s3"] == "INDEXED"
    application.put({"id": "refused-by-s3", "content": content}, roleArn=other)
    assert application.statuses()["refused-by-s3"] == "DOCUMENT_FAILED_TO_INDEX"


# ─── Groups and users ────────────────────────────────────────────────────────────────────────────


def test_a_group_settles_is_listed_and_goes(application: Application) -> None:
    admin = application.admin
    application.group("editors", MARY.email)
    history = admin.get_group(**application.ids, groupName="editors")["statusHistory"]
    assert [each["status"] for each in history] == ["SUCCEEDED"]
    listed = admin.list_groups(**application.ids, updatedEarlierThan=datetime.now(UTC))
    assert {"groupName": "editors"} in listed["items"]
    earlier = admin.list_groups(**application.ids, updatedEarlierThan=datetime.fromtimestamp(time.time() - 3600, UTC))
    assert earlier["items"] == []
    admin.delete_group(**application.ids, groupName="editors")
    wait_until(lambda: _is_gone(admin.get_group, **application.ids, groupName="editors"))
    assert {"groupName": "editors"} not in _groups(application)


def _is_gone(call: Any, **request: Any) -> bool:
    try:
        call(**request)
    except ClientError as error:
        return error.response["Error"]["Code"] == "ResourceNotFoundException"
    return False


def _groups(application: Application) -> list[dict[str, Any]]:
    return application.admin.list_groups(**application.ids, updatedEarlierThan=datetime.now(UTC))["items"]


def test_a_group_may_have_a_slash_in_its_name(application: Application) -> None:
    application.group("acme/editors", MARY.email)
    assert {"groupName": "acme/editors"} in _groups(application)


def test_more_members_than_go_inline_are_refused_and_read_from_a_file(
    machine: Machine, application: Application
) -> None:
    admin = application.admin
    members = [{"userId": f"user{number}@acme.example"} for number in range(1_001)]
    request = {**application.ids, "groupName": "many", "type": "INDEX"}
    assert code(admin.put_group, **request, groupMembers={"memberUsers": members}) == "ValidationException"
    place = {"bucket": "q-groups", "key": "members.json"}
    assert code(admin.put_group, **request, groupMembers={"s3PathForGroupMembers": place}) == "ValidationException"
    s3 = machine.client("s3")
    s3.create_bucket(Bucket="q-groups")
    s3.put_object(Bucket="q-groups", Key="members.json", Body=json.dumps({"memberUsers": members}).encode())
    trust = {"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::q-groups/*"}
    role = machine.role("q-group-reader", trust, reading)
    admin.put_group(**request, groupMembers={"s3PathForGroupMembers": place}, roleArn=role)
    wait_until(lambda: admin.get_group(**application.ids, groupName="many")["status"]["status"] == "SUCCEEDED")
    s3.put_object(Bucket="q-groups", Key="members.json", Body=b"not json")
    admin.put_group(**request, groupMembers={"s3PathForGroupMembers": place}, roleArn=role)
    status = admin.get_group(**application.ids, groupName="many")["status"]
    assert (status["status"], status["errorDetail"]["errorCode"]) == ("FAILED", "InvalidRequest")


def test_groups_of_data_sources_are_refused(admin: Any, application: Application) -> None:
    request = {**application.ids, "groupName": "g", "groupMembers": {}}
    assert code(admin.put_group, **request, type="DATASOURCE") == "ValidationException"


def test_a_user_has_aliases_until_deleted(application: Application) -> None:
    admin, ids = application.admin, {"applicationId": application.id, "userId": "alias@acme.example"}
    alias = {"indexId": application.index, "userId": "login-7"}
    admin.create_user(**ids, userAliases=[alias])
    assert code(admin.create_user, **ids) == "ConflictException"
    assert admin.get_user(**ids)["userAliases"] == [alias]
    changed = admin.update_user(**ids, userAliasesToUpdate=[alias | {"userId": "login-8"}])
    assert changed["userAliasesAdded"] == [alias | {"userId": "login-8"}]
    assert admin.get_user(**ids)["userAliases"] == [alias | {"userId": "login-8"}]
    admin.delete_user(**ids)
    assert code(admin.get_user, **ids) == "ResourceNotFoundException"


# ─── Permissions ─────────────────────────────────────────────────────────────────────────────────


def assumed(machine: Machine, name: str, *statements: dict[str, Any]) -> Any:
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    role = machine.role(name, trust, *statements)
    answer = machine.client("sts").assume_role(RoleArn=role, RoleSessionName="function")
    return machine.client("qbusiness", answer["Credentials"])


def test_an_action_needs_permission_on_the_index_and_on_its_application(
    machine: Machine, application: Application
) -> None:
    arn = f"arn:aws:qbusiness:us-east-1:000000000000:application/{application.id}"
    index, put = f"{arn}/index/{application.index}", "qbusiness:BatchPutDocument"
    document = [text("permitted", "It is permitted.")]
    request = {**application.ids, "documents": document}
    for name, resources in (("on-index", [index]), ("on-application", [arn])):
        client = assumed(machine, f"q-{name}", {"Effect": "Allow", "Action": put, "Resource": resources})
        assert code(client.batch_put_document, **request) == "AccessDeniedException"
    both = assumed(machine, "q-on-both", {"Effect": "Allow", "Action": put, "Resource": [arn, index]})
    assert both.batch_put_document(**request)["failedDocuments"] == []
    assert code(both.get_index, **application.ids) == "AccessDeniedException"
    assert code(both.list_applications) == "AccessDeniedException"


def test_permission_to_chat_comes_with_no_identity(machine: Machine, application: Application) -> None:
    arn = f"arn:aws:qbusiness:us-east-1:000000000000:application/{application.id}"
    client = assumed(machine, "q-function", {"Effect": "Allow", "Action": "qbusiness:*", "Resource": arn})
    refused = refusal(client.chat_sync, applicationId=application.id, userMessage="Who am I?")
    assert (refused["Code"], refused["Message"]) == (
        "AccessDeniedException",
        "User is not authorized for this service call.",
    )
    root = machine.client("qbusiness")
    assert code(root.list_conversations, applicationId=application.id) == "AccessDeniedException"
    request = {"applicationId": application.id, "userMessage": "Who am I?", "userId": MARY.email}
    assert code(root.chat_sync, **request) == "AccessDeniedException"


# ─── CloudFormation ──────────────────────────────────────────────────────────────────────────────

TEMPLATE = {
    "Resources": {
        "Issuer": {
            "Type": "AWS::IAM::OIDCProvider",
            "Properties": {"Url": "https://issuer.example", "ClientIdList": ["docent"]},
        },
        "Application": {
            "Type": "AWS::QBusiness::Application",
            "Properties": {
                "DisplayName": "from-template",
                "IdentityType": "AWS_IAM_IDP_OIDC",
                "IamIdentityProviderArn": {"Ref": "Issuer"},
                "ClientIdsForOIDC": ["docent"],
                "AutoSubscriptionConfiguration": {"AutoSubscribe": "ENABLED", "DefaultSubscriptionType": "Q_LITE"},
                "Tags": [{"Key": "team", "Value": "search"}],
            },
        },
        "Index": {
            "Type": "AWS::QBusiness::Index",
            "Properties": {
                "ApplicationId": {"Ref": "Application"},
                "DisplayName": "documents",
                "DocumentAttributeConfigurations": [{"Name": "page", "Type": "NUMBER"}],
            },
        },
        "Retriever": {
            "Type": "AWS::QBusiness::Retriever",
            "Properties": {
                "ApplicationId": {"Ref": "Application"},
                "DisplayName": "native",
                "Type": "NATIVE_INDEX",
                "Configuration": {"NativeIndexConfiguration": {"IndexId": {"Fn::GetAtt": ["Index", "IndexId"]}}},
            },
        },
        "Experience": {
            "Type": "AWS::QBusiness::WebExperience",
            "Properties": {"ApplicationId": {"Ref": "Application"}, "Title": "Ask"},
        },
    },
    "Outputs": {
        "Application": {"Value": {"Ref": "Application"}},
        "ApplicationArn": {"Value": {"Fn::GetAtt": ["Application", "ApplicationArn"]}},
        "Index": {"Value": {"Ref": "Index"}},
        "IndexId": {"Value": {"Fn::GetAtt": ["Index", "IndexId"]}},
        "Retriever": {"Value": {"Fn::GetAtt": ["Retriever", "RetrieverArn"]}},
        "Endpoint": {"Value": {"Fn::GetAtt": ["Experience", "DefaultEndpoint"]}},
    },
}


def test_a_template_makes_changes_and_unmakes_it_all(machine: Machine, admin: Any) -> None:
    cloudformation = machine.client("cloudformation")
    cloudformation.create_stack(StackName="q", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="q", WaiterConfig={"Delay": 1})
    [stack] = cloudformation.describe_stacks(StackName="q")["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    application, index = outputs["Application"], outputs["IndexId"]
    assert outputs["ApplicationArn"].endswith(f":application/{application}")
    assert outputs["Index"] == f"{application}|{index}"
    assert f":application/{application}/retriever/" in outputs["Retriever"]
    assert outputs["Endpoint"].startswith("https://")
    shown = admin.get_application(applicationId=application)
    assert shown["autoSubscriptionConfiguration"] == {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE"}
    assert admin.list_tags_for_resource(resourceARN=outputs["ApplicationArn"])["tags"][0]["key"] == "team"
    configured = admin.get_index(applicationId=application, indexId=index)["documentAttributeConfigurations"]
    assert {"name": "page", "type": "NUMBER", "search": "ENABLED"} in configured

    changed = json.loads(json.dumps(TEMPLATE))
    changed["Resources"]["Application"]["Properties"]["DisplayName"] = "changed"
    cloudformation.update_stack(StackName="q", TemplateBody=json.dumps(changed))
    cloudformation.get_waiter("stack_update_complete").wait(StackName="q", WaiterConfig={"Delay": 1})
    assert admin.get_application(applicationId=application)["displayName"] == "changed"

    cloudformation.delete_stack(StackName="q")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="q", WaiterConfig={"Delay": 1})
    assert code(admin.get_application, applicationId=application) == "ResourceNotFoundException"


def test_access_lists_of_a_document_may_be_made_of_and_and_or(application: Application) -> None:
    combined = {"accessControls": [for_users(MARY)["accessControls"][0] | {"memberRelation": "AND"}]}
    application.put(text("combined", "It is combined.", accessConfiguration=combined))
    assert application.statuses()["combined"] == "INDEXED"
