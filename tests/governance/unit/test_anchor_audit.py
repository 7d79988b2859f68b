"""The end of the chain goes where nobody can change it."""

from governing.audit_anchors import read_anchors
from governing.audit_log import last_entry, write_with_entry
from tests.support.aws import AUDIT_BUCKET, AUDIT_TABLE, World
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
