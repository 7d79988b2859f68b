"""STS trusts an identity provider only as far as AWS does. Through boto3, with signatures and IAM enforced."""

import base64
import copy
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
import pytest
from botocore.exceptions import ClientError
from lxml import etree

from tests.support.federated_people import MARY, MATEO
from tests.support.machine import Machine
from tests.support.open_id import CLIENT_ID, TAGS, OpenIdProvider, new_key, serving
from tests.support.q_business import provider_arn
from tests.support.saml import ASSERTION, RECIPIENT, SamlProvider, encoded

ROLES = "arn:aws:iam::000000000000:role/"
IDENTITY = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


@pytest.fixture(scope="module")
def openid_arn(machine: Machine, open_id: OpenIdProvider) -> str:
    return provider_arn(machine, open_id)


@pytest.fixture(scope="module")
def web_role(machine: Machine, open_id: OpenIdProvider, openid_arn: str) -> str:
    return machine.role(
        "web",
        {
            "Effect": "Allow",
            "Principal": {"Federated": openid_arn},
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {
                "StringEquals": {f"{open_id.host}:aud": CLIENT_ID},
                "StringLike": {"aws:RequestTag/Email": "*"},
            },
        },
        IDENTITY | {"Condition": {"StringEquals": {"aws:PrincipalTag/Email": MARY.email}}},
    )


@pytest.fixture(scope="module")
def saml_arn(machine: Machine, saml: SamlProvider) -> str:
    return machine.client("iam").create_saml_provider(Name="acme", SAMLMetadataDocument=saml.metadata)[
        "SAMLProviderArn"
    ]


def saml_trust(saml_arn: str, *actions: str, audience: str = RECIPIENT) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": saml_arn},
        "Action": list(actions),
        "Condition": {"StringEquals": {"SAML:aud": audience}},
    }


@pytest.fixture(scope="module")
def saml_role(machine: Machine, saml_arn: str) -> str:
    trust = saml_trust(saml_arn, "sts:AssumeRoleWithSAML", "sts:TagSession")
    policy = IDENTITY | {"Condition": {"StringEquals": {"aws:PrincipalTag/Email": MARY.email}}}
    return machine.role("saml", trust, policy)


def with_web(machine: Machine, role: str, token: str, **members: Any) -> dict[str, Any]:
    request = {"RoleArn": role, "RoleSessionName": "mary", "WebIdentityToken": token} | members
    return machine.anonymous_sts().assume_role_with_web_identity(**request)


def with_saml(machine: Machine, role: str, provider: str, response: etree._Element | str) -> dict[str, Any]:
    assertion = response if isinstance(response, str) else encoded(response)
    return machine.anonymous_sts().assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=assertion)


