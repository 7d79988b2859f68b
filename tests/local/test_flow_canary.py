"""A word that is sent through each type of node is in the run's events, and nowhere else on the machine."""

from typing import Any

import pytest
from botocore.exceptions import EventStreamError

from tests.support.flow_canary import BUCKET, S3, branching, collecting, looping, storing
from tests.support.flow_definitions import code, line, node, prompt
from tests.support.flow_machine import EVERYTHING, TRUST, outputs, prepared, run
from tests.support.machine import Machine

type Json = dict[str, Any]

CANARY = "Sommerwind0815"


FLOWS: dict[str, tuple[Json, Any]] = {
    "prompt": (line(prompt("Ask", "<help>Say {{ask}}.</help><message>{{ask}}</message>", ask="String")), CANARY),
    "code": (line(code("Same", "text", "String", text="String")), CANARY),
    "condition": (branching(), CANARY),
    "iterator": (collecting(), [CANARY]),
    "loop": (looping(), CANARY),
    "storage": (storing(), CANARY),
    "retrieval": (line(node("Retrieval", "Read", {"objectKey": "String"}, {"s3Content": "String"}, S3)), CANARY),
}


@pytest.fixture(scope="module")
def role(machine: Machine) -> str:
    s3 = machine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=CANARY, Body=CANARY.encode())
    return machine.role("canary-role", TRUST, EVERYTHING)


@pytest.mark.parametrize("kind", FLOWS)
def test_a_word_of_the_input_is_not_kept_outside_of_the_run(machine: Machine, role: str, kind: str) -> None:
    definition, document = FLOWS[kind]
    flow_id = prepared(machine.client("bedrock-agent"), role, definition, f"canary-{kind}")
    assert CANARY in str(outputs(run(machine.client("bedrock-agent-runtime"), flow_id, document)))
    assert kept(machine) == []


@pytest.mark.parametrize("document", [CANARY, {"a": CANARY}])
def test_a_word_of_a_run_that_fails_is_not_kept(machine: Machine, role: str, document: Any) -> None:
    definition = line(code("Fail", "raise ValueError(text)", "String", text="String"))
    flow_id = prepared(machine.client("bedrock-agent"), role, definition, f"canary-{type(document).__name__}")
    with pytest.raises(EventStreamError):
        run(machine.client("bedrock-agent-runtime"), flow_id, document)
    assert kept(machine) == []


def kept(machine: Machine) -> list[str]:
    """The files of the engine, and its log, that have the word."""
    files = [machine.settings.log, *(machine.settings.home / "flows").iterdir()]
    return [file.name for file in files if CANARY.encode() in file.read_bytes()]
