"""Chat with Q Business on one machine, as users of an identity provider: access, conversations, limits."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pymupdf
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image, ImageDraw, ImageFont

from tests.support.federated_people import MARY, MATEO, Person
from tests.support.machine import Machine
from tests.support.open_id import TAGS, OpenIdProvider
from tests.support.q_business import (
    Application,
    allowing,
    federated_application,
    for_groups,
    for_users,
    new_application,
    provider_arn,
    text,
    trust,
)
from tests.support.saml import RECIPIENT, SamlProvider, encoded
from tests.support.waiting import wait_until

QUESTION = "Within how many days are invoices paid?"
NOTHING = "Sorry, I could not find relevant information to complete your request."
ABSENT = str(uuid.UUID(int=7))
JOHN = Person("John Stiles", "john_stiles@acme.example", "ACME")


@pytest.fixture(scope="module")
def library(machine: Machine, open_id: OpenIdProvider) -> Application:
    """Documents for Mary, for Mateo, for one of Mary's groups, and for all users."""
    application = federated_application(machine, open_id, "library")
    attribute = {"name": "year", "type": "NUMBER"}
    application.admin.update_index(**application.ids, documentAttributeConfigurations=[attribute])
    application.group("acme-finance", MARY.email)
    application.group("acme", groups=("acme-finance",))
    application.put(
        text(
            "acme-invoices",
            "Invoices of ACME are paid within 30 days. Reminders are sent after 45 days.",
            title="ACME payment rules",
            accessConfiguration=for_users(MARY),
            attributes=[
                {"name": "_source_uri", "value": {"stringValue": "https://acme.example/invoices.txt"}},
                {"name": "year", "value": {"longValue": 2025}},
            ],
        ),
        text("any-invoices", "Invoices of AnyOrgApp are paid within 14 days.", accessConfiguration=for_users(MATEO)),
        text("acme-parking", "The garage of ACME opens at six.", accessConfiguration=for_groups("acme")),
        text("canteen", "The canteen serves lunch from noon until two. Die Kantine ist am Freitag geschlossen."),
    )
    return application


@pytest.fixture(scope="module")
def mary(library: Application, open_id: OpenIdProvider) -> Any:
    return library.subscribed(library.client(open_id.token(MARY)))


@pytest.fixture(scope="module")
def mateo(library: Application, open_id: OpenIdProvider) -> Any:
    return library.subscribed(library.client(open_id.token(MATEO)))


def ask(client: Any, application: Application, question: str, **members: Any) -> dict[str, Any]:
    return client.chat_sync(applicationId=application.id, userMessage=question, **members)


