"""The knowledge base follows the files of policies."""

import pytest

from docent.errors import TransientError
from tests.support.fake_flows import FakeFlows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("sync_policies.file.json")


def test_changed_files_start_one_job(function: Function, flows: FakeFlows) -> None:
    function(EVENT | {"Records": EVENT["Records"] * 3})
    assert flows.jobs == 1
    (sent,) = flows.asked("StartIngestionJob")
    assert (sent["knowledgeBaseId"], sent["dataSourceId"]) == ("KB12345678", "DS12345678")


def test_while_a_job_runs_the_messages_stay_in_the_queue(function: Function, flows: FakeFlows) -> None:
    flows.fail("ConflictException")
    with pytest.raises(TransientError):
        function(EVENT)
