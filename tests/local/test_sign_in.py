"""From a sign-in form to an answer, with real identity providers, STS and Q Business."""

import base64
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest

from tests.support.federated_people import MARY, MATEO
from tests.support.machine import Machine
from tests.support.open_id import CLIENT_ID, TAGS
from tests.support.q_business import allowing, for_users, new_application, text
from tests.support.saml import RECIPIENT, SamlProvider
from tests.support.saml_sign_in import SamlSignIn, authn_request, serving
from tests.support.sign_in import SignIn, running_sign_in


@pytest.fixture(scope="module")
def sign_in() -> Iterator[SignIn]:
    with running_sign_in() as provider:
        yield provider


def code_of(sign_in: SignIn, person: str) -> tuple[str, dict[str, str]]:
    address, kept = sign_in.authorization()
    answered = parse_qs(urlsplit(sign_in.signed_in(address, person)).query)
    assert answered["state"] == [kept["state"]]
    return answered["code"][0], kept


def test_people_who_sign_in_are_told_what_is_theirs(machine: Machine, sign_in: SignIn) -> None:
    iam = machine.client("iam")
    provider = iam.create_open_id_connect_provider(Url=sign_in.issuer, ClientIDList=[CLIENT_ID])
    arn = provider["OpenIDConnectProviderArn"]
    application = new_application(machine, identityType="AWS_IAM_IDP_OIDC", iamIdentityProviderArn=arn)
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {
            "StringEquals": {f"{sign_in.host}:aud": CLIENT_ID},
            "StringLike": {"aws:RequestTag/Email": "*"},
        },
    }
    application.role = machine.role("signed-in", statement, allowing(application.id))
    application.put(
        text("acme", "Invoices of ACME are paid within 30 days.", accessConfiguration=for_users(MARY)),
        text("any", "Invoices of AnyOrgApp are paid within 14 days.", accessConfiguration=for_users(MATEO)),
    )
    told = {}
    for person in ("mary", "mateo"):
        client = application.subscribed(application.client(sign_in.id_token(person)))
        answer = client.chat_sync(applicationId=application.id, userMessage="Within how many days are invoices paid?")
        told[person] = answer["systemMessage"]
    assert told == {
        "mary": "Invoices of ACME are paid within 30 days.",
        "mateo": "Invoices of AnyOrgApp are paid within 14 days.",
    }


def test_the_token_carries_the_nonce_and_the_tag(sign_in: SignIn) -> None:
    code, kept = code_of(sign_in, "mary")
    claims = jwt.decode(sign_in.tokens(code, kept["verifier"])["id_token"], options={"verify_signature": False})
    assert claims["nonce"] == kept["nonce"]
    assert claims[TAGS]["principal_tags"] == {"Email": [MARY.email]}


def test_a_code_is_worth_nothing_twice_or_without_its_verifier(sign_in: SignIn) -> None:
    code, kept = code_of(sign_in, "mary")
    assert sign_in.tokens(code, "v" * 43)["error"] == "invalid_grant"
    code, kept = code_of(sign_in, "mary")
    assert "id_token" in sign_in.tokens(code, kept["verifier"])
    assert sign_in.tokens(code, kept["verifier"])["error"] == "invalid_grant"


def test_a_redirect_to_an_unregistered_address_is_refused(sign_in: SignIn) -> None:
    address, _ = sign_in.authorization("http://localhost:5173/elsewhere")
    with pytest.raises(AssertionError, match="redirect_uri"):
        sign_in.signed_in(address, "mary")


def test_a_saml_provider_answers_the_request_it_got(machine: Machine) -> None:
    callback, arn = "http://localhost:5173/saml", "arn:aws:iam::000000000000:saml-provider/sign-in"
    provider = SamlProvider()
    machine.client("iam").create_saml_provider(Name="sign-in", SAMLMetadataDocument=provider.metadata)
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": RECIPIENT}},
    }
    role = machine.role("saml-signed-in", statement)
    with serving(SamlSignIn((callback,), role, arn, provider)) as sign_in:
        asked = urlencode({"SAMLRequest": authn_request("_request7", callback), "RelayState": "back"})
        posted_to, fields = sign_in.answer(f"{sign_in.url}?{asked}", "mateo")
        assert (posted_to, fields["RelayState"]) == (callback, "back")
        assert b'InResponseTo="_request7"' in base64.b64decode(fields["SAMLResponse"])
        elsewhere = urlencode({"SAMLRequest": authn_request("_request8", "https://elsewhere.example")})
        assert httpx.get(f"{sign_in.url}?{elsewhere}&person=mateo", timeout=60).status_code == 400
    answer = machine.anonymous_sts().assume_role_with_saml(
        RoleArn=role, PrincipalArn=arn, SAMLAssertion=fields["SAMLResponse"]
    )
    assert answer["Subject"] == MATEO.email