def refusal(call: Any, *args: Any, **members: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(*args, **members)
    return raised.value.response["Error"]["Code"]


def cited(answer: dict[str, Any]) -> list[str]:
    return [attribution["documentId"] for attribution in answer["sourceAttributions"]]


# ─── Who is told what ────────────────────────────────────────────────────────────────────────────


def test_two_people_get_different_answers_to_the_same_question(library: Application, mary: Any, mateo: Any) -> None:
    of_mary, of_mateo = ask(mary, library, QUESTION), ask(mateo, library, QUESTION)
    assert (of_mary["systemMessage"], cited(of_mary)) == (
        "Invoices of ACME are paid within 30 days.",
        ["acme-invoices"],
    )
    assert cited(of_mateo) == ["any-invoices"]
    assert "14 days" in of_mateo["systemMessage"]


def test_an_answer_says_where_it_is_from(library: Application, mary: Any) -> None:
    [source] = ask(mary, library, QUESTION)["sourceAttributions"]
    assert source["title"] == "ACME payment rules"
    assert source["url"] == "https://acme.example/invoices.txt"
    assert (source["citationNumber"], source["indexId"]) == (1, library.index)
    assert source["snippet"].startswith("Invoices of ACME are paid")
    assert source["updatedAt"]


def test_groups_within_groups_open_documents(library: Application, mary: Any, mateo: Any) -> None:
    question = "When does the garage of ACME open?"
    assert cited(ask(mary, library, question)) == ["acme-parking"]
    assert ask(mateo, library, question)["systemMessage"] == NOTHING


def test_a_document_without_an_access_configuration_is_public(library: Application, mary: Any, mateo: Any) -> None:
    for client in (mary, mateo):
        assert cited(ask(client, library, "When does the canteen serve lunch?")) == ["canteen"]


def test_a_question_that_no_document_answers_gets_no_sources(library: Application, mary: Any) -> None:
    answer = ask(mary, library, "Who won the chess championship in Reykjavik?")
    assert (answer["systemMessage"], answer["sourceAttributions"]) == (NOTHING, [])
    german = ask(mary, library, "Wer hat die Meisterschaft im Schach gewonnen?")
    assert german["systemMessage"].startswith("Leider konnte ich keine Informationen finden")


def test_a_denial_wins_and_and_means_all(machine: Machine, open_id: OpenIdProvider) -> None:
    application = federated_application(machine, open_id, "combinations")
    application.group("acme", MARY.email, JOHN.email)
    application.group("finance", MARY.email)
    both = {
        "accessControls": [
            {
                "principals": [
                    {"group": {"name": "acme", "access": "ALLOW"}},
                    {"group": {"name": "finance", "access": "ALLOW"}},
                ],
                "memberRelation": "AND",
            }
        ]
    }
    either_but_john = {
        "accessControls": [*for_groups("acme")["accessControls"], *for_users(JOHN, access="DENY")["accessControls"]]
    }
    crossed = {
        "accessControls": [*for_groups("acme")["accessControls"], *for_users(JOHN, MATEO)["accessControls"]],
        "memberRelation": "AND",
    }
    application.put(
        text("and", "The safe is opened with the code of the day.", accessConfiguration=both),
        text("deny", "The bonus is paid in March.", accessConfiguration=either_but_john),
        text("crossed", "The archive moves to Rouen.", accessConfiguration=crossed),
        text("nobody", "The merger is called Heron.", accessConfiguration={"accessControls": []}),
        text("only-denied", "The lawyer is called Fuchs.", accessConfiguration=for_users(MATEO, access="DENY")),
    )
    seen = {}
    for person in (MARY, JOHN, MATEO):
        client = application.subscribed(application.client(open_id.token(person)))
        questions = {
            "and": "With which code is the safe opened?",
            "deny": "When is the bonus paid?",
            "crossed": "Where does the archive move?",
            "nobody": "How is the merger called?",
            "only-denied": "How is the lawyer called?",
        }
        seen[person.name] = [
            name for name, asked in questions.items() if name in cited(ask(client, application, asked))
        ]
    assert seen == {"Mary Major": ["and", "deny"], "John Stiles": ["crossed"], "Mateo Jackson": []}


def test_a_user_removed_from_a_group_no_longer_sees_its_documents(machine: Machine, open_id: OpenIdProvider) -> None:
    application = federated_application(machine, open_id, "leaving")
    application.group("acme", MARY.email)
    application.put(text("parking", "The garage of ACME opens at six.", accessConfiguration=for_groups("acme")))
    mary = application.subscribed(application.client(open_id.token(MARY)))
    question = "When does the garage of ACME open?"
    assert cited(ask(mary, application, question)) == ["parking"]
    application.group("acme", JOHN.email)
    assert cited(ask(mary, application, question)) == []


def test_an_alias_is_a_name_as_good_as_the_own(machine: Machine, open_id: OpenIdProvider) -> None:
    application = federated_application(machine, open_id, "aliases")
    application.put(text("parking", "The garage opens at six.", accessConfiguration=for_users("login-7")))
    mary = application.subscribed(application.client(open_id.token(MARY)))
    assert cited(ask(mary, application, "When does the garage open?")) == []
    alias = {"indexId": application.index, "userId": "login-7"}
    application.admin.create_user(applicationId=application.id, userId=MARY.email, userAliases=[alias])
    assert cited(ask(mary, application, "When does the garage open?")) == ["parking"]


def test_a_filter_narrows_and_never_widens(library: Application, mary: Any, mateo: Any) -> None:
    def of_year(year: int) -> dict[str, Any]:
        return {"equalsTo": {"name": "year", "value": {"longValue": year}}}

    assert cited(ask(mary, library, QUESTION, attributeFilter=of_year(2025))) == ["acme-invoices"]
    assert cited(ask(mary, library, QUESTION, attributeFilter=of_year(2024))) == []
    everything = {"orAllFilters": [of_year(2025), {"notFilter": of_year(2025)}]}
    assert cited(ask(mateo, library, QUESTION, attributeFilter=everything)) == ["any-invoices"]
    assert cited(ask(mateo, library, QUESTION, attributeFilter=of_year(2025))) == []
    unknown = {"equalsTo": {"name": "unconfigured", "value": {"stringValue": "x"}}}
    assert refusal(ask, mary, library, QUESTION, attributeFilter=unknown) == "ValidationException"


# ─── Who somebody is ─────────────────────────────────────────────────────────────────────────────


def test_the_first_call_is_refused_and_subscribes(machine: Machine, open_id: OpenIdProvider) -> None:
    application = federated_application(machine, open_id, "subscribing")
    mary = application.client(open_id.token(MARY))
    assert refusal(ask, mary, application, QUESTION) == "AccessDeniedException"
    assert ask(mary, application, QUESTION)["systemMessage"] == NOTHING
    [subscription] = application.admin.list_subscriptions(applicationId=application.id)["subscriptions"]
    assert subscription["currentSubscription"] == {"type": "Q_BUSINESS"}
    ids = {"applicationId": application.id, "subscriptionId": subscription["subscriptionId"]}
    application.admin.update_subscription(**ids, type="Q_LITE")
    [updated] = application.admin.list_subscriptions(applicationId=application.id)["subscriptions"]
    assert updated["currentSubscription"] == {"type": "Q_LITE"}
    off = {"autoSubscribe": "DISABLED"}
    application.admin.update_application(applicationId=application.id, autoSubscriptionConfiguration=off)
    assert ask(mary, application, QUESTION)
    application.admin.cancel_subscription(**ids)
    for _ in range(2):
        assert refusal(ask, mary, application, QUESTION) == "LicenseNotFoundException"
    principal = {"user": subscription["principal"]["user"]}
    application.admin.create_subscription(applicationId=application.id, principal=principal, type="Q_LITE")
    assert ask(mary, application, QUESTION)


@pytest.mark.parametrize(
    "changes", [{TAGS: None}, {TAGS: {"principal_tags": {"Mail": [MARY.email]}}}], ids=["no tags", "another tag"]
)
def test_a_session_that_names_no_user_is_refused(
    machine: Machine, open_id: OpenIdProvider, library: Application, changes: dict[str, Any]
) -> None:
    client = library.client(open_id.token(MARY, **changes))
    for call in (
        lambda: ask(client, library, QUESTION),
        lambda: client.list_conversations(applicationId=library.id),
        lambda: client.list_messages(applicationId=library.id, conversationId=ABSENT),
    ):
        assert refusal(call) == "AccessDeniedException"


def test_a_session_of_another_provider_has_no_access(
    machine: Machine, open_id: OpenIdProvider, library: Application, saml: SamlProvider
) -> None:
    """A SAML session with Mary's tag, for an application whose users sign in by OpenID."""
    iam = machine.client("iam")
    arn = iam.create_saml_provider(Name="elsewhere", SAMLMetadataDocument=saml.metadata)["SAMLProviderArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": RECIPIENT}},
    }
    role = machine.role("q-elsewhere", statement, allowing("*"))
    assertion = encoded(saml.response(MARY, role, arn))
    answer = machine.anonymous_sts().assume_role_with_saml(RoleArn=role, PrincipalArn=arn, SAMLAssertion=assertion)
    client = machine.client("qbusiness", answer["Credentials"])
    assert refusal(ask, client, library, QUESTION) == "AccessDeniedException"
    # In an application whose users sign in by SAML, the same session is Mary.
    own = new_application(machine, identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=arn)
    own.put(text("garage", "The garage opens at six.", accessConfiguration=for_users(MARY)))
    own.subscribed(client)
    assert cited(ask(client, own, "When does the garage open?")) == ["garage"]


