"""The console's files and configuration in its bucket, and what CloudFormation is told."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.support.aws import World
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("publish_console.create.json")


class CloudFormation(HTTPServer):
    """Takes answers at the address that it names in its requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.answers: list[dict[str, Any]] = []

    def request(self, kind: str, **changes: Any) -> dict[str, Any]:
        return EVENT | {"RequestType": kind, "ResponseURL": f"http://127.0.0.1:{self.server_port}/answer"} | changes


class _Answers(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert isinstance(self.server, CloudFormation)
        self.server.answers.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def cloudformation(socket_enabled: None) -> Iterator[CloudFormation]:
    with CloudFormation() as server:
        thread = Thread(target=lambda: server.serve_forever(0.05))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_page_its_parts_and_the_configuration_are_put_into_the_bucket(
    function: Function, aws: World, cloudformation: CloudFormation
) -> None:
    function(cloudformation.request("Create"))
    (answer,) = cloudformation.answers
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "PublishedConsole")
    assert json.loads(aws.read("config.json")) == EVENT["ResourceProperties"]["Config"]
    assert b"<!doctype html>" in aws.read("index.html").lower()
    assert [key for key in aws.list_keys() if key.startswith("assets/") and key.endswith(".js")]


def test_a_page_that_is_open_still_finds_its_parts_after_a_release(
    function: Function, aws: World, cloudformation: CloudFormation
) -> None:
    aws.put("assets/index-of-before.js", b"")
    function(cloudformation.request("Update", PhysicalResourceId="PublishedConsole"))
    assert "assets/index-of-before.js" in aws.list_keys()


def test_a_deleted_console_leaves_an_empty_bucket(
    function: Function, aws: World, cloudformation: CloudFormation
) -> None:
    function(cloudformation.request("Create"))
    function(cloudformation.request("Delete", PhysicalResourceId="PublishedConsole"))
    assert aws.list_keys() == set()
    assert [answer["Status"] for answer in cloudformation.answers] == ["SUCCESS", "SUCCESS"]


def test_cloudformation_hears_of_a_failure_and_does_not_wait_for_an_hour(
    function: Function, aws: World, cloudformation: CloudFormation
) -> None:
    function.set(CONSOLE_BUCKET="docent-no-such-bucket")
    with pytest.raises(Exception, match="the console was written"):
        function(cloudformation.request("Create"))
    (answer,) = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("MisconfiguredError: ")
