"""What models reply about a call: what is read of it, and why the rest is not used."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collect_replies.replies import CUT_OFF, InvalidReplyError, read_output, read_reply, repair_request, usage_of
from tests.support.functions import CANARY

ASKED = {
    "summary": {"type": "text", "question": "What?"},
    "resolved": {"type": "choice", "options": ["yes", "no", "unclear"], "question": "Is it?"},
    "promises": {"type": "list", "members": ["text", "owner", "due"], "question": "Which?"},
}
GOOD = {
    "summary": "The router is broken. [3]",
    "resolved": "yes",
    "promises": [{"text": "Send a router. [7]", "owner": "agent", "due": "Friday"}],
}
WRITTEN = json.dumps(GOOD)
# Where a real model put the answer beside what it was asked.
BESIDE = {"summary": "text", "resolved": "answer", "promises": "members"}
NONE = "holds no complete JSON object with summary, resolved, promises"


def output(*blocks: dict[str, Any], stop: str = "end_turn") -> dict[str, Any]:
    message = {"role": "assistant", "content": list(blocks)}
    return {"output": {"message": message}, "stopReason": stop, "usage": {"inputTokens": 9, "outputTokens": 3}}


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        f"```json\n{WRITTEN}\n```",
        f"Here is the summary of {{the}} call:\n\n{WRITTEN}\n\nLet me know if you need more.",
        WRITTEN.replace("}]", "},]").replace("]}", "],\n}"),
        f'He said "yes.\n{WRITTEN[:-1]},}}',
        f"<think>The object is {{}} or {WRITTEN.replace('yes', 'no')}</think>\n{WRITTEN}",
        f'{{"insights": {WRITTEN}}}',
        f"{WRITTEN}\n{WRITTEN}",
        json.dumps(GOOD | {"confidence": 0.9}),
        json.dumps(GOOD | {"resolved": "Yes. [9]"}),
        json.dumps(GOOD | {"resolved": True}),
        json.dumps(GOOD | {"summary": ["The router is", "broken. [3]"]}),
        json.dumps(GOOD).replace("is broken", "is\n broken"),
        json.dumps({name: ASKED[name] | {BESIDE[name]: value} for name, value in GOOD.items()}),
        json.dumps({name: ASKED[name] | {BESIDE[name]: value} for name, value in GOOD.items()}).replace(
            '"members": [{', '"members": ["text", "owner", "due"], "members": [{'
        ),
    ],
)
def test_what_stands_around_the_insights_is_passed_over(text: str) -> None:
    assert read_reply(text, ASKED) == GOOD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NONE),
        ("The router is broken.", NONE),
        ("I'm sorry, but I can't help with that.", "is a refusal"),
        ("Es tut mir leid, das kann ich nicht zusammenfassen.", "is a refusal"),
        (WRITTEN[:-30], NONE),
        ('{"Zusammenfassung": "x"}', NONE),
        (json.dumps({"summary": "x", "resolved": "yes"}), "lacks promises"),
        (json.dumps(GOOD | {"summary": 7}), "has no text in summary"),
        (json.dumps(GOOD | {"resolved": "maybe"}), "has none of the options in resolved"),
        (json.dumps(GOOD | {"resolved": None}), "has none of the options in resolved"),
        (json.dumps(GOOD | {"promises": "none"}), "has no list in promises"),
        (json.dumps(GOOD | {"promises": [7]}), "has something else than objects in promises"),
        (json.dumps(GOOD | {"promises": [{"action": "x"}]}), "has an object without text in promises"),
        (f"{WRITTEN} {WRITTEN.replace('yes', 'no')}", "holds several JSON objects that differ"),
        (f'{{"summary": "x", {WRITTEN[1:]}', "holds a name twice"),
        (WRITTEN.replace('"yes"', "NaN"), NONE),
        ("{" * 100_000, NONE),
        ("[" * 100_000, NONE),
        ('{"a":' * 20_000, NONE),
        ("x" * 300_000, "has more than 200000 characters"),
    ],
)
def test_what_is_wrong_with_a_reply_is_told_without_repeating_it(text: str, reason: str) -> None:
    with pytest.raises(InvalidReplyError) as raised:
        read_reply(text, ASKED)
    assert raised.value.reason == reason


def test_what_the_call_does_not_tell_is_empty() -> None:
    nothing = {"summary": None, "resolved": "unclear", "promises": None}
    assert read_reply(json.dumps(nothing), ASKED) == {"summary": "", "resolved": "unclear", "promises": []}
    listed = GOOD | {"promises": ["Send a router.", {"text": "Call back.", "due": None}, {}, ""]}
    assert read_reply(json.dumps(listed), ASKED)["promises"] == [
        {"text": "Send a router.", "owner": "", "due": ""},
        {"text": "Call back.", "owner": "", "due": ""},
    ]


def test_only_text_blocks_are_read() -> None:
    thought = {"reasoningContent": {"reasoningText": {"text": json.dumps(GOOD | {"resolved": "no"})}}}
    assert read_output(output(thought, {"text": WRITTEN}), ASKED) == GOOD


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (output({"text": WRITTEN[:-30]}, stop="max_tokens"), CUT_OFF),
        (output({"text": "This is withheld."}, stop="guardrail_intervened"), "was stopped by a guardrail"),
        (output(stop="content_filtered"), "was stopped by the model's own filter"),
        (output({"text": "No."}, stop="refusal"), "is a refusal"),
        (output(), "has no text"),
        (output({"text": " \n"}), "has no text"),
        (output({"toolUse": {"toolUseId": "1", "name": "x", "input": {}}}, stop="tool_use"), "has no text"),
        ({}, "has no text"),
        (None, "has no text"),
        ({"output": {"message": {"content": "x"}}}, "has no text"),
    ],
)
def test_a_reply_that_did_not_end_well_is_told_by_how_it_ended(reply: Any, reason: str) -> None:
    with pytest.raises(InvalidReplyError) as raised:
        read_output(reply, ASKED)
    assert raised.value.reason == reason


def test_a_reply_that_was_cut_off_behind_its_insights_is_whole() -> None:
    assert read_output(output({"text": f"{WRITTEN}\nNote that the"}, stop="max_tokens"), ASKED) == GOOD


def test_tokens_are_counted_where_the_model_tells_them() -> None:
    assert usage_of(output()) == {"inputTokens": 9, "outputTokens": 3}
    assert usage_of({"usage": {"inputTokens": "9"}}) == usage_of(None) == {"inputTokens": 0, "outputTokens": 0}


REQUEST = {
    "system": [{"text": "Reply with JSON."}],
    "messages": [{"role": "user", "content": [{"text": "<transcript>…"}]}],
    "inferenceConfig": {"maxTokens": 1500, "temperature": 0},
}


def test_a_repair_says_what_is_wrong_and_repeats_the_reply() -> None:
    repaired = repair_request(REQUEST, "Nothing.", "lacks promises")
    asked, said, wanted = repaired["messages"]
    assert (asked, said["content"]) == (REQUEST["messages"][0], [{"text": "Nothing."}])
    assert [message["role"] for message in repaired["messages"]] == ["user", "assistant", "user"]
    assert "Your reply lacks promises." in wanted["content"][0]["text"]
    assert len(REQUEST["messages"]) == 1


def test_a_repair_of_what_was_cut_off_asks_for_less_and_leaves_more_room() -> None:
    repaired = repair_request(REQUEST, WRITTEN[:-30], CUT_OFF)
    assert len(repaired["messages"]) == 1
    assert "Write less" in repaired["messages"][0]["content"][1]["text"]
    assert repaired["inferenceConfig"]["maxTokens"] == 3000


def test_a_repair_of_an_empty_reply_has_no_empty_message() -> None:
    assert len(repair_request(REQUEST, " ", "has no text")["messages"]) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ASKED, "text", "x"]), inner),
    max_leaves=12,
)


@given(JSON, st.text(st.sampled_from('{}[]",:x \n`'), max_size=10), st.integers(0, 200))
def test_whatever_a_model_writes_is_read_whole_or_refused_with_a_reason(value: Any, around: str, cut: int) -> None:
    text = f"{around}{json.dumps(value)}{around}"[: 200 - cut]
    try:
        read = read_reply(text, ASKED)
    except InvalidReplyError as error:
        read, told = None, str(error)
    if read is None:
        assert CANARY not in told
        return
    assert list(read) == list(ASKED)
    assert read["resolved"] in ASKED["resolved"]["options"]
    assert all(set(each) == {"text", "owner", "due"} for each in read["promises"])
    json.dumps(read, ensure_ascii=False).encode()


@given(st.text())
def test_a_text_in_a_reply_can_be_written_as_utf_8(text: str) -> None:
    read = read_reply(json.dumps(GOOD | {"summary": f"{text}\ud800\x00"}), ASKED)
    read["summary"].encode()


GERMAN = "Der Router ist defekt und wird nicht repariert. [3] Die Serviceseite schickt einen neuen mit der Post. [7]"
ENGLISH = "The router is broken and will not be repaired. [3] The agent will send a new one with the post. [7]"


@pytest.mark.parametrize(
    ("text", "language"), [(GERMAN, "de"), (ENGLISH, "en"), (GERMAN, ""), ("Router defekt.", "en")]
)
def test_a_summary_in_its_language_and_one_too_short_to_tell_are_read(text: str, language: str) -> None:
    reply = json.dumps(GOOD | {"summary": text})
    assert read_output(output({"text": reply}), ASKED, language)["summary"] == text


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "de"), (GERMAN, "en"), (GERMAN, "fr")])
def test_a_summary_in_another_language_is_asked_for_once_more(text: str, language: str) -> None:
    reply = json.dumps(GOOD | {"summary": text, "promises": []})
    with pytest.raises(InvalidReplyError, match=f"and not in {language}"):
        read_output(output({"text": reply}), ASKED, language)