def test_a_client_that_the_application_does_not_list_is_refused(machine: Machine, open_id: OpenIdProvider) -> None:
    arn = provider_arn(machine, open_id)
    settings = {"identityType": "AWS_IAM_IDP_OIDC", "iamIdentityProviderArn": arn, "clientIdsForOIDC": ["other"]}
    application = new_application(machine, **settings)
    application.role = machine.role("q-clients", trust(arn, open_id), allowing(application.id))
    assert refusal(ask, application.client(open_id.token(MARY)), application, QUESTION) == "AccessDeniedException"


def test_a_request_cannot_name_its_user(library: Application, mary: Any) -> None:
    assert refusal(ask, mary, library, QUESTION, userId=MATEO.email) == "AccessDeniedException"
    assert refusal(ask, mary, library, QUESTION, userGroups=["acme"]) == "ValidationException"
    assert cited(ask(mary, library, QUESTION, userId=MARY.email)) == ["acme-invoices"]


def test_anonymous_users_see_public_documents_and_have_no_conversations(machine: Machine) -> None:
    application = new_application(machine, identityType="ANONYMOUS")
    application.put(
        text("garage", "The garage opens at six.", accessConfiguration=for_users(MARY)),
        text("canteen", "The canteen opens at noon."),
    )
    root = machine.client("qbusiness")
    answer = ask(root, application, "When does the canteen open?")
    assert cited(answer) == ["canteen"]
    assert "garage" not in cited(ask(root, application, "When does the garage open?"))
    assert refusal(root.list_conversations, applicationId=application.id) == "AccessDeniedException"
    ids = {"applicationId": application.id, "conversationId": answer["conversationId"]}
    assert refusal(root.list_messages, **ids) == "AccessDeniedException"


