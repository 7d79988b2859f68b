"""The end of the chain goes where nobody can change it."""

import pytest

from docent import clients
from governing.audit_anchors import read_anchors
from governing.audit_log import last_entry, write_with_entry
from tests.support.aws import AUDIT_BUCKET, AUDIT_TABLE, DERIVED_BUCKET, World, session
from tests.support.functions import Function
from tests.support.project import sample_event

EVENT = sample_event("anchor_audit.scheduled.json")


def test_the_last_entry_is_anchored(function: Function, aws: World) -> None:
    assert function(EVENT) == {"sequence": 0}
    write_with_entry(AUDIT_TABLE, {"event": "AccessGranted"})
    last = last_entry(AUDIT_TABLE)
    assert last
    assert function(EVENT) == function(EVENT) == {"sequence": 1}
    assert [(anchor.sequence, anchor.digest) for anchor in read_anchors(AUDIT_BUCKET)] == [(1, last.digest)]


def test_the_governance_account_gets_each_anchor_too(
    function: Function, aws: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles: list[str] = []

    def assumed(role_arn: str) -> object:
        roles.append(role_arn)
        return session()

    monkeypatch.setattr(clients, "session_of", assumed)
    clients.s3_as.cache_clear()
    function.set(GOVERNANCE_BUCKET=DERIVED_BUCKET, GOVERNANCE_ROLE_ARN="arn:aws:iam::444444444444:role/docent")
    write_with_entry(AUDIT_TABLE, {"event": "AccessGranted"})
    function(EVENT)
    assert list(read_anchors(DERIVED_BUCKET)) == list(read_anchors(AUDIT_BUCKET)) != []
    assert roles == ["arn:aws:iam::444444444444:role/docent"]
