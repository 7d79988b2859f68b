"""The template's Q Business application, deployed alone with changing parameters."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.federated_people import MARY
from tests.support.machine import Machine
from tests.support.open_id import CLIENT_ID, OpenIdProvider, serving
from tests.support.project import template
from tests.support.q_business import Application
from tests.support.saml import SamlProvider, encoded
from tests.support.waiting import wait_until

STACK = "chat"
MAKING = {"CreateQBusiness", "CreateChatIssuerProvider", "CreateWebExperience"}


@pytest.fixture
def issuer() -> Iterator[OpenIdProvider]:
    with serving(OpenIdProvider()) as provider:
        yield provider


def part_of_the_template() -> str:
    whole = template()
    chosen = {name: body for name, body in whole["Resources"].items() if body.get("Condition") in MAKING}
    outputs = {name: body for name, body in whole["Outputs"].items() if name.startswith("QBusiness")}
    kept = {name: whole[name] for name in ("Parameters", "Conditions")}
    kept["Rules"] = {name: rule for name, rule in whole["Rules"].items() if name.startswith("QBusiness")}
    return json.dumps({**kept, "Resources": chosen | {"Other": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs})


def deploy(machine: Machine, **parameters: str) -> dict[str, str]:
    """Deploys it and returns the outputs."""
    cloudformation = machine.client("cloudformation")
    request = {
        "StackName": STACK,
        "TemplateBody": part_of_the_template(),
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        cloudformation.create_stack(**request)

    def stack() -> dict[str, Any]:
        return cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]

    wait_until(lambda: not stack()["StackStatus"].endswith("IN_PROGRESS"))
    assert stack()["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack().get("StackStatusReason")
    return {output["OutputKey"]: output["OutputValue"] for output in stack().get("Outputs", [])}


def applications(machine: Machine) -> list[str]:
    found = machine.client("qbusiness").list_applications()["applications"]
    return [each["applicationId"] for each in found if each["displayName"] == f"{STACK}-qbusiness"]


def application_of(machine: Machine, outputs: dict[str, str]) -> Application:
    ids = (outputs["QBusinessApplicationId"], outputs["QBusinessIndexId"])
    return Application(machine, machine.client("qbusiness"), *ids, "", outputs["QBusinessRoleArn"])


def test_it_comes_changes_and_goes_with_its_parameters(
    machine: Machine, issuer: OpenIdProvider, saml: SamlProvider
) -> None:
    by_issuer = {"ChatService": "q_business", "ChatIssuer": issuer.issuer, "ChatClientId": CLIENT_ID}
    iam = machine.client("iam")
    provider = f"arn:aws:iam::000000000000:oidc-provider/{issuer.host}"

    first = deploy(machine, **by_issuer)
    application = application_of(machine, first)
    application.subscribed(application.client(issuer.token(MARY)))
    with pytest.raises(ClientError, match="Not authorized"):
        application.client(issuer.token(MARY, **{"https://aws.amazon.com/tags": {"principal_tags": {"Team": ["x"]}}}))
    assert "QBusinessUrl" not in first

    secret = machine.client("secretsmanager").create_secret(Name="chat-client", SecretString='{"client_secret": "x"}')
    with_page = deploy(machine, **by_issuer, ChatSecretArn=secret["ARN"])
    assert with_page["QBusinessApplicationId"] == first["QBusinessApplicationId"]
    assert with_page["QBusinessUrl"].startswith("https://")

    other = deploy(machine, **by_issuer | {"ChatClientId": "another"})
    assert applications(machine) == [other["QBusinessApplicationId"]]
    application = application_of(machine, other)
    application.subscribed(application.client(issuer.token(MARY, aud="another")))

    arn = iam.create_saml_provider(Name="chat", SAMLMetadataDocument=saml.metadata)["SAMLProviderArn"]
    by_saml = deploy(machine, ChatService="q_business", ChatSamlProviderArn=arn)
    application = application_of(machine, by_saml)
    answer = machine.anonymous_sts().assume_role_with_saml(
        RoleArn=application.role,
        PrincipalArn=arn,
        SAMLAssertion=encoded(saml.response(MARY, application.role, arn)),
    )
    application.subscribed(machine.client("qbusiness", answer["Credentials"]))
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)

    iam.create_open_id_connect_provider(Url=issuer.issuer, ClientIDList=[CLIENT_ID])
    known = deploy(machine, **by_issuer, ChatIssuerProvider="exists")
    application = application_of(machine, known)
    application.subscribed(application.client(issuer.token(MARY)))

    assert deploy(machine, ChatService="ask") == {}
    assert applications(machine) == []
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"] == [CLIENT_ID]
    own = {"QBusinessApplicationId": "a", "QBusinessIndexId": "i", "QBusinessRoleArn": "r"}
    assert deploy(machine, **by_issuer, **own) == own
    assert applications(machine) == []


@pytest.mark.parametrize("given", [{}, {"ChatIssuer": "https://issuer.example"}, {"ChatClientId": CLIENT_ID}])
def test_it_cannot_be_deployed_without_an_identity_provider(machine: Machine, given: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="ChatIssuer and ChatClientId, or ChatSamlProviderArn"):
        deploy(machine, ChatService="q_business", **given)