# ─── Conversations ───────────────────────────────────────────────────────────────────────────────


def follow(answer: dict[str, Any]) -> dict[str, str]:
    return {"conversationId": answer["conversationId"], "parentMessageId": answer["systemMessageId"]}


def test_a_conversation_goes_on_from_its_last_answer_only(library: Application, mary: Any) -> None:
    first = ask(mary, library, QUESTION)
    second = ask(mary, library, "And when are reminders sent after it?", **follow(first))
    assert second["conversationId"] == first["conversationId"]
    assert "45 days" in second["systemMessage"]
    conversation = {"conversationId": first["conversationId"]}
    for parent in (
        {"parentMessageId": first["systemMessageId"]},
        {"parentMessageId": second["userMessageId"]},
        {"parentMessageId": ABSENT},
        {},
    ):
        assert refusal(ask, mary, library, "Go on.", **conversation, **parent) == "ConflictException"
    assert refusal(ask, mary, library, "Go on.", parentMessageId=ABSENT) == "ValidationException"
    assert ask(mary, library, QUESTION, **follow(second))


def test_a_conversation_of_another_user_does_not_exist(library: Application, mary: Any, mateo: Any) -> None:
    answer = ask(mary, library, QUESTION)
    ids = {"applicationId": library.id, "conversationId": answer["conversationId"]}
    for call in (
        lambda: ask(mateo, library, QUESTION, **follow(answer)),
        lambda: mateo.list_messages(**ids),
        lambda: mateo.delete_conversation(**ids),
        lambda: mateo.get_media(**ids, messageId=answer["systemMessageId"], mediaId=ABSENT),
    ):
        assert refusal(call) == "ResourceNotFoundException"
    listed = mateo.list_conversations(applicationId=library.id)["conversations"]
    assert answer["conversationId"] not in [each["conversationId"] for each in listed]
    assert mary.list_messages(**ids)["messages"]


def test_messages_are_told_with_their_sources_the_newest_first(library: Application, mary: Any) -> None:
    first = ask(mary, library, QUESTION)
    second = ask(mary, library, "When does the canteen serve lunch?", **follow(first))
    ids = {"applicationId": library.id, "conversationId": first["conversationId"]}
    messages = mary.list_messages(**ids)["messages"]
    assert [(m["messageId"], m["type"]) for m in messages] == [
        (second["systemMessageId"], "SYSTEM"),
        (second["userMessageId"], "USER"),
        (first["systemMessageId"], "SYSTEM"),
        (first["userMessageId"], "USER"),
    ]
    assert messages[0]["sourceAttribution"] == second["sourceAttributions"]
    assert messages[3]["body"] == QUESTION
    assert [m["time"] for m in messages] == sorted((m["time"] for m in messages), reverse=True)
    assert len(mary.list_messages(**ids, maxResults=3)["messages"]) == 3


