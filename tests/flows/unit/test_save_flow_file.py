"""Saving the file of a flow: by editors alone, and never over what somebody else has saved."""

from typing import Any

import pytest

from docent.callers import Caller
from flows.deployed_files import deployed_files
from flows.kept_files import FlowFile
from tests.support.api_calls import MARY, asked, call
from tests.support.aws import World
from tests.support.functions import Function
from tests.support.people_of_flows import EDITOR
from tests.support.project import sample_event

EVENT = sample_event("save_flow_file.text.json")
FILE = deployed_files()["customer-service"]
DEPLOYED = FlowFile(FILE["text"], FILE["layout"])
TEXT = '{\n "nodes": [],\n  "connections": [] }\n'


def save(function: Function, revision: str, text: str = TEXT, caller: Caller = EDITOR) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body={"text": text, "layout": "", "revision": revision}))


def test_a_file_is_kept_to_the_byte(function: Function, aws: World) -> None:
    status, body = save(function, DEPLOYED.revision)
    assert (status, body["text"], body["is_draft"], body["saved_by"]) == (200, TEXT, True, EDITOR.user)


def test_what_somebody_else_has_saved_meanwhile_stays(function: Function, aws: World) -> None:
    save(function, DEPLOYED.revision)
    status, body = save(function, DEPLOYED.revision, text="{}")
    assert (status, body["type"]) == (409, "urn:docent:problem:FlowFileChangedError")
    assert EDITOR.user in body["detail"]


def test_the_revision_of_a_save_leads_to_the_next(function: Function, aws: World) -> None:
    _, first = save(function, DEPLOYED.revision)
    status, second = save(function, first["revision"], text="{}")
    assert (status, second["text"]) == (200, "{}")


def test_only_editors_save(function: Function, aws: World) -> None:
    status, body = save(function, DEPLOYED.revision, caller=MARY)
    assert (status, body["type"]) == (403, "urn:docent:problem:FlowForbiddenError")


@pytest.mark.parametrize("text", ["[]", "{", "  "])
def test_what_is_no_json_object_is_refused(function: Function, aws: World, text: str) -> None:
    assert save(function, DEPLOYED.revision, text=text)[0] == 400
