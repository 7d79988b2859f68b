"""Who watches is noted under each of their names until the connection or the token ends."""

from typing import Any

import pytest

from tests.support.api_calls import MARY
from tests.support.aws import CONNECTIONS_TABLE, World
from tests.support.fake_connections import FakeConnections
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("watch_changes.connected.json")
CONNECTION = EVENT["requestContext"]["connectionId"]


def context(**changes: Any) -> dict[str, Any]:
    return EVENT | {"requestContext": EVENT["requestContext"] | changes}


def names(aws: World) -> list[str]:
    return [item["reader"] for item in aws.items(CONNECTIONS_TABLE)]


@pytest.fixture(autouse=True)
def _attached(connections: FakeConnections) -> None:
    """The connections of the WebSocket API."""


def test_a_watcher_is_noted_under_every_name_and_told(
    function: Function, aws: World, connections: FakeConnections
) -> None:
    assert function(EVENT) == {"statusCode": 200}
    assert names(aws) == ["group:energy", "group:everyone", f"owner:{MARY.subject}", "user:mary@example.com"]
    assert {item["expires_at"] for item in aws.items(CONNECTIONS_TABLE)} == {"4102444800"}
    assert connections.messages == {CONNECTION: [{"type": "watching"}]}
    function(EVENT)
    assert len(names(aws)) == 4, "the same message again changes nothing"


def test_a_connection_that_ends_is_forgotten(function: Function, aws: World) -> None:
    function(EVENT)
    assert function(context(eventType="DISCONNECT", routeKey="$disconnect")) == {"statusCode": 200}
    assert names(aws) == []


def test_with_an_expired_token_nothing_is_noted(function: Function, aws: World, connections: FakeConnections) -> None:
    authorizer = EVENT["requestContext"]["authorizer"] | {"expires_at": "1700000000"}
    assert function(context(authorizer=authorizer)) == {"statusCode": 200}
    assert (names(aws), connections.messages) == ([], {})


def test_a_client_that_left_at_once_does_no_harm(function: Function, connections: FakeConnections) -> None:
    connections.leave(CONNECTION)
    assert function(EVENT) == {"statusCode": 200}
