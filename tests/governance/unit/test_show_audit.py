"""The log of decisions: who reads it, page by page, with its anchors."""

from docent.callers import Caller
from governing.audit_anchors import put_anchor
from governing.audit_chain import Anchor, Entry, problems_of
from governing.audit_log import last_entry, write_with_entry
from tests.support.api_calls import FOREVER, asked, call
from tests.support.aws import AUDIT_BUCKET, AUDIT_TABLE, World
from tests.support.functions import Function
from tests.support.governed_access import STELLA
from tests.support.project import sample_event

EVENT = sample_event("show_audit.first_page.json")


def test_a_whole_log_is_read_page_by_page_and_is_a_chain(function: Function, aws: World) -> None:
    for number in range(5):
        assert write_with_entry(AUDIT_TABLE, {"event": "AccessGranted", "by": "Jörg", "number": number})
    last = last_entry(AUDIT_TABLE)
    assert last
    put_anchor(AUDIT_BUCKET, Anchor("2026-11-29", last.sequence, last.digest))
    entries, anchors, after = [], [], 0
    while after is not None:
        status, page = call(function, asked(EVENT, STELLA, query={"after": after, "limit": 2}))
        assert status == 200
        entries += [Entry.from_json(each) for each in page["entries"]]
        anchors += [Anchor.from_json(each) for each in page.get("anchors", [])]
        after = page.get("next_after")
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert len(anchors) == 1
    assert problems_of(entries, anchors) == []


def test_stewards_and_operators_read_it_and_nobody_else(function: Function, aws: World) -> None:
    operator = Caller("0", "ops@example.com", ("operators",), FOREVER)
    assert [call(function, asked(EVENT, caller))[0] for caller in (None, operator, STELLA)] == [403, 200, 200]
