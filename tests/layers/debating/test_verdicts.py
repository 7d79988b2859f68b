"""A verdict is what the last answer line says, and nothing else is one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debating.verdicts import TOOL, Verdict, read_verdict, verdict_of
from tests.support.project import CORPUS


@pytest.mark.parametrize("line", [
    "Final Answer: B", "Answer: B", "final answer: b.", "**Final Answer: B**", "Final Answer: **(B)**",
    "Final Answer: Answer B", "Final Answer: Debater B", "Final Answer:\u200b\u00a0<B>", "- Final Answer: `B`",
])  # fmt: skip
def test_an_answer_line_may_be_written_in_many_ways(line: str) -> None:
    assert read_verdict(line) == Verdict("B")


@pytest.mark.parametrize("line", [
    "Final Answer: A|B", "Final Answer: A or B", "Final Answer: neither", "Final Answer: both", "Final Answer: C",
    "Final Answer: AB", "Final Answer: A\nFinal Answer: B",
])  # fmt: skip
def test_an_answer_line_without_one_answer_is_undecided(line: str) -> None:
    assert read_verdict(line) == Verdict(None, "undecided")


def test_the_last_answer_line_decides() -> None:
    assert read_verdict("Answer: A\nOn reflection, the quote decides.\nFinal Answer: B") == Verdict("B")
    assert read_verdict("<thinking>Final Answer: A</thinking>\nFinal Answer: B") == Verdict("B")


@pytest.mark.parametrize("text", ["INCORRECT", "Answer A seems right, but B has quotes.", "", "downgrade: A"])
def test_a_reply_without_an_answer_line_cannot_be_read(text: str) -> None:
    assert read_verdict(text) == Verdict(None, "unreadable")


def test_a_refusal_is_told_apart() -> None:
    assert read_verdict("I'm sorry, I can't help with that.") == Verdict(None, "refused")


def reply(*content: dict[str, Any], stop: str = "end_turn") -> dict[str, Any]:
    return {"output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": stop}


def test_a_tool_call_decides_before_any_text() -> None:
    use = {"toolUse": {"toolUseId": "1", "name": TOOL, "input": {"reasoning": "…", "verdict": "B"}}}
    assert verdict_of(reply({"text": "Final Answer: A"}, use, stop="tool_use")) == Verdict("B")


@pytest.mark.parametrize("given", [{"verdict": "undecided"}, {"verdict": "C"}, {}, "B", None])
def test_a_tool_call_without_a_side_is_no_verdict(given: Any) -> None:
    use = {"toolUse": {"toolUseId": "1", "name": TOOL, "input": given}}
    assert verdict_of(reply(use)).side is None


def test_a_reply_that_was_cut_off_or_filtered_says_so() -> None:
    assert verdict_of(reply({"text": "The quote of"}, stop="max_tokens")) == Verdict(None, "cut_off")
    assert verdict_of(reply(stop="guardrail_intervened")) == Verdict(None, "refused")
    assert verdict_of(reply()) == Verdict(None, "unreadable")


@given(st.text(max_size=300))
def test_no_text_without_an_answer_line_is_a_verdict(text: str) -> None:
    if "answer" not in text.casefold():
        assert read_verdict(text).side is None


@pytest.mark.skipif(not (CORPUS / "debates/verdicts.jsonl").is_file(), reason="the corpus is not here")
def test_verdicts_of_the_corpus_are_read_as_people_read_them() -> None:
    for line in (CORPUS / "debates/verdicts.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        assert read_verdict(case["text"]).side == case["verdict"], case["text"]
