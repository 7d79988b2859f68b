"""What the extractive engine answers to a prompt with the numbered turns of a call and the insights to find in it."""

import json
from typing import Any

import pytest

from local.bedrock.answering import answer

CALL = """
1 agent: Thank you for calling Example Corp. My name is Nikki Wolf. How can I help you?
2 customer: Hi, this is Mary. I'm calling because the lamp that I ordered arrived with a broken switch.
3 agent: I'm sorry to hear that. Could you please give me the email address of your account?
4 customer: *typing* It is mary_major@example.com.
5 agent: Thank you for verifying that. I've processed a full refund of $ 40 for the lamp.
6 agent: I'll send you a prepaid label within 2 business days. Please pack the lamp in its original box.
7 customer: That's great, thank you so much for the quick help.
8 agent: I will call you back on Friday to make sure that the label has arrived.
9 customer: Perfect. Bye!
"""
GERMAN = """
1 agent: Guten Tag, mein Name ist Nikki Wolf. Wie kann ich Ihnen helfen?
2 customer: Ich rufe an, weil meine Waschmaschine seit gestern nicht mehr schleudert.
3 agent: Nennen Sie mir bitte Ihre Kundennummer.
4 customer: Das ist die 4711.
5 agent: Ich habe einen Techniker für Sie gebucht. Ich schicke Ihnen bis morgen eine Bestätigung per E-Mail.
6 customer: Das ist immer noch nicht akzeptabel, ich möchte Ihren Vorgesetzten sprechen.
"""
INSIGHTS = {
    "summary": {"type": "text", "question": "What is the call about?"},
    "reason_for_the_call": {"type": "text", "question": "Why does the customer call?"},
    "outcome": {"type": "text", "question": "How does the call end?"},
    "resolved": {"type": "yes|no|unclear", "question": "Is the matter resolved?"},
    "action_items": {"type": "action_items", "question": "Who does what, and until when?"},
    "follow_up_promised": {"type": "boolean", "question": "Is a follow-up promised?"},
    "next_steps": {"type": "list", "question": "What follows?"},
    "refund": {"type": "text", "question": "How much is refunded?"},
    "weather": {"type": "text", "question": "Thunderstorm?"},
}


def found(call: str, insights: dict[str, Any] = INSIGHTS, language: str = "en") -> dict[str, Any]:
    prompt = f'<transcript language="{language}">{call}</transcript>\n<insights>{json.dumps(insights)}</insights>'
    return json.loads(answer("Your task is to summarise a call transcript.", prompt))


def test_the_reply_has_the_insights_that_the_prompt_names() -> None:
    assert list(found(CALL)) == list(INSIGHTS)


def test_a_text_quotes_turns_by_role_and_number() -> None:
    said = found(CALL)
    reason = "I'm calling because the lamp that I ordered arrived with a broken switch."
    assert said["reason_for_the_call"].endswith("arrived with a broken switch.” [2]")
    assert said["reason_for_the_call"].startswith("The customer says: “")
    assert "The agent says: “I've processed a full refund of $ 40 for the lamp.” [5]" in said["summary"]
    assert reason[-20:] in said["summary"]
    assert said["refund"] == "The agent says: “I've processed a full refund of $ 40 for the lamp.” [5]"
    assert said["weather"] == "The call does not say."


def test_what_identifies_somebody_is_not_quoted() -> None:
    assert not any(word in str(found(CALL)) for word in ("mary_major", "Nikki", "typing"))


def test_action_items_have_an_owner_and_a_due_date_if_one_is_named() -> None:
    sending, packing, calling = found(CALL)["action_items"]
    assert sending == {
        "action": "The agent says: “I'll send you a prepaid label within 2 business days.” [6]",
        "owner": "agent",
        "due": "within 2 business days",
    }
    assert (packing["owner"], packing["due"]) == ("customer", None)
    assert (calling["owner"], calling["due"]) == ("agent", "on Friday")
    assert found(CALL)["next_steps"] == [sending["action"], packing["action"], calling["action"]]


def test_a_promised_follow_up_and_a_settled_matter_are_noticed() -> None:
    said = found(CALL)
    assert (said["resolved"], said["follow_up_promised"]) == ("yes", True)
    short = found("1 customer: I want to cancel my order, please.\n2 agent: That order has left our warehouse already.")
    assert (short["resolved"], short["follow_up_promised"], short["action_items"]) == ("unclear", False, [])


def test_a_german_call_is_answered_in_german() -> None:
    insights = {
        "zusammenfassung": {"type": "text", "question": "Worum geht es?"},
        "anliegen": {"type": "text", "question": "Warum ruft die Person an?"},
        "geklärt": {"type": ["ja", "nein", "unklar"], "question": "Ist das Anliegen geklärt?"},
        "aufgaben": {"type": "action_items", "question": "Was ist zu tun?"},
        "wetter": {"type": "text", "question": "Gewitter?"},
    }
    said = found(GERMAN, insights, "de")
    reason = "Die Kundenseite sagt: „Ich rufe an, weil meine Waschmaschine seit gestern nicht mehr schleudert.“ [2]"
    assert said["anliegen"] == reason
    assert said["zusammenfassung"].startswith(reason)
    assert "[5]" in said["zusammenfassung"]
    assert said["geklärt"] == "nein"
    assert [(each["owner"], each["due"]) for each in said["aufgaben"]] == [("agent", "bis morgen")]
    assert said["wetter"] == "Das Gespräch sagt dazu nichts."


def test_a_speaker_whose_role_is_not_known_keeps_the_label() -> None:
    call = "1 speaker 1: I'm calling because my parcel never arrived.\n2 speaker 2: I've ordered a replacement for it."
    said = found(call)
    assert said["reason_for_the_call"] == "Speaker 1 says: “I'm calling because my parcel never arrived.” [1]"
    assert said["outcome"] == "Speaker 2 says: “I've ordered a replacement for it.” [2]"


@pytest.mark.parametrize("call", ["", "no numbered turn", "1 customer:", "1 customer: Hm.\n2 agent: *Coughs*"])
def test_a_call_without_telling_turns_still_gets_a_complete_reply(call: str) -> None:
    said = found(call)
    assert list(said) == list(INSIGHTS)
    assert (said["resolved"], said["action_items"]) == ("unclear", [])


def test_a_turn_of_several_lines_and_escaped_characters_is_one_turn() -> None:
    said = found("1 customer: I'm calling because the\nprice of &lt;lamp&gt; &amp; bulb is wrong.")
    assert said["reason_for_the_call"].endswith("because the price of <lamp> & bulb is wrong.” [1]")


def test_insights_that_are_no_json_object_give_a_plain_summary() -> None:
    prompt = f"<transcript>{CALL}</transcript><insights>the reason, please</insights>"
    assert not answer("Summarise.", prompt).startswith("{")


def test_a_list_with_members_has_objects_with_these() -> None:
    asked = {"action_items": {"type": "list", "members": ["text", "owner", "due"], "question": "Who does what?"}}
    sending, *_ = found(CALL, asked)["action_items"]
    assert sending == {
        "text": "The agent says: “I'll send you a prepaid label within 2 business days.” [6]",
        "owner": "agent",
        "due": "within 2 business days",
    }