def refusal(call: Any, *args: Any, **members: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(*args, **members)
    return raised.value.response["Error"]["Code"]


# ─── Web identity ────────────────────────────────────────────────────────────────────────────────


def test_a_token_opens_a_session_that_carries_its_tags(
    machine: Machine, open_id: OpenIdProvider, openid_arn: str, web_role: str
) -> None:
    answer = with_web(machine, web_role, open_id.token(MARY))
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::000000000000:assumed-role/web/mary"
    assert answer["SubjectFromWebIdentityToken"] == MARY.email
    assert (answer["Provider"], answer["Audience"]) == (openid_arn, CLIENT_ID)
    assert "Buckets" in machine.client("s3", answer["Credentials"]).list_buckets()
    # The same role for another person: the tag decides.
    mateo = with_web(machine, web_role, open_id.token(MATEO))["Credentials"]
    assert refusal(machine.client("s3", mateo).list_buckets) == "AccessDenied"


def test_a_tag_may_stand_flat_in_the_token(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    token = open_id.token(MARY, **{TAGS: None, f"{TAGS}/principal_tags/Email": [MARY.email]})
    assert machine.client("s3", with_web(machine, web_role, token)["Credentials"]).list_buckets()["Buckets"] is not None


def test_a_forged_token_is_refused(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    assert refusal(with_web, machine, web_role, open_id.token(MARY, key=new_key())) == "InvalidIdentityToken"


def test_a_token_whose_claims_were_changed_is_refused(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    head, body, signature = open_id.token(MATEO).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims[TAGS]["principal_tags"]["Email"] = [MARY.email]
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert refusal(with_web, machine, web_role, f"{head}.{changed}.{signature}") == "InvalidIdentityToken"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_unsigned_token_is_refused(machine: Machine, open_id: OpenIdProvider, web_role: str, algorithm: str) -> None:
    claims = jwt.decode(open_id.token(MARY), options={"verify_signature": False})
    token = jwt.encode(claims, None if algorithm == "none" else "s" * 32, algorithm, headers={"kid": open_id.key_id})
    assert refusal(with_web, machine, web_role, token) == "InvalidIdentityToken"


def test_an_expired_token_is_refused(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    token = open_id.token(MARY, exp=int(time.time()) - 1)
    assert refusal(with_web, machine, web_role, token) == "ExpiredTokenException"


@pytest.mark.parametrize("missing", ["exp", "iat", "sub", "aud"])
def test_a_token_without_what_it_must_say_is_refused(
    machine: Machine, open_id: OpenIdProvider, web_role: str, missing: str
) -> None:
    assert refusal(with_web, machine, web_role, open_id.token(MARY, **{missing: None})) == "InvalidIdentityToken"


def test_a_token_for_another_client_is_refused(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    assert refusal(with_web, machine, web_role, open_id.token(MARY, aud="another")) == "InvalidIdentityToken"
    authorised = open_id.token(MARY, azp="another")
    assert refusal(with_web, machine, web_role, authorised) == "InvalidIdentityToken"
    several = open_id.token(MARY, aud=[CLIENT_ID, "another"])
    assert refusal(with_web, machine, web_role, several) == "InvalidIdentityToken"


def test_a_client_that_the_trust_policy_does_not_name_is_refused(
    machine: Machine, open_id: OpenIdProvider, openid_arn: str
) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": openid_arn},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {"StringEquals": {f"{open_id.host}:aud": "another"}},
    }
    role = machine.role("web-another", trust)
    assert refusal(with_web, machine, role, open_id.token(MARY)) == "AccessDenied"


def test_tags_need_a_trust_policy_that_lets_them_in(machine: Machine, open_id: OpenIdProvider, openid_arn: str) -> None:
    trust = {"Effect": "Allow", "Principal": {"Federated": openid_arn}, "Action": "sts:AssumeRoleWithWebIdentity"}
    role = machine.role("web-untagged", trust)
    with pytest.raises(ClientError, match="sts:TagSession"):
        with_web(machine, role, open_id.token(MARY))
    assert with_web(machine, role, open_id.token(MARY, **{TAGS: None}))["Credentials"]


def test_a_trust_policy_that_requires_a_tag_refuses_a_token_without(
    machine: Machine, open_id: OpenIdProvider, web_role: str
) -> None:
    assert refusal(with_web, machine, web_role, open_id.token(MARY, **{TAGS: None})) == "AccessDenied"


def test_a_role_that_trusts_another_provider_is_refused(
    machine: Machine, open_id: OpenIdProvider, saml_role: str
) -> None:
    assert refusal(with_web, machine, saml_role, open_id.token(MARY)) == "AccessDenied"
    assert refusal(with_web, machine, f"{ROLES}absent", open_id.token(MARY)) == "AccessDenied"


@pytest.fixture
def unknown() -> Iterator[OpenIdProvider]:
    with serving(OpenIdProvider()) as provider:
        yield provider


def test_an_issuer_that_iam_does_not_know_is_refused_and_never_asked(
    machine: Machine, unknown: OpenIdProvider, web_role: str
) -> None:
    assert refusal(with_web, machine, web_role, unknown.token(MARY)) == "InvalidIdentityToken"
    assert unknown.asked == []


def test_an_issuer_that_does_not_answer_is_named(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    with serving(OpenIdProvider()) as gone:
        machine.client("iam").create_open_id_connect_provider(Url=gone.issuer, ClientIDList=[CLIENT_ID])
    assert refusal(with_web, machine, web_role, gone.token(MARY)) == "IDPCommunicationError"


def test_new_keys_of_an_issuer_are_found(machine: Machine, open_id: OpenIdProvider, web_role: str) -> None:
    before = open_id.token(MARY)
    assert with_web(machine, web_role, before)
    open_id.rotate()
    assert with_web(machine, web_role, open_id.token(MARY))
    assert refusal(with_web, machine, web_role, before) == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "tags",
    [{"Email": ["a", "b"]}, {"Email": [7]}, ["Email"], {"Email": [{"a": "b"}]}],
    ids=lambda tags: json.dumps(tags),
)
def test_tags_of_another_form_are_refused(machine: Machine, open_id: OpenIdProvider, web_role: str, tags: Any) -> None:
    token = open_id.token(MARY, **{TAGS: {"principal_tags": tags}})
    assert refusal(with_web, machine, web_role, token) == "InvalidIdentityToken"


@pytest.mark.parametrize("token", ["none", "a.b.c", "e30.e30.e30", "e30.eyJpc3MiOjd9.e30"])
def test_what_is_no_token_is_refused(machine: Machine, web_role: str, token: str) -> None:
    assert refusal(with_web, machine, web_role, token) == "InvalidIdentityToken"


@pytest.mark.parametrize("seconds", [3601, 43_201])
def test_a_session_is_no_longer_than_the_role_allows(
    machine: Machine, open_id: OpenIdProvider, web_role: str, seconds: int
) -> None:
    token = open_id.token(MARY)
    assert refusal(with_web, machine, web_role, token, DurationSeconds=seconds) == "ValidationError"


# ─── SAML ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("signed", ["assertion", "response"])
def test_a_signed_response_opens_a_session_that_carries_its_tags(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str, signed: str
) -> None:
    answer = with_saml(machine, saml_role, saml_arn, saml.response(MARY, saml_role, saml_arn, signed=signed))
    assert answer["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/saml/{MARY.email}")
    assert (answer["Subject"], answer["SubjectType"], answer["Audience"]) == (MARY.email, "persistent", RECIPIENT)
    assert "Buckets" in machine.client("s3", answer["Credentials"]).list_buckets()
    mateo = with_saml(machine, saml_role, saml_arn, saml.response(MATEO, saml_role, saml_arn, signed=signed))
    assert refusal(machine.client("s3", mateo["Credentials"]).list_buckets) == "AccessDenied"


def test_an_altered_response_is_refused(machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str) -> None:
    for signed in ("assertion", "response"):
        text = etree.tostring(saml.response(MATEO, saml_role, saml_arn, signed=signed)).decode()
        altered = base64.b64encode(text.replace(MATEO.email, MARY.email).encode()).decode()
        assert refusal(with_saml, machine, saml_role, saml_arn, altered) == "InvalidIdentityToken"


def test_an_unsigned_response_is_refused(machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str) -> None:
    response = saml.response(MARY, saml_role, saml_arn, signed=None)
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "InvalidIdentityToken"


def test_a_response_signed_by_another_key_is_refused(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str
) -> None:
    response = saml.response(MARY, saml_role, saml_arn, key=new_key())
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "InvalidIdentityToken"


@pytest.mark.parametrize("place", ["before", "after", "in the signature", "around", "in the response's status"])
def test_a_wrapped_response_is_refused(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str, place: str
) -> None:
    """Mateo's signed assertion stays in the response, and one about Mary is added where it could be read."""
    response = saml.response(MATEO, saml_role, saml_arn)
    genuine = response.find(ASSERTION)
    forged = saml.response(MARY, saml_role, saml_arn, signed=None).find(ASSERTION)
    assert genuine is not None
    assert forged is not None
    if place == "before":
        genuine.addprevious(forged)
    elif place == "after":
        response.append(forged)
    elif place == "around":
        response.replace(genuine, forged)
        forged.append(genuine)
    elif place == "in the response's status":
        response[1].append(genuine)
        response.append(forged)
    else:
        signature = genuine.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
        assert signature is not None
        moved = copy.deepcopy(genuine)
        response.replace(genuine, forged)
        forged.insert(1, copy.deepcopy(signature))
        holder = etree.SubElement(forged[1], "{http://www.w3.org/2000/09/xmldsig#}Object")
        holder.append(moved)
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "InvalidIdentityToken"


def test_a_forged_assertion_with_the_signature_of_another_is_refused(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str
) -> None:
    """The forgery takes over the id that the signature refers to."""
    response = saml.response(MATEO, saml_role, saml_arn)
    genuine = response.find(ASSERTION)
    forged = saml.response(MARY, saml_role, saml_arn, signed=None).find(ASSERTION)
    assert genuine is not None
    assert forged is not None
    forged.set("ID", str(genuine.get("ID")))
    forged.insert(1, copy.deepcopy(genuine.find("{http://www.w3.org/2000/09/xmldsig#}Signature")))
    response.replace(genuine, forged)
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "InvalidIdentityToken"


def test_a_comment_in_a_name_does_not_shorten_it(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str
) -> None:
    """Signatures do not cover comments. A parser that stops at one would read another name."""
    text = etree.tostring(saml.response(MATEO, saml_role, saml_arn)).decode()
    commented = text.replace(MATEO.email, MATEO.email[:5] + "<!-- -->" + MATEO.email[5:])
    answer = with_saml(machine, saml_role, saml_arn, base64.b64encode(commented.encode()).decode())
    assert answer["Subject"] == MATEO.email


def test_an_expired_response_is_refused(machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str) -> None:
    response = saml.response(MARY, saml_role, saml_arn, minutes=-2)
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "ExpiredTokenException"


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "https://another.example"},
        {"recipient": "https://another.example/saml"},
        {"issuer": "https://another.example/saml"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_response_for_another_recipient_or_from_another_issuer_is_refused(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str, change: dict[str, str]
) -> None:
    response = saml.response(MARY, saml_role, saml_arn, **change)  # pyright: ignore[reportArgumentType]
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "InvalidIdentityToken"


def test_a_role_that_the_response_does_not_name_is_refused(
    machine: Machine, saml: SamlProvider, saml_arn: str, saml_role: str
) -> None:
    response = saml.response(MARY, f"{ROLES}another", saml_arn)
    assert refusal(with_saml, machine, saml_role, saml_arn, response) == "AccessDenied"


def test_a_role_is_assumed_with_saml_only_as_its_trust_policy_says(
    machine: Machine, saml: SamlProvider, saml_arn: str
) -> None:
    untagged = machine.role("saml-untagged", saml_trust(saml_arn, "sts:AssumeRoleWithSAML"))
    with pytest.raises(ClientError, match="sts:TagSession"):
        with_saml(machine, untagged, saml_arn, saml.response(MARY, untagged, saml_arn))
    actions = ("sts:AssumeRoleWithSAML", "sts:TagSession")
    elsewhere = machine.role("saml-elsewhere", saml_trust(saml_arn, *actions, audience="https://another.example"))
    response = saml.response(MARY, elsewhere, saml_arn)
    assert refusal(with_saml, machine, elsewhere, saml_arn, response) == "AccessDenied"


def test_a_provider_that_iam_does_not_know_is_refused(machine: Machine, saml: SamlProvider, saml_role: str) -> None:
    absent = "arn:aws:iam::000000000000:saml-provider/absent"
    response = saml.response(MARY, saml_role, absent)
    assert refusal(with_saml, machine, saml_role, absent, response) == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "document",
    [
        b"no xml at all",
        b"<Response/>",
        b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>',
    ],
    ids=["text", "another document", "an entity"],
)
def test_what_is_no_response_is_refused(machine: Machine, saml_arn: str, saml_role: str, document: bytes) -> None:
    given = base64.b64encode(document).decode()
    assert refusal(with_saml, machine, saml_role, saml_arn, given) == "InvalidIdentityToken"


@pytest.mark.parametrize("place", ["the query", "the body", "a JSON target", "both"])
def test_no_way_around_leads_to_a_session(machine: Machine, open_id: OpenIdProvider, web_role: str, place: str) -> None:
    """Sends a forged token through every protocol that MiniStack itself would answer."""
    forged = open_id.token(MARY, key=new_key())
    request = {"RoleArn": web_role, "RoleSessionName": "mary", "WebIdentityToken": forged}
    asked = {"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", **request}
    headers, address, body = {}, f"{machine.settings.url}/", urlencode(asked)
    if place == "the query":
        address, body = f"{address}?{urlencode(asked)}", ""
    elif place == "both":
        address, body = f"{address}?{urlencode(asked)}", "Action=GetCallerIdentity&Version=2011-06-15"
    if place == "a JSON target":
        target = "AWSSecurityTokenServiceV20110615.AssumeRoleWithWebIdentity"
        headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
        body = json.dumps(request)
    else:
        headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = httpx.post(address, content=body, headers=headers, timeout=60)
    assert "AccessKeyId" not in reply.text
    assert reply.status_code >= 400 or "GetCallerIdentityResponse" in reply.text  # the body's action counts


def test_other_operations_are_still_answered(machine: Machine) -> None:
    assert machine.client("sts").get_caller_identity()["Account"] == "000000000000"
