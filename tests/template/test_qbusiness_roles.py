"""What the template makes for Q Business is what `docent qbusiness create` makes."""

import json
from typing import Any

from cli.qbusiness import policies
from tests.support.project import template

PROVIDER = "arn:aws:iam::111122223333:oidc-provider/issuer.example"
APPLICATION = "arn:aws:qbusiness:eu-central-1:111122223333:application/a"
SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:s"


def role(name: str) -> dict[str, Any]:
    return template()["Resources"][name]["Properties"]


def filled_in(value: Any) -> Any:
    """With names of our own where CloudFormation puts its."""
    match value:
        case {"Ref": "AWS::AccountId"}:
            return "111122223333"
        case {"Ref": "ChatSamlProviderArn"}:
            return PROVIDER
        case {"Ref": "ChatSecretArn"}:
            return SECRET
        case {"Fn::GetAtt": ["QBusinessApplication", "ApplicationArn"]}:
            return APPLICATION
        case {"Fn::Sub": str(text)}:
            for name, given in {
                "QBusinessApplication.ApplicationArn": APPLICATION,
                "AWS::Partition": "aws",
                "AWS::Region": "eu-central-1",
                "AWS::AccountId": "111122223333",
            }.items():
                text = text.replace(f"${{{name}}}", given)
            return text
        case dict():
            return {name: filled_in(inner) for name, inner in value.items()}
        case list():
            return [filled_in(inner) for inner in value]
        case _:
            return value


def statements(document: Any) -> list[dict[str, Any]]:
    """Without names, and with lists where one value may stand alone."""
    return [
        {
            name: inner if isinstance(inner, list) or name not in ("Action", "Resource") else [inner]
            for name, inner in statement.items()
            if name != "Sid"
        }
        for statement in filled_in(document)["Statement"]
    ]


def policy(name: str) -> Any:
    (only,) = role(name)["Policies"]
    return only["PolicyDocument"]


def test_people_are_trusted_and_may_do_the_same() -> None:
    _, by_saml, by_issuer = role("QBusinessPeopleRole")["AssumeRolePolicyDocument"]["Fn::If"]
    text = by_issuer["Fn::Sub"][0]
    for name, given in {"Provider": PROVIDER, "Issuer": "issuer.example", "ChatClientId": "docent"}.items():
        text = text.replace(f"${{{name}}}", given)
    assert json.loads(text) == policies.trusting_tokens(PROVIDER, "docent")
    assert filled_in(by_saml) == policies.trusting_assertions(PROVIDER)
    assert statements(policy("QBusinessPeopleRole")) == statements(policies.chatting(APPLICATION))


def test_the_service_is_trusted_and_may_do_the_same() -> None:
    applications = APPLICATION.removesuffix("a") + "*"
    for name, service, trusted, allowed in (
        (
            "QBusinessServiceRole",
            "qbusiness.amazonaws.com",
            applications,
            policies.logging("arn:aws:logs:eu-central-1:111122223333"),
        ),
        ("QBusinessSecretRole", "application.qbusiness.amazonaws.com", APPLICATION, policies.reading_secret(SECRET)),
    ):
        trust = policies.trusting_service(service, "111122223333", trusted)
        assert filled_in(role(name)["AssumeRolePolicyDocument"]) == trust
        assert statements(policy(name)) == statements(allowed)