def test_conversations_are_listed_the_newest_first_and_deleted(library: Application, mary: Any) -> None:
    older, newer = ask(mary, library, QUESTION), ask(mary, library, "When does the canteen serve lunch?")
    listed = mary.list_conversations(applicationId=library.id)["conversations"]
    assert [each["conversationId"] for each in listed[:2]] == [newer["conversationId"], older["conversationId"]]
    assert listed[0]["title"] == "When does the canteen serve lunch?"
    ids = {"applicationId": library.id, "conversationId": older["conversationId"]}
    mary.delete_conversation(**ids)
    assert refusal(mary.list_messages, **ids) == "ResourceNotFoundException"
    assert refusal(ask, mary, library, QUESTION, **follow(older)) == "ResourceNotFoundException"


def test_a_client_token_has_one_answer(library: Application, mary: Any, mateo: Any) -> None:
    token = str(uuid.uuid4())
    first = ask(mary, library, QUESTION, clientToken=token)
    again = ask(mary, library, QUESTION, clientToken=token)
    assert again["systemMessageId"] == first["systemMessageId"]
    assert refusal(ask, mary, library, "Another question?", clientToken=token) == "ConflictException"
    assert cited(ask(mateo, library, QUESTION, clientToken=token)) == ["any-invoices"]


def test_the_same_token_sent_at_once_has_one_answer(library: Application, mary: Any) -> None:
    token = str(uuid.uuid4())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: ask(mary, library, QUESTION, clientToken=token), range(4)))
    assert len({answer["systemMessageId"] for answer in answers}) == 1


def test_of_two_messages_that_follow_the_same_answer_one_is_refused(library: Application, mary: Any) -> None:
    first = ask(mary, library, QUESTION)

    def outcome(number: int) -> str:
        try:
            ask(mary, library, f"When does the canteen serve lunch, {number}?", **follow(first))
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "answered"

    with ThreadPoolExecutor(3) as threads:
        outcomes = sorted(threads.map(outcome, range(3)))
    assert outcomes == ["ConflictException", "ConflictException", "answered"]
    ids = {"applicationId": library.id, "conversationId": first["conversationId"]}
    assert len(mary.list_messages(**ids)["messages"]) == 4


# ─── Modes, attachments, limits ──────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def unchecked_mary(machine: Machine, library: Application, open_id: OpenIdProvider) -> Any:
    """Mary with a client that leaves validation to the service."""
    request = {"RoleArn": library.role, "RoleSessionName": "mary", "WebIdentityToken": open_id.token(MARY)}
    credentials = machine.anonymous_sts().assume_role_with_web_identity(**request)["Credentials"]
    client = boto3.client(
        "qbusiness",
        endpoint_url=machine.settings.url,
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )
    return library.subscribed(client)


