"""`docent qbusiness`: a new installation, one stopped at any point, a changed one, and its removal."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.qbusiness.creation import create
from cli.qbusiness.deletion import Deletion
from cli.qbusiness.provider import OpenId, Saml
from cli.target import CommandError
from tests.support.federated_people import MARY
from tests.support.machine import Machine
from tests.support.open_id import CLIENT_ID, OpenIdProvider, serving
from tests.support.q_business import Application, text
from tests.support.qbusiness_installations import StoppedTarget, inventory, stopped, target_of
from tests.support.saml import SamlProvider, encoded

pytestmark = pytest.mark.first  # it waits a lot, and would wait alone at the end

NOTHING = {
    "applications": [], "roles": [], "secrets": [], "identity providers": [], "index": [], "retriever": [],
    "web experience": [],
}  # fmt: skip
# The number of changing calls of a full installation, asserted below so that none is left out.
OIDC_CHANGES, SAML_CHANGES, DELETE_CHANGES = 13, 10, 12


def quietly(_line: str) -> None:
    """Prints nothing."""


@pytest.fixture
def issuer() -> Iterator[OpenIdProvider]:
    """An issuer that is not in IAM yet."""
    with serving(OpenIdProvider()) as provider:
        yield provider


def client_of(issuer: OpenIdProvider) -> OpenId:
    return OpenId(issuer.issuer, CLIENT_ID, "hush")


def unserved(name: str) -> OpenId:
    """An issuer that does not run: creating an installation sends it no request."""
    return OpenId(f"https://{name}.example", CLIENT_ID, "hush")


def delete(machine: Machine, name: str) -> list[str]:
    """Deletes the installation; returns what is left alone."""
    deletion = Deletion(target_of(machine), name)
    deletion.run(quietly, quietly)
    return deletion.left


def docent(machine: Machine, *words: str, typed: str = "") -> tuple[int, str, str]:
    """`(exit code, output, messages)` of one command."""
    environment = os.environ | {
        "DOCENT_HOME": str(machine.settings.home),
        "DOCENT_PORT": str(machine.settings.port),
        "COLUMNS": "200",
    }
    command = [str(Path(sys.executable).parent / "docent"), "qbusiness", *words]
    done = subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def application_of(machine: Machine, parameters: dict[str, str]) -> Application:
    ids = (parameters["QBusinessApplicationId"], parameters["QBusinessIndexId"])
    return Application(machine, machine.client("qbusiness"), *ids, "", parameters["QBusinessRoleArn"])


# ─── Made ────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_with_a_token_chats_by_what_was_made(machine: Machine, issuer: OpenIdProvider) -> None:
    application = application_of(machine, create(target_of(machine), client_of(issuer), quietly, "chats"))
    application.put(text("depot", "The depot at Ellery opens at seven."))
    client = application.subscribed(application.client(issuer.token(MARY)))
    answer = client.chat_sync(applicationId=application.id, userMessage="When does the depot at Ellery open?")
    assert "seven" in answer["systemMessage"]
    delete(machine, "chats")


def test_tokens_without_an_address_or_of_another_client_cannot_assume_the_role(
    machine: Machine, issuer: OpenIdProvider
) -> None:
    application = application_of(machine, create(target_of(machine), client_of(issuer), quietly, "strict"))
    iam = machine.client("iam")
    arn = f"arn:aws:iam::000000000000:oidc-provider/{issuer.host}"
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="another")
    untagged = {"https://aws.amazon.com/tags": {"principal_tags": {"Team": ["search"]}}}
    for token in (issuer.token(MARY, aud="another"), issuer.token(MARY, **untagged)):
        with pytest.raises(Exception, match="Not authorized to perform sts:"):
            application.client(token)
    delete(machine, "strict")


def test_a_person_with_an_assertion_chats_by_what_was_made(machine: Machine, saml: SamlProvider) -> None:
    parameters = create(target_of(machine), Saml(saml.metadata), quietly, "asserts")
    application, provider_arn = application_of(machine, parameters), parameters["ChatSamlProviderArn"]
    answer = machine.anonymous_sts().assume_role_with_saml(
        RoleArn=application.role,
        PrincipalArn=provider_arn,
        SAMLAssertion=encoded(saml.response(MARY, application.role, provider_arn)),
    )
    client = application.subscribed(machine.client("qbusiness", answer["Credentials"]))
    assert client.list_conversations(applicationId=application.id)["conversations"] == []
    delete(machine, "asserts")


def test_made_again_everything_stays_as_it_is(machine: Machine) -> None:
    first = create(target_of(machine), unserved("again"), quietly, "again")
    there = inventory(machine, "again")
    outcomes: list[str] = []
    second = StoppedTarget(local=machine.settings)
    assert create(second, OpenId("https://again.example", CLIENT_ID), outcomes.append, "again") == first
    assert second.changes == []
    assert {outcome.rpartition(": ")[2] for outcome in outcomes} == {"right"}
    assert inventory(machine, "again") == there
    assert [len(found) for found in there.values()] == [1, 3, 1, 1, 1, 1, 1]
    delete(machine, "again")


def test_two_installations_know_nothing_of_each_other(machine: Machine) -> None:
    for name in ("left", "right"):
        create(target_of(machine), unserved(name), quietly, name)
    there = inventory(machine, "right")
    delete(machine, "left")
    assert inventory(machine, "left") == NOTHING
    assert inventory(machine, "right") == there
    delete(machine, "right")


# ─── Stopped half-way ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole(machine: Machine) -> dict[str, Any]:
    """The result of an undisturbed installation and its number of calls, by provider."""
    found = {}
    for name, provider, count in (
        ("whole", unserved("whole"), OIDC_CHANGES),
        ("entire", Saml(SamlProvider().metadata), SAML_CHANGES),
    ):
        target = StoppedTarget(local=machine.settings)
        create(target, provider, quietly, name)
        assert len(target.changes) == count, target.changes
        found[name] = json.loads(json.dumps(inventory(machine, name)).replace(name, "NAME"))
        undoing = StoppedTarget(local=machine.settings)
        Deletion(undoing, name).run(quietly, quietly)
        if name == "whole":
            assert len(undoing.changes) == DELETE_CHANGES, undoing.changes
        assert inventory(machine, name) == NOTHING
    return found


@pytest.mark.parametrize("number", range(1, OIDC_CHANGES + 1))
def test_stopped_after_any_call_making_and_deleting_go_on_to_the_same_end(
    machine: Machine, whole: dict[str, Any], number: int
) -> None:
    name = f"stop-{number}"
    with stopped():
        create(StoppedTarget(local=machine.settings, number=number), unserved(name), quietly, name)
    create(target_of(machine), unserved(name), quietly, name)
    there = json.dumps(inventory(machine, name)).replace(name, "NAME")
    assert json.loads(there) == whole["whole"]
    if number <= DELETE_CHANGES:
        with stopped():
            Deletion(StoppedTarget(local=machine.settings, number=number), name).run(quietly, quietly)
    delete(machine, name)
    assert inventory(machine, name) == NOTHING


@pytest.mark.parametrize("number", range(1, SAML_CHANGES + 1))
def test_stopped_with_a_saml_provider_it_goes_on_too(
    machine: Machine, whole: dict[str, Any], saml: SamlProvider, number: int
) -> None:
    name = f"halt-{number}"
    provider = Saml(saml.metadata)
    with stopped():
        create(StoppedTarget(local=machine.settings, number=number), provider, quietly, name)
    create(target_of(machine), provider, quietly, name)
    there = json.loads(json.dumps(inventory(machine, name)).replace(name, "NAME"))
    certificates = {"identity providers": [saml.metadata]}
    assert there == whole["entire"] | certificates
    delete(machine, name)


# ─── Corrected ───────────────────────────────────────────────────────────────────────────────────


def test_manual_changes_are_corrected(machine: Machine) -> None:
    parameters = create(target_of(machine), unserved("drift"), quietly, "drift")
    there = inventory(machine, "drift")
    iam, q_business = machine.client("iam"), machine.client("qbusiness")
    application = parameters["QBusinessApplicationId"]
    role = parameters["QBusinessRoleArn"].rpartition("/")[2]
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    iam.delete_role_policy(RoleName=role, PolicyName="docent")
    q_business.update_application(
        applicationId=application, autoSubscriptionConfiguration={"autoSubscribe": "DISABLED"}
    )
    outcomes: list[str] = []
    create(target_of(machine), OpenId("https://drift.example", CLIENT_ID, "another"), outcomes.append, "drift")
    assert [outcome for outcome in outcomes if not outcome.endswith(": right")] == [
        f"role {role}: corrected",
        "secret drift-qbusiness-client: corrected",
        "subscriptions of users who sign in: made",
    ]
    assert inventory(machine, "drift") == there | {"secrets": ['{"client_secret": "another"}']}
    trusted = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Action"] for statement in trusted] == ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    delete(machine, "drift")


def test_a_changed_client_takes_a_new_application_and_that_takes_consent(
    machine: Machine, issuer: OpenIdProvider
) -> None:
    before = create(target_of(machine), client_of(issuer), quietly, "client")
    changed = OpenId(issuer.issuer, "another")
    with pytest.raises(CommandError, match="--replace"):
        create(target_of(machine), changed, quietly, "client")
    assert inventory(machine, "client")["identity providers"] == [[CLIENT_ID]]
    after = create(target_of(machine), changed, quietly, "client", replace=True)
    assert after["QBusinessApplicationId"] != before["QBusinessApplicationId"]
    found = inventory(machine, "client")
    assert found["identity providers"] == [["another"]]
    assert [each["clientIdsForOIDC"] for each in found["applications"]] == [["another"]]
    application = application_of(machine, after)
    application.subscribed(application.client(issuer.token(MARY, aud="another")))
    delete(machine, "client")


@pytest.mark.parametrize("number", range(1, 6))  # until there is a new application with an index
def test_stopped_while_it_is_replaced_it_goes_on(machine: Machine, number: int) -> None:
    name = f"swap-{number}"
    create(target_of(machine), unserved(name), quietly, name)
    changed = OpenId(f"https://{name}.example", "another", "hush")
    target = StoppedTarget(local=machine.settings, number=number)
    with stopped():
        create(target, changed, quietly, name, replace=True)
    create(target_of(machine), changed, quietly, name, replace=True)
    found = inventory(machine, name)
    assert found["identity providers"] == [["another"]]
    assert [len(each) for each in found.values()] == [1, 3, 1, 1, 1, 1, 1]
    delete(machine, name)
    assert inventory(machine, name) == NOTHING


def test_another_provider_lets_go_of_the_first(machine: Machine, saml: SamlProvider) -> None:
    """Other providers in the account stay as they are."""
    bystander = machine.client("iam").create_open_id_connect_provider(Url="https://by.example", ClientIDList=["x"])
    create(target_of(machine), unserved("moves"), quietly, "moves")
    create(target_of(machine), Saml(saml.metadata), quietly, "moves", replace=True)
    assert inventory(machine, "moves")["identity providers"] == [saml.metadata]
    renewed = SamlProvider()
    create(target_of(machine), Saml(renewed.metadata), quietly, "moves")
    assert inventory(machine, "moves")["identity providers"] == [renewed.metadata]
    delete(machine, "moves")
    assert inventory(machine, "moves") == NOTHING
    arn = bystander["OpenIDConnectProviderArn"]
    machine.client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


# ─── What is somebody else's ─────────────────────────────────────────────────────────────────────


def test_an_issuer_that_iam_had_before_is_used_and_given_back(machine: Machine) -> None:
    iam = machine.client("iam")
    theirs = iam.create_open_id_connect_provider(Url="https://theirs.example", ClientIDList=["theirs"])
    arn = theirs["OpenIDConnectProviderArn"]
    create(target_of(machine), unserved("theirs"), quietly, "guest")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["theirs", CLIENT_ID]
    changed = OpenId("https://theirs.example", "another")
    create(target_of(machine), changed, quietly, "guest", replace=True)
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["theirs", "another"]
    assert delete(machine, "guest") == ["The identity provider theirs.example stays: IAM had it before."]
    left = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (left["ClientIDList"], left.get("Tags", [])) == (["theirs"], [])
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_a_provider_of_ours_that_another_installation_uses_stays(machine: Machine) -> None:
    create(target_of(machine), unserved("shared"), quietly, "host")
    other = OpenId("https://shared.example", "others")
    create(target_of(machine), other, quietly, "lodger")
    create(target_of(machine), unserved("shared"), quietly, "host")  # does not remove the other's client
    assert inventory(machine, "host")["identity providers"] == [[CLIENT_ID, "others"]]
    assert delete(machine, "host") == ["The identity provider shared.example stays: lodger:us-east-1 uses it too."]
    delete(machine, "lodger")
    delete(machine, "host")
    assert inventory(machine, "host") == NOTHING


def test_a_taken_name_is_refused_and_left_alone(machine: Machine) -> None:
    role = "taken-qbusiness-service-us-east-1"
    machine.role(role, {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    with pytest.raises(CommandError, match=f"The role {role} already exists and is not ours"):
        create(target_of(machine), unserved("taken"), quietly, "taken")
    assert delete(machine, "taken") == [f"The role {role} is not tagged docent:qbusiness=taken."]
    assert machine.client("iam").get_role(RoleName=role)["Role"]["RoleName"] == role
    machine.client("iam").delete_role(RoleName=role)


# ─── At the terminal ─────────────────────────────────────────────────────────────────────────────


def test_the_command_says_what_to_register_and_how_to_deploy(
    machine: Machine, issuer: OpenIdProvider, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    words = ["create", "--oidc", issuer.issuer, "--client-id", CLIENT_ID, "--name", "terminal"]
    code, out, messages = docent(machine, *words, "--client-secret-file", str(secret))
    assert code == 0, messages
    assert "hush" not in out + messages
    told = json.loads(docent(machine, *words, "--json")[1])
    uris = told["register"]["redirect_uris"]
    assert uris[:2] == ["<ApiUrl>/oidc/callback", "<ConsoleUrl>/api/oidc/callback"]
    assert uris[2].endswith(".on.aws/authorization-code/callback")
    assert set(told["parameters"]) == {
        "ChatService", "QBusinessApplicationId", "QBusinessIndexId", "QBusinessRoleArn", "ChatIssuer", "ChatClientId",
        "ChatSecretArn",
    }  # fmt: skip
    for line in [*uris, *(f"{name}={value}" for name, value in told["parameters"].items())]:
        assert line in out
    code, _, messages = docent(machine, "delete", "--name", "terminal", typed="n\n")
    assert code == 1
    assert "The secret terminal-qbusiness-client" in messages
    assert len(inventory(machine, "terminal")["applications"]) == 1
    assert docent(machine, "delete", "--name", "terminal", "--yes")[0] == 0
    assert inventory(machine, "terminal") == NOTHING
    assert "There is nothing named terminal to delete." in docent(machine, "delete", "--name", "terminal")[2]


def test_a_saml_provider_is_told_every_value(machine: Machine, saml: SamlProvider, tmp_path: Path) -> None:
    metadata = tmp_path / "metadata.xml"
    metadata.write_text(saml.metadata)
    told = json.loads(docent(machine, "create", "--saml", str(metadata), "--name", "values", "--json")[1])
    register, parameters = told["register"], told["parameters"]
    role = parameters["QBusinessRoleArn"]
    assert register["audience"] == "urn:amazon:webservices"
    assert register["recipient"] == "https://signin.aws.amazon.com/saml"
    assert register["assertion_consumer_urls"][:2] == ["<ApiUrl>/saml/acs", "<ConsoleUrl>/api/saml/acs"]
    assert register["assertion_consumer_urls"][2].endswith(".on.aws/saml")
    attribute = "https://aws.amazon.com/SAML/Attributes/Role"
    assert register["attributes"][attribute] == f"{role},{parameters['ChatSamlProviderArn']}"
    delete(machine, "values")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--oidc ISSUER --client-id ID, or --saml METADATA"),
        (["--oidc", "https://a.example", "--saml", "b.xml"], "--oidc ISSUER"),
        (["--oidc", "https://a.example"], "--client-id"),
        (["--oidc", "http://a.example", "--client-id", "c"], "must be an https address"),
        (["--oidc", "http://localhost:1", "--client-id", "c"], "cannot be reached"),
        (["--oidc", "https://a.example", "--client-id", "c", "--client-secret-file", "absent"], "cannot be read"),
        (["--saml", "absent.xml"], "cannot be read"),
        (["--saml", "README.md"], "not XML"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_cannot_work_is_said_before_anything_is_made(machine: Machine, words: list[str], told: str) -> None:
    code, out, messages = docent(machine, "create", *words)
    assert (code, out) == (1, "")
    assert told in messages


def test_an_issuer_must_be_named_as_it_names_itself(machine: Machine, issuer: OpenIdProvider) -> None:
    code, _, messages = docent(machine, "create", "--oidc", f"{issuer.issuer}/", "--client-id", CLIENT_ID)
    assert code == 1
    assert "Give it exactly as the provider does" in messages


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("qbusiness.CreateApplication=ServiceQuotaExceededException*1", "Service Quotas"),
        ("qbusiness.CreateIndex=AccessDeniedException*1", "Access denied to CreateIndex"),
    ],
)
def test_what_aws_refuses_is_explained_and_made_good_by_the_same_command(
    machine: Machine, fault: str, told: str
) -> None:
    machine.faults(fault)
    with pytest.raises(CommandError, match=told):
        create(target_of(machine), unserved("refused"), quietly, "refused")
    create(target_of(machine), unserved("refused"), quietly, "refused")
    delete(machine, "refused")
    assert inventory(machine, "refused") == NOTHING


def test_a_name_must_leave_room_for_what_is_made_of_it(machine: Machine) -> None:
    for name in ("Docent", "a" * 25, "a_b", ""):
        with pytest.raises(CommandError, match="is not a valid name"):
            create(target_of(machine), unserved("named"), quietly, name)
