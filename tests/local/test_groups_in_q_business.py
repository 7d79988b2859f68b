"""sync_groups with a running Q Business: members of a group in the source can read what the group can read."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.support.aws import new_clients
from tests.support.federated_people import MARY, MATEO, Person
from tests.support.functions import Function
from tests.support.machine import Machine
from tests.support.open_id import OpenIdProvider
from tests.support.project import sample_event
from tests.support.q_business import Application, federated_application, for_groups, text
from tests.support.waiting import wait_until

SYNC = sample_event("sync_groups.schedule.json")
BUCKET, KEY = "q-directory", "groups.json"


@pytest.fixture(scope="module")
def application(machine: Machine, open_id: OpenIdProvider) -> Application:
    application = federated_application(machine, open_id, "groups-of-a-source")
    application.put(text("parking", "The garage of ACME opens at six.", accessConfiguration=for_groups("staff")))
    return application


@pytest.fixture
def sync_groups(machine: Machine, application: Application, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    """The function on this machine, with the template's settings."""
    machine.client("s3").create_bucket(Bucket=BUCKET)
    trust = {"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/group-members/*"}
    function = Function("sync_groups", monkeypatch)
    function.set(
        AWS_ENDPOINT_URL=machine.settings.url,
        DERIVED_BUCKET=BUCKET,
        GROUPS_SOURCE=f"s3://{BUCKET}/{KEY}",
        Q_BUSINESS_APPLICATION_ID=application.id,
        Q_BUSINESS_INDEX_ID=application.index,
        MEMBERS_ROLE_ARN=machine.role("group-members", trust, reading),
    )
    session = boto3.Session("test", "test", region_name="us-east-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    with new_clients():
        yield function
        function.close()


def test_a_group_of_more_than_a_thousand_is_read_from_its_file_and_lets_its_members_in(
    machine: Machine, application: Application, open_id: OpenIdProvider, sync_groups: Function
) -> None:
    everybody = [f"user{number}@acme.example" for number in range(1_000)] + [MARY.email]

    def sync(groups: Any) -> dict[str, Any]:
        machine.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(groups).encode())
        return sync_groups(SYNC)

    def may_read(person: Person) -> bool:
        client = application.subscribed(application.client(open_id.token(person)))
        reply = client.chat_sync(applicationId=application.id, userMessage="When does the garage open?")
        return [each["title"] for each in reply.get("sourceAttributions", [])] != []

    first = sync({"acme": {"users": everybody}, "staff": {"groups": ["acme"]}, "others": {"users": ["x@acme.example"]}})
    assert [(each["group"], each["members"]) for each in first["added"]] == [
        ("acme", 1_001),
        ("others", 1),
        ("staff", 1),
    ]
    assert first["failed"] == []
    assert may_read(MARY)
    assert not may_read(MATEO)
    second = sync({"acme": {"users": [*everybody[:-1], MATEO.email]}, "staff": {"groups": ["acme"]}})
    assert [each["group"] for each in second["changed"]] == ["acme"]
    assert [each["group"] for each in second["removed"]] == ["others"]
    wait_until(lambda: may_read(MATEO))
    assert not may_read(MARY)
    assert sync_groups(SYNC)["unchanged"] == 2
