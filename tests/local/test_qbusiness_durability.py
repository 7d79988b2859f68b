"""Accepted changes in Q Business survive the end of the process, and take effect only after their delay."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from local.faults import Faults
from local.qbusiness.service import QBusinessService, Surroundings
from tests.support.federated_people import MARY, MATEO
from tests.support.machine import running_machine
from tests.support.open_id import OpenIdProvider
from tests.support.q_business import federated_application, for_groups, text
from tests.support.waiting import wait_until


def service_in(folder: Path, settling_seconds: float) -> QBusinessService:
    surroundings = Surroundings(
        arn_prefix=lambda: "arn:aws:qbusiness:us-east-1:000000000000:",
        region=lambda: "us-east-1",
        provider_exists=lambda arn: True,
        session_of=lambda headers, query: None,
        kendra=lambda request: [],
    )
    return QBusinessService(folder, lambda role: None, surroundings, Faults(""), settling_seconds)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[QBusinessService]:
    """A service in which changes never take effect."""
    with closing(service_in(tmp_path / "slow", 600)) as service:
        yield service


def call(service: QBusinessService, method: str, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
    body = json.dumps(request).encode() if request else b""
    status, _, answer = asyncio.run(service.handle_request(method, path, {}, body, {}))
    return status, json.loads(answer)


def test_an_application_is_being_created_at_first(slow: QBusinessService) -> None:
    _, made = call(slow, "POST", "/applications", displayName="slow", identityType="ANONYMOUS")
    path = f"/applications/{made['applicationId']}"
    assert call(slow, "GET", path)[1]["status"] == "CREATING"
    status, refused = call(slow, "POST", f"{path}/indices", displayName="early")
    assert (status, refused["resourceType"]) == (409, "APPLICATION")


def test_accepted_documents_and_groups_outlive_a_restart(tmp_path: Path) -> None:
    with closing(service_in(tmp_path, 0)) as service:
        application = call(service, "POST", "/applications", displayName="q", identityType="ANONYMOUS")[1]
        path = f"/applications/{application['applicationId']}"
        index = call(service, "POST", f"{path}/indices", displayName="documents")[1]["indexId"]
    with closing(service_in(tmp_path, 600)) as service:
        blob = base64.b64encode(b"Bees make honey.").decode()
        document = {"id": "bees", "content": {"blob": blob}, "contentType": "PLAIN_TEXT"}
        assert call(service, "POST", f"{path}/indices/{index}/documents", documents=[document])[0] == 200
        group = {"groupName": "keepers", "type": "INDEX", "groupMembers": {"memberUsers": [{"userId": "m@x.example"}]}}
        assert call(service, "PUT", f"{path}/indices/{index}/groups", **group)[0] == 200
        assert call(service, "GET", f"{path}/indices/{index}/groups/keepers")[1]["status"]["status"] == "PROCESSING"
        listed = call(service, "GET", f"{path}/index/{index}/documents")[1]["documentDetailList"]
        assert [(found["documentId"], found["status"]) for found in listed] == [("bees", "PROCESSING")]
        service._documents._store._run("UPDATE tasks SET ready_at = ?", (0.0,))  # as if the delay were over
    with closing(service_in(tmp_path, 0)) as service:
        shown = f"{path}/index/{index}/documents"
        wait_until(lambda: call(service, "GET", shown)[1]["documentDetailList"][0]["status"] == "INDEXED")
        assert call(service, "GET", f"{path}/indices/{index}/groups/keepers")[0] == 200


def test_conversations_subscriptions_and_access_outlive_a_restart(tmp_path: Path, open_id: OpenIdProvider) -> None:
    question = "When does the garage open?"
    with running_machine(tmp_path / "home") as machine:
        application = federated_application(machine, open_id, "restarted")
        application.group("acme", MARY.email)
        application.put(text("garage", "The garage opens at six.", accessConfiguration=for_groups("acme")))
        mary = application.subscribed(application.client(open_id.token(MARY)))
        first = mary.chat_sync(applicationId=application.id, userMessage=question)
        assert first["sourceAttributions"]

        machine.restart()

        mary = application.client(open_id.token(MARY))  # sessions end with the machine, subscriptions do not
        going_on = {"conversationId": first["conversationId"], "parentMessageId": first["systemMessageId"]}
        second = mary.chat_sync(applicationId=application.id, userMessage=question, **going_on)
        assert second["systemMessage"] == first["systemMessage"]
        [listed] = mary.list_conversations(applicationId=application.id)["conversations"]
        assert listed["conversationId"] == first["conversationId"]
        mateo = application.subscribed(application.client(open_id.token(MATEO)))
        assert mateo.chat_sync(applicationId=application.id, userMessage=question)["sourceAttributions"] == []


def test_an_account_has_so_many_applications_and_no_more(slow: QBusinessService) -> None:
    for number in range(50):
        assert call(slow, "POST", "/applications", displayName=f"a{number}", identityType="ANONYMOUS")[0] == 200
    status, refused = call(slow, "POST", "/applications", displayName="more", identityType="ANONYMOUS")
    assert (status, refused["resourceType"]) == (402, "APPLICATION")
