"""Masking of summaries, through the handler: what is stored, and that nothing is stored unmasked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.errors import MisconfiguredError, ThrottledError
from docent.overlapping_pieces import Span
from mask_summaries.masked_records import masked_record, text_of
from mask_summaries.paced_masking import MaskedText
from mask_summaries.private_texts import joined, parted, texts_of, without_tags
from tests.support.aws import SUMMARIES_TABLE, World
from tests.support.fake_models import FakeGuardrail
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.summary_jobs import job_of, put_job

# An event loop wakes itself through a pair of sockets.
pytestmark = pytest.mark.usefixtures("socket_enabled")

EVENT = sample_event("mask_summaries.chunk.json")
INSIGHTS = EVENT["insights"]["key"]
MASKED = INSIGHTS.replace("insights-", "masked-")


@pytest.fixture(autouse=True)
def _nothing_masked_yet(aws: World) -> None:
    for key in aws.list_keys("summaries/"):
        aws.delete(key)
    aws.delete_items(SUMMARIES_TABLE)


def record(record_id: str, text: str, **more: Any) -> dict[str, Any]:
    insights = {"summary": [{"text": text, "turns": [1]}], "resolved": "yes"}
    return {"record_id": record_id, "outcome": "ok", "insights": insights, "unsupported": []} | more


@pytest.fixture
def put(aws: World) -> Any:
    def put(*records: dict[str, Any]) -> None:
        aws.put(INSIGHTS, "".join(f"{json.dumps(each)}\n" for each in records).encode())

    return put


def masked_lines(aws: World) -> list[dict[str, Any]]:
    return [json.loads(line) for line in aws.read(MASKED).splitlines()]


def summary(line: dict[str, Any]) -> str:
    return line["insights"]["summary"][0]["text"]


def test_each_record_is_clean_or_masked_or_blocked(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    guardrail.masks, guardrail.blocks = {CANARY: "NAME"}, {"hunter2": "PASSWORD"}
    put(record("a", "The customer moves."), record("b", f"{CANARY} moves."), record("c", "The password is hunter2."))
    result = function(EVENT)
    clean, masked, blocked = masked_lines(aws)
    assert (clean["outcome"], summary(clean)) == ("clean", "The customer moves.")
    assert (masked["outcome"], summary(masked), masked["pii"]) == ("masked", "{NAME} moves.", {"NAME": 1})
    assert blocked == {"record_id": "c", "outcome": "blocked", "reason": "The guardrail blocked it.", "unsupported": []}
    assert result["outcomes"] == {"clean": 1, "masked": 1, "blocked": 1}
    assert result["pii"] == {"NAME": 1}
    assert result["masked"] == {"bucket": EVENT["insights"]["bucket"], "key": MASKED}
    assert result["text_units"] == 3
    assert 0 < result["recall"]["EMAIL"] <= 1


def test_every_text_of_a_record_is_masked_in_one_call(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    guardrail.masks = {CANARY: "NAME"}
    insights = {
        "summary": [{"text": f"{CANARY} calls.", "turns": [1]}, {"text": "It is settled.", "turns": [2]}],
        "action_items": [{"text": "Call back.", "owner": CANARY, "due": "", "turns": [2], "unsupported": "date"}],
    }
    put(record("a", "") | {"insights": insights})
    function(EVENT)
    (line,) = masked_lines(aws)
    assert line["insights"] == {
        "summary": [{"text": "{NAME} calls.", "turns": [1]}, {"text": "It is settled.", "turns": [2]}],
        "action_items": [{"text": "Call back.", "owner": "{NAME}", "due": "", "turns": [2], "unsupported": "date"}],
    }
    assert len(guardrail.requests) == 1


def test_a_record_without_insights_keeps_its_outcome_and_needs_no_call(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put({"record_id": "a", "outcome": "invalid_output", "reason": "The reply has no text.", "reply": CANARY})
    assert function(EVENT)["outcomes"] == {"invalid_output": 1}
    assert masked_lines(aws) == [{"record_id": "a", "outcome": "invalid_output", "reason": "The reply has no text."}]
    assert guardrail.requests == []


def test_what_is_said_of_a_record_besides_its_insights_is_kept(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    said = {
        "reason": "Part 1 of 2 is not covered: There is no reply to it.",
        "coverage": {"turns": 4, "characters": 90, "covered_turns": 2, "covered_characters": 40},
        "usage": {"inputTokens": 9, "outputTokens": 3},
        "roles_uncertain": True,
        "unsupported": [{"insight": "summary", "kind": "number", "why": "A number in it occurs in no turn."}],
    }
    put(record("a", "The customer moves.", **said))
    function(EVENT)
    (line,) = masked_lines(aws)
    assert {name: line[name] for name in said} == said


def test_what_a_service_says_of_an_error_can_repeat_personal_data(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put({"record_id": "a", "outcome": "error", "reason": "Cannot read 'erika@example.com'."})
    function(EVENT)
    assert masked_lines(aws)[0]["reason"] == "Cannot read '{EMAIL}'."


def test_a_tag_that_was_there_before_is_kept_and_not_counted(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    guardrail.masks = {"[NAME]": "NAME", "Erika": "NAME"}
    put(record("a", "[NAME] and Erika called about [PII]."))
    result = function(EVENT)
    assert summary(masked_lines(aws)[0]) == "[NAME] and {NAME} called about [PII]."
    assert result["pii"] == {"NAME": 1}


def test_what_the_guardrail_left_is_found_by_the_residual_check_and_told_by_its_type(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put(record("a", "Write to erika@example.com."))
    result = function(EVENT)
    (line,) = masked_lines(aws)
    assert (line["outcome"], summary(line)) == ("masked", "Write to {EMAIL}.")
    assert (result["pii"], result["residual"]) == ({}, {"EMAIL": 1})
    assert b"erika@example.com" not in aws.read(MASKED)


# Faults.


def test_a_fault_that_passes_is_waited_for(function: Function, aws: World, guardrail: FakeGuardrail, put: Any) -> None:
    guardrail.fail("ThrottlingException", "InternalServerException")
    put(record("a", "The customer moves."))
    assert function(EVENT)["outcomes"] == {"clean": 1}


def test_a_text_that_the_guardrail_refuses_fails_and_the_others_go_on(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    guardrail.fail("ValidationException")
    put(record("a", f"{CANARY} moves."), record("b", f"{CANARY} moves out."))
    guardrail.masks = {CANARY: "NAME"}
    result = function(EVENT)
    assert result["outcomes"] == {"failed": 1, "masked": 1}
    assert CANARY.encode() not in aws.read(MASKED)


def test_a_missing_permission_is_nobodys_record(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    guardrail.fail("AccessDeniedException")
    put(record("a", "The customer moves."))
    with pytest.raises(MisconfiguredError):
        function(EVENT)
    assert MASKED not in aws.list_keys()


def test_a_file_for_which_there_is_no_time_goes_on_where_it_stopped(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put(*(record(str(number), f"Call {number}.") for number in range(4)))
    function.set(CALLS_PER_SECOND="0.001")
    with pytest.raises(ThrottledError):
        function(EVENT)
    assert MASKED not in aws.list_keys()
    assert len(guardrail.requests) == 1
    function.set(CALLS_PER_SECOND="1000")
    aws.delete_items(SUMMARIES_TABLE)  # a thousand seconds later
    assert function(EVENT)["outcomes"] == {"clean": 4}
    assert len(guardrail.requests) == 4
    assert [line["record_id"] for line in masked_lines(aws)] == ["0", "1", "2", "3"]


def test_what_was_masked_of_other_content_is_not_taken(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put(record("a", "The customer moves."))
    function.remaining_milliseconds = 0
    with pytest.raises(ThrottledError):
        function(EVENT)
    function.remaining_milliseconds = 840_000
    function(EVENT)
    put(record("a", "The customer stays."))
    function(EVENT)
    assert summary(masked_lines(aws)[0]) == "The customer stays."


# Several texts in one call.


def test_texts_in_one_call_are_told_apart_by_their_outputs(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    function.set(TEXTS_PER_CALL="3")
    guardrail.masks, guardrail.outputs_each = {CANARY: "NAME"}, True
    put(record("a", f"{CANARY} moves."), record("b", "The customer moves."), record("c", f"It is {CANARY}."))
    assert function(EVENT)["outcomes"] == {"masked": 2, "clean": 1}
    assert [summary(line) for line in masked_lines(aws)] == ["{NAME} moves.", "The customer moves.", "It is {NAME}."]
    assert len(guardrail.requests) == 1


def test_a_reply_that_cannot_be_told_apart_is_not_used(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    function.set(TEXTS_PER_CALL="3")
    guardrail.masks = {CANARY: "NAME"}
    put(record("a", f"{CANARY} moves."), record("b", "The customer moves."))
    assert function(EVENT)["outcomes"] == {"masked": 1, "clean": 1}
    assert [len(request["content"]) for request in guardrail.asked("ApplyGuardrail")] == [2, 1, 1]


def test_outputs_in_another_order_are_not_used(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    function.set(TEXTS_PER_CALL="2")
    guardrail.masks, guardrail.outputs_each = {CANARY: "NAME"}, True
    reply = guardrail.reply
    monkeypatch.setattr(guardrail, "reply", lambda outputs, assessment: reply(outputs[::-1], assessment))
    put(record("a", f"{CANARY} moves."), record("b", f"It is {CANARY}."))
    function(EVENT)
    assert [summary(line) for line in masked_lines(aws)] == ["{NAME} moves.", "It is {NAME}."]


def test_a_block_in_a_shared_call_is_one_texts(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    function.set(TEXTS_PER_CALL="2")
    guardrail.blocks = {"hunter2": "PASSWORD"}
    put(record("a", "It is hunter2."), record("b", "The customer moves."))
    assert function(EVENT)["outcomes"] == {"blocked": 1, "clean": 1}


# Languages.


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The customer wants to cancel the contract with the provider.", "clean"),
        ("Der Kunde möchte den Vertrag mit dem Anbieter kündigen und nicht zahlen.", "failed"),
        ("Клиент хочет расторгнуть договор с поставщиком.", "failed"),
        ("お客様は契約を解約したいと考えています。", "failed"),
    ],
)
def test_a_language_that_the_guardrail_does_not_cover_is_never_passed_through(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any, text: str, outcome: str
) -> None:
    function.set(GUARDRAIL_LANGUAGES="en,fr,es")
    put(record("a", text))
    assert function(EVENT)["outcomes"] == {outcome: 1}
    assert text.encode() not in aws.read(MASKED) or outcome == "clean"


def test_the_jobs_language_counts_before_what_the_words_tell(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    function.set(GUARDRAIL_LANGUAGES="en,fr,es")
    put(record("a", "The customer moves."))
    assert function(EVENT | {"language": "de"})["outcomes"] == {"failed": 1}


# Hostile texts.

TEXTS = st.lists(st.text(st.sampled_from("ab ⁂\n{}[]NAME."), max_size=12), max_size=6)


@given(TEXTS, st.data())
def test_texts_that_were_joined_are_parted_as_they_were(texts: list[str], data: st.DataObject) -> None:
    whole = joined(texts)
    assert parted(texts, []) == [text.replace("⁂", "*") for text in texts]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    if start < end:
        masked = parted(texts, [Span(start, end, "{X}")])
        assert len(masked) == len(texts)
        assert sum(map(len, masked)) <= len("".join(texts)) + 3 * len(texts)
        hidden = whole[start:end].replace("⁂", "").strip()
        assert not hidden or any("{X}" in text for text in masked)


@given(TEXTS)
def test_a_record_whose_masking_failed_keeps_none_of_its_texts(texts: list[str]) -> None:
    source = {"record_id": "a", "outcome": "ok", "insights": {"summary": [{"text": f"{CANARY}{t}"} for t in texts]}}
    for outcome in ("blocked", "failed"):
        assert CANARY not in json.dumps(masked_record(source, MaskedText(outcome, reason="Why.")))
    assert text_of(source).count(CANARY) == len(texts_of(source["insights"])) == len(texts)


def test_a_span_that_reaches_beyond_a_tag_is_masked() -> None:
    text = "[NAME] Miller"
    assert without_tags(text, [Span(0, 6, "{NAME}"), Span(1, 5, "{NAME}"), Span(0, 13, "{NAME}")]) == [
        Span(0, 13, "{NAME}")
    ]


def test_how_many_records_are_masked_is_counted_once(
    function: Function, aws: World, guardrail: FakeGuardrail, put: Any
) -> None:
    put_job(aws, EVENT["job_id"], "MASKING", generation=EVENT["generation"])
    put(*(record(f"CALL000000{number}", "The router is broken.") for number in range(3)))
    function(EVENT)
    assert job_of(aws, EVENT["job_id"])["records_done"] == "3"
    function(EVENT)
    assert job_of(aws, EVENT["job_id"])["records_done"] == "3"
    function(EVENT | {"generation": "0" * 32})
    assert job_of(aws, EVENT["job_id"])["records_done"] == "3"
