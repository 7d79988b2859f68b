"""A deployed home is updated in place with other parameters."""

from collections.abc import Iterator

import pytest

from cli import machine, people
from cli.asking import ask_question
from cli.target import Target
from tests.support.deployments import copy_deployed, running, settings_for
from tests.support.http import http
from tests.support.stack import SECONDS

pytestmark = [pytest.mark.stack, pytest.mark.timeout(SECONDS)]
SECOND_ORIGIN = "https://docs.example.com"
# Each switches a condition, or a list to more than one value.
OTHERS = {
    "AllowedOrigins": f"http://localhost:5173,{SECOND_ORIGIN}",
    "AccessLogRole": "exists",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:000000000000:alarms",
    "CaptionConcurrency": "3",
    "Firewall": "on",
    "GuardrailProfile": "",
}


@pytest.fixture
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    settings = settings_for(tmp_path_factory.mktemp("updated"))
    copy_deployed(tmp_path_factory, settings)
    with running(settings):
        yield Target(local=settings)


def test_a_deployment_changes_in_place(deployed: Target) -> None:
    index = deployed.outputs["IndexId"]
    apis = deployed.client("apigateway")
    (api,) = (each["id"] for each in apis.get_rest_apis()["items"] if each["name"] == "docent")
    assert [stage["stageName"] for stage in apis.get_stages(restApiId=api)["item"]] == ["v1"]

    machine.keep_parameters(deployed.local, OTHERS)
    assert machine.deploy(deployed.local, print)
    updated = Target(local=deployed.local)
    assert updated.outputs["IndexId"] == index
    assert [stage["stageName"] for stage in apis.get_stages(restApiId=api)["item"]] == ["v1"]
    refused = http.get(f"{updated.outputs['ApiUrl']}/documents", headers={"Origin": SECOND_ORIGIN})
    assert refused.status_code == 401
    assert refused.headers["Access-Control-Allow-Origin"] == SECOND_ORIGIN
    people.sign_in_locally(updated, print)
    assert ask_question(updated, "What is in the documents?")["citations"] == []