@pytest.mark.parametrize(
    "wrong",
    [
        {"userMessage": " "},
        {"userMessage": "x" * 7001},
        {"chatMode": "PLUGIN_MODE"},
        {"chatMode": "SHOUTING"},
        {"chatModeConfiguration": {"pluginConfiguration": {"pluginId": ABSENT}}},
        {"clientToken": "x" * 101},
        {"conversationId": "short"},
        {"attachments": []},
        {"attachments": [{"name": "a.txt", "data": b"x"}] * 6},
        {"attachments": [{"name": "a.txt", "data": bytes((10 << 20) + 1)}]},
        {"attachments": [{"name": "a.txt"}]},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_a_message_must_not_be_is_refused(
    library: Application, unchecked_mary: Any, wrong: dict[str, Any]
) -> None:
    request = {"applicationId": library.id, "userMessage": QUESTION} | wrong
    assert refusal(unchecked_mary.chat_sync, **request) == "ValidationException"


def test_an_application_that_is_not_there_is_named(library: Application, mary: Any, machine: Machine) -> None:
    root = machine.client("qbusiness")
    assert refusal(root.chat_sync, applicationId=ABSENT, userMessage=QUESTION) == "ResourceNotFoundException"


def test_the_creator_mode_says_that_it_creates_nothing(library: Application, mary: Any) -> None:
    answer = ask(mary, library, "Write a poem about invoices.", chatMode="CREATOR_MODE")
    assert "creates nothing of its own" in answer["systemMessage"]
    assert answer["sourceAttributions"] == []


def test_an_attachment_is_what_its_message_is_answered_from(library: Application, mary: Any) -> None:
    attachments = [
        {"name": "lease.txt", "data": b"The lease of the garage ends in May 2031. It may be extended once."},
        {"name": "song.mp3", "data": b"la la"},
        {"name": "broken.pdf", "data": b"no pdf"},
    ]
    answer = ask(mary, library, "When does the lease of the garage end?", attachments=attachments)
    assert answer["systemMessage"] == "The lease of the garage ends in May 2031."
    assert [source["title"] for source in answer["sourceAttributions"]] == ["lease.txt"]
    failed = {each["name"]: (each["status"], each["error"]["errorCode"]) for each in answer["failedAttachments"]}
    assert failed == {"song.mp3": ("FAILED", "InvalidRequest"), "broken.pdf": ("FAILED", "InvalidRequest")}


def test_an_application_may_take_no_attachments(machine: Machine, open_id: OpenIdProvider) -> None:
    application = federated_application(machine, open_id, "unattached")
    disabled = {"attachmentsControlMode": "DISABLED"}
    application.admin.update_application(applicationId=application.id, attachmentsConfiguration=disabled)
    mary = application.subscribed(application.client(open_id.token(MARY)))
    attachments = [{"name": "a.txt", "data": b"The lease ends in May."}]
    assert refusal(ask, mary, application, QUESTION, attachments=attachments) == "ValidationException"


# ─── Images ──────────────────────────────────────────────────────────────────────────────────────


def image_of(words: str) -> bytes:
    image = Image.new("RGB", (760, 160), "white")
    font = ImageFont.load_default(44)
    ImageDraw.Draw(image).text((24, 50), words, "black", font=font)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def pdf_with(words: str) -> bytes:
    with pymupdf.open() as document:
        document.new_page()
        page = document.new_page()
        page.insert_image(pymupdf.Rect(72, 72, 452, 152), stream=image_of(words))
        return document.tobytes()


def test_an_image_in_a_document_answers_and_is_served(library: Application, mary: Any, mateo: Any) -> None:
    document = {
        "id": "turbines",
        "content": {"blob": pdf_with("Turbine Kestrel delivered 184 GWh")},
        "contentType": "PDF",
        "accessConfiguration": for_groups("turbine-readers"),
        "mediaExtractionConfiguration": {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}},
    }
    library.group("turbine-readers", MARY.email)
    library.put(document)
    answer = ask(mary, library, "How many GWh did the turbine Kestrel deliver?")
    assert "184" in answer["systemMessage"]
    [segment] = answer["sourceAttributions"][0]["textMessageSegments"]
    assert segment["mediaMimeType"] == "image/png"
    assert segment["sourceDetails"]["imageSourceDetails"]["mediaId"] == segment["mediaId"]
    ids = {
        "applicationId": library.id,
        "conversationId": answer["conversationId"],
        "messageId": answer["systemMessageId"],
    }
    media = mary.get_media(**ids, mediaId=segment["mediaId"])
    assert media["mediaMimeType"] == "image/png"
    assert Image.open(io.BytesIO(media["mediaBytes"])).size == (760, 160)
    assert refusal(mary.get_media, **ids, mediaId=ABSENT) == "ResourceNotFoundException"
    asked = ids | {"messageId": answer["userMessageId"]}
    assert refusal(mary.get_media, **asked, mediaId=segment["mediaId"]) == "ResourceNotFoundException"
    # The image is gone without access to its document, and after the document is deleted.
    library.group("turbine-readers", MATEO.email)
    assert refusal(mary.get_media, **ids, mediaId=segment["mediaId"]) == "ResourceNotFoundException"
    library.group("turbine-readers", MARY.email)
    assert mary.get_media(**ids, mediaId=segment["mediaId"])["mediaBytes"] == media["mediaBytes"]
    library.admin.batch_delete_document(**library.ids, documents=[{"documentId": "turbines"}])
    wait_until(lambda: "turbines" not in library.statuses())
    assert refusal(mary.get_media, **ids, mediaId=segment["mediaId"]) == "ResourceNotFoundException"
    assert list((library.machine.settings.home / "qbusiness" / "media").iterdir()) == []


def test_images_are_left_alone_unless_they_are_asked_for(library: Application, mary: Any) -> None:
    library.put({"id": "unread", "content": {"blob": pdf_with("Turbine Heron delivered 77 GWh")}, "contentType": "PDF"})
    assert "unread" not in cited(ask(mary, library, "How many GWh did the turbine Heron deliver?"))


# ─── Offsets ─────────────────────────────────────────────────────────────────────────────────────


def test_offsets_cut_the_quoted_sentences_out_of_the_answer(library: Application, mary: Any) -> None:
    library.put(
        text(
            "tariff-a", "Der Übergang kostet 5 €. Ein Fährticket nach Köln kostet 12 Euro 👍 für Erwachsene.", title="A"
        ),
        text("tariff-b", "Ein Fährticket nach Köln kostet 7 Euro für Kinder 👧🏽 bis zwölf Jahre.", title="B"),
    )
    answer = ask(mary, library, "Was kostet ein Fährticket nach Köln?")
    said = answer["systemMessage"]
    assert {"tariff-a", "tariff-b"} <= set(cited(answer))
    pieces = []
    for source in answer["sourceAttributions"]:
        for segment in source["textMessageSegments"]:
            piece = said[segment["beginOffset"] : segment["endOffset"]]
            assert piece in segment["snippetExcerpt"]["text"]
            pieces.append((segment["beginOffset"], piece))
    assert " ".join(piece for _, piece in sorted(pieces)) == said


# ─── A Kendra index as the source ────────────────────────────────────────────────────────────────


def test_a_kendra_index_answers_too_with_its_own_access_lists(machine: Machine, open_id: OpenIdProvider) -> None:
    kendra, role = machine.client("kendra"), "arn:aws:iam::000000000000:role/kendra"
    index = kendra.create_index(Name="documents", RoleArn=role)["Id"]
    wait_until(lambda: kendra.describe_index(Id=index)["Status"] == "ACTIVE")
    document = {
        "Id": "garage",
        "Blob": b"The garage opens at six.",
        "ContentType": "PLAIN_TEXT",
        "AccessControlList": [{"Name": MARY.email, "Type": "USER", "Access": "ALLOW"}],
    }
    kendra.batch_put_document(IndexId=index, Documents=[document])
    asked = {"IndexId": index, "DocumentInfoList": [{"DocumentId": "garage"}]}
    wait_until(
        lambda: kendra.batch_get_document_status(**asked)["DocumentStatusList"][0]["DocumentStatus"] == "INDEXED"
    )
    application = federated_application(machine, open_id, "with-kendra")
    application.admin.delete_retriever(applicationId=application.id, retrieverId=application.retriever)
    application.admin.create_retriever(
        applicationId=application.id,
        type="KENDRA_INDEX",
        displayName="kendra",
        configuration={"kendraIndexConfiguration": {"indexId": index}},
        roleArn=role,
    )
    answers = {}
    for person in (MARY, MATEO):
        client = application.subscribed(application.client(open_id.token(person)))
        answers[person] = cited(ask(client, application, "When does the garage open?"))
    assert answers == {MARY: ["garage"], MATEO: []}
    kendra.delete_index(Id=index)
    mary = application.client(open_id.token(MARY))
    assert refusal(ask, mary, application, "When does the garage open?") == "ExternalResourceException"


# ─── Faults ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ThrottlingException", 429),
        ("InternalServerException", 500),
        ("ConflictException", 409),
        ("ExternalResourceException", 424),
        ("LicenseNotFoundException", 400),
        ("ServiceQuotaExceededException", 402),
    ],
)
def test_a_fault_that_is_asked_for_is_answered(
    machine: Machine, library: Application, mary: Any, name: str, status: int
) -> None:
    machine.faults(f"qbusiness.ChatSync={name}*1")
    with pytest.raises(ClientError) as raised:
        ask(mary, library, QUESTION)
    assert raised.value.response["Error"]["Code"] == name
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert cited(ask(mary, library, QUESTION)) == ["acme-invoices"]
