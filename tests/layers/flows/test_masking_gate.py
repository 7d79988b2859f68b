"""The gate that documents of a run pass: what the guardrail found once is nowhere, and doubt passes nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.errors import TransientError
from flows.masking_gate import WITHHELD, Gate

CANARY, EMAIL = "Zebulon Quatermain", "zebulon@example.com"


class Guard:
    """A guardrail that finds the name only where it follows `I am`, as a model does by context."""

    def __init__(self, joined: bool = False) -> None:
        self.calls = 0
        self._joined = joined

    def __call__(self, texts: Sequence[str]) -> Mapping[str, Any]:
        self.calls += 1
        found = [("EMAIL", EMAIL)] * any(EMAIL in text for text in texts)
        found += [("NAME", CANARY)] * any(f"I am {CANARY}" in text for text in texts)
        if any("curse" in text for text in texts):
            blocked = {"contentPolicy": {"filters": [{"type": "INSULTS", "action": "BLOCKED"}]}}
            return {"action": "GUARDRAIL_INTERVENED", "outputs": [{"text": "No."}], "assessments": [blocked]}
        if not found:
            return {"action": "NONE", "outputs": [], "assessments": []}
        outputs = list(texts)
        for kind, value in found:
            outputs = [text.replace(value, f"{{{kind}}}") for text in outputs]
        entities = [{"type": kind, "match": value, "action": "ANONYMIZED"} for kind, value in found]
        shown = ["".join(outputs)] if self._joined else outputs
        return {
            "action": "GUARDRAIL_INTERVENED",
            "outputs": [{"text": text} for text in shown],
            "assessments": [{"sensitiveInformationPolicy": {"piiEntities": entities, "regexes": []}}],
        }


@pytest.mark.parametrize("joined", [False, True])
def test_a_name_that_was_found_once_is_masked_everywhere(joined: bool) -> None:
    gate = Gate(Guard(joined), 25)
    assert gate.document(f"I am {CANARY} <{EMAIL}>.") == "I am {NAME} <{EMAIL}>."
    assert gate.document(f"{CANARY} was not found.") == "{NAME} was not found."
    assert gate.document("Dear Mr. Quatermain,") == "Dear Mr. {NAME},"


def test_what_was_found_is_masked_in_capitals_and_small_letters() -> None:
    gate = Gate(Guard(), 25)
    gate.document(f"I am {CANARY} <{EMAIL}>.")
    assert gate.document([f"{CANARY} {EMAIL}".lower(), f"{CANARY} {EMAIL}".upper()]) == ["{NAME} {EMAIL}"] * 2
    assert gate.document("QUATERMAIN zebulons") == "{NAME} zebulons", "a part of a word is another word"


def test_a_name_that_is_a_word_too_stays_a_word() -> None:
    def guard(texts: Sequence[str]) -> Mapping[str, Any]:
        entities = [{"type": "NAME", "match": "Will Rose", "action": "ANONYMIZED"}]
        outputs = [{"text": text.replace("Will Rose", "{NAME}")} for text in texts]
        policy = {"sensitiveInformationPolicy": {"piiEntities": entities, "regexes": []}}
        return {"action": "GUARDRAIL_INTERVENED", "outputs": outputs, "assessments": [policy]}

    gate = Gate(guard, 25)
    gate.document("I am Will Rose.")
    assert gate.document("A rose will grow, says WILL ROSE, will rose") == "A rose will grow, says {NAME}, {NAME}"


DOCUMENTS = st.recursive(
    st.sampled_from([CANARY, EMAIL, f"error: {CANARY}", "nothing", "", 42, None, True]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "type", "a", CANARY, EMAIL]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(DOCUMENTS)
def test_no_document_of_any_shape_carries_it_out(document: Any) -> None:
    gate = Gate(Guard(), 25)
    gate.document(f"I am {CANARY}")
    events = gate.events(
        [
            {"flowOutputEvent": {"nodeName": "Out", "content": {"document": document}}},
            {"flowTraceEvent": {"trace": {"nodeActionTrace": {"nodeName": "A", "operationRequest": document}}}},
            {"nodeFailureEvent": {"nodeName": "A", "errorCode": "VALIDATION", "errorMessage": str(document)}},
        ]
    )
    text = json.dumps(events)
    assert CANARY not in text
    assert EMAIL not in text
    assert events[0]["flowOutputEvent"]["nodeName"] == "Out"


def test_a_blocked_text_is_withheld_and_the_others_stay() -> None:
    gate = Gate(Guard(), 25)
    assert gate.document({"a": "a curse", "b": "kind words"}) == {"a": WITHHELD, "b": "kind words"}


def test_values_in_a_guardrails_findings_are_neither_shown_nor_forgotten() -> None:
    gate = Gate(Guard(), 25)
    finding = {"type": "NAME", "match": CANARY, "action": "ANONYMIZED"}
    (event,) = gate.events(
        [{"flowTraceEvent": {"trace": {"nodeActionTrace": {"operationResponse": {"x": [finding]}}}}}]
    )
    assert CANARY not in json.dumps(event)
    assert gate.document(f"By {CANARY}") == "By {NAME}"


def test_a_text_is_asked_about_once() -> None:
    guard = Guard()
    gate = Gate(guard, 25)
    for _ in range(3):
        gate.document({"a": "the same", "b": ["the same"]})
    assert guard.calls == 1


def test_long_texts_are_sent_in_pieces_of_what_a_call_takes() -> None:
    gate = Gate(Guard(), 1)
    text = f"{'word ' * 500}{EMAIL} {'word ' * 500}"
    assert EMAIL not in gate.document(text)


def test_what_the_guardrail_does_not_answer_does_not_pass() -> None:
    def fails(texts: Sequence[str]) -> Mapping[str, Any]:
        raise TransientError("No answer.")

    with pytest.raises(TransientError):
        Gate(fails, 25).document("anything")
