"""Faults on demand: rules, counts and probabilities."""

import random

import pytest

from local.faults import Fault, Faults


def test_a_rule_holds_for_its_turns_and_every_call_is_counted() -> None:
    faults = Faults("kendra.Query=ThrottlingException*2")

    taken = [faults.take("kendra", "Query", {}) for _ in range(3)]

    assert taken == [Fault(error="ThrottlingException"), Fault(error="ThrottlingException"), None]
    assert faults.calls == {"kendra.Query": 3}


def test_a_spent_rule_makes_room_for_the_next() -> None:
    faults = Faults("kendra.Query=delay:2.5*1, kendra.*=malformed")

    assert [faults.take("kendra", "Query", {}) for _ in range(2)] == [Fault(delay=2.5), Fault(malformed=True)]
    assert faults.take("bedrock-runtime", "Converse", {}) is None


def test_a_probability_strikes_about_as_often() -> None:
    faults = Faults("kendra.BatchPutDocument=InternalServerException@0.2", random.Random(7))

    struck = sum(faults.take("kendra", "BatchPutDocument", {}) is not None for _ in range(1000))

    assert 150 < struck < 250


def test_a_task_of_a_workflow_fails_where_its_input_speaks_of_a_text() -> None:
    faults = Faults("docent-ingest-document.SyncIndex[a.pdf]=lost:States.Timeout*1, docent-*.SyncIndex[b.pdf]=kill:0.5")

    def taken(about: str) -> Fault | None:
        return faults.take("docent-ingest-document", "SyncIndex", {}, about)

    assert taken('{"key": "a.pdf"}') == Fault(lost="States.Timeout")
    assert taken('{"key": "a.pdf"}') is None
    assert taken('{"key": "b.pdf"}') == Fault(kill=0.5)
    assert taken('{"key": "c.pdf"}') is None
    assert faults.struck == {
        "docent-ingest-document.SyncIndex[a.pdf]=lost:States.Timeout*1": 1,
        "docent-*.SyncIndex[b.pdf]=kill:0.5": 1,
    }


def test_a_header_strikes_one_call() -> None:
    faults = Faults("")

    assert faults.take("kendra", "Query", {"x-docent-fault": "reply:a*b"}) == Fault(reply="a*b")
    assert faults.take("kendra", "Query", {}) is None


def test_the_environment_holds_the_first_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCENT_FAULTS", "kendra.Query=ConflictException")

    assert Faults().take("kendra", "Query", {}) == Fault(error="ConflictException")


@pytest.mark.parametrize(
    "rules", ["kendra.Query", "kendra.Query=", "a.B=oops", "a.B=delay:long", "a.B=Error@x", "a.B=lost:it", "a.B=kill"]
)
def test_a_bad_rule_is_refused_and_changes_nothing(rules: str) -> None:
    faults = Faults("kendra.Query=ConflictException")

    with pytest.raises(ValueError, match=r"."):
        faults.set(rules)

    assert faults.take("kendra", "Query", {}) == Fault(error="ConflictException")
