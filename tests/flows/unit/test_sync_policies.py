"""The knowledge base follows the files of policies."""

import json

import pytest

from docent.errors import TransientError
from tests.support.fake_flows import FakeFlows
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("sync_policies.file.json")


@pytest.mark.parametrize("name", ["s3.policy_put.json", "s3.policy_deleted.json"])
def test_changed_files_start_one_job(function: Function, flows: FakeFlows, name: str) -> None:
    record = EVENT["Records"][0] | {"body": json.dumps(sample_event(name))}
    function(EVENT | {"Records": [record] * 3})
    assert flows.jobs == 1
    (sent,) = flows.asked("StartIngestionJob")
    assert (sent["knowledgeBaseId"], sent["dataSourceId"]) == ("KB12345678", "DS12345678")


def test_while_a_job_runs_the_messages_stay_in_the_queue(function: Function, flows: FakeFlows) -> None:
    flows.fail("ConflictException")
    with pytest.raises(TransientError):
        function(EVENT)
