"""The chat samples: Mary and Mateo ask the same question and get answers from their own documents."""

from typing import Any

import pytest

from cli.chat_samples import QUESTION, put_sample_documents
from cli.target import CommandError
from tests.support.federated_people import MARY, MATEO, Person
from tests.support.machine import Machine
from tests.support.open_id import OpenIdProvider
from tests.support.q_business import Application, federated_application, text


@pytest.fixture(scope="module")
def application(machine: Machine, open_id: OpenIdProvider) -> Application:
    application = federated_application(machine, open_id, "samples")
    put_sample_documents(application.admin, application.id, application.index)
    return application


def told(application: Application, open_id: OpenIdProvider, person: Person, question: str) -> dict[str, Any]:
    client = application.subscribed(application.client(open_id.token(person)))
    return client.chat_sync(applicationId=application.id, userMessage=question)


@pytest.mark.parametrize("question", [QUESTION, "How do I get onboarded to my project?"])
def test_the_same_question_is_answered_from_each_ones_project(
    application: Application, open_id: OpenIdProvider, question: str
) -> None:
    acme, any_org_app = (told(application, open_id, person, question) for person in (MARY, MATEO))
    assert "open a ticket with the ACME desk" in acme["systemMessage"]
    assert "sign up for the onboarding day in Leipzig" in any_org_app["systemMessage"]
    assert "AnyOrgApp" not in str(acme)
    assert "ACME" not in str(any_org_app)


def test_naming_the_other_project_does_not_give_access_to_it(application: Application, open_id: OpenIdProvider) -> None:
    for person, other in ((MARY, "AnyOrgApp"), (MATEO, "ACME")):
        answer = told(application, open_id, person, f"How do I get onboarded to project {other}?")
        sources = [source["title"] for source in answer.get("sourceAttributions", [])]
        assert f"Onboarding to project {other}" not in sources


def test_both_get_answers_from_public_documents(application: Application, open_id: OpenIdProvider) -> None:
    for person in (MARY, MATEO):
        answer = told(application, open_id, person, "Between which hours are working hours flexible?")
        assert "between 7 in the morning and 8 in the evening" in answer["systemMessage"]


def test_they_may_be_put_again(application: Application) -> None:
    before = application.statuses()
    put_sample_documents(application.admin, application.id, application.index)
    assert application.statuses().keys() == before.keys()
    assert set(application.statuses().values()) <= {"INDEXED", "UPDATED"}


def test_documents_that_are_not_samples_are_left_alone(application: Application) -> None:
    application.put(text("theirs", "Something else."))
    put_sample_documents(application.admin, application.id, application.index)
    assert application.statuses()["theirs"] == "INDEXED"


def test_a_document_that_is_not_taken_is_told(application: Application) -> None:
    class Refusing:
        """The service, except that it refuses all documents."""

        def __getattr__(self, name: str) -> Any:
            return getattr(application.admin, name)

        def batch_put_document(self, **request: Any) -> dict[str, Any]:
            error = {"errorCode": "InvalidRequest", "errorMessage": "too large"}
            return {"failedDocuments": [{"id": each["id"], "error": error} for each in request["documents"]]}

    with pytest.raises(CommandError, match="sample-acme-onboarding: too large"):
        put_sample_documents(Refusing(), application.id, application.index)
