"""Runs last of its group: together its tests went through every state of the workflows of documents."""

import json

import pytest

from tests.support.project import MACHINES, definition, every_state
from tests.support.stack import Stack

pytestmark = [pytest.mark.xdist_group("states"), pytest.mark.last]


OF_DOCUMENTS = [path for path in MACHINES if path.parent.name in ("ingest", "failures")]
# No document gets there; tests/questionnaires has what does.
OF_OTHER_WORK = {"RecordDebatesFailed", "RecordQuestionnaireFailed", "RecordSummaryFailed"}
# test_vector_index.py has what runs with S3 Vectors, and while a stack moves to it.
OF_THE_OTHER_INDEX = {
    "ExtractPassages",
    "RemoveFromFormerIndex",
    "IsAnythingLeftInFormerIndex",
    "ConfirmRemovedFromFormerIndex",
    "IsFormerIndexClear",
    "WaitForFormerIndex",
}


@pytest.mark.parametrize("path", OF_DOCUMENTS, ids=lambda path: path.name)
def test_every_state_was_visited(running_stack: Stack, path, request: pytest.FixtureRequest) -> None:
    ran = {item.path.name for item in request.session.items}
    if not {"test_ingest_document.py", "test_remove_document.py", "test_record_failure.py"} <= ran:
        pytest.skip("only part of the tests ran")
    name = path.name.removesuffix(".asl.json").replace("_", "-")
    arn = running_stack.target.outputs["IngestDocumentArn"].replace("ingest-document", name)
    client = running_stack.target.step_functions
    visited: set[str] = set()
    for page in client.get_paginator("list_executions").paginate(stateMachineArn=arn):
        for execution in page["executions"]:
            visited |= set(running_stack.states(execution["executionArn"]))
    inside_maps = {
        inner
        for _, state, _ in every_state(definition(path))
        for inner in state.get("ItemProcessor", {"States": {}})["States"]
    }  # the histories of a map's children are theirs alone; that they ran shows in what they left behind
    missing = {state for state, _, _ in every_state(definition(path))} - visited - inside_maps
    missing -= OF_OTHER_WORK | OF_THE_OTHER_INDEX
    assert not missing, json.dumps(sorted(missing))
