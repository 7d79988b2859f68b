"""The model of a customer service: labels for messages, and replies from a help text."""

import pytest

from local.bedrock.answering import answer

LABELS = """Say what the message is about, with one of the labels.

Labels: order, policy, other
order: where an order is, or when it arrives
policy: rules about returns, refunds, shipping, warranty or privacy
other: everything else

<message>{}</message>"""
HELP = """Reply to the customer.

<help>To set up an account, open the shop's website and choose Sign up. Then open the link in the message that we send
you. To change your password, choose Forgot password on the sign-in page.</help>

<message>{}</message>"""


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("Where is my order 12345?", "order"),
        ("My parcel has not arrived yet. The number is 88812.", "order"),
        ("Can I return shoes after three weeks?", "policy"),
        ("How long is the warranty on your lamps?", "policy"),
        ("My name is {NAME} and my e-mail is {EMAIL}. How do I set up an account?", "other"),
        ("What a lovely day", "other"),
        ("I want to complain about the weather", "other"),
        ("Wo ist meine Bestellung 1234?", "order"),
        ("Wann kommt meine Lieferung an?", "order"),
        ("Kann ich Schuhe nach drei Wochen zurückgeben?", "policy"),
        ("Wie lange ist die Garantie auf Lampen?", "policy"),
        ("Wie richte ich ein Konto ein?", "other"),
        ("Ich möchte mich über das Wetter beschweren", "other"),
    ],
)
def test_a_message_gets_the_label_that_is_nearest(message: str, label: str) -> None:
    assert answer("", LABELS.format(message)) == f"{label}\n", "a model ends with a line break"


def test_labels_without_descriptions_are_told_by_their_words() -> None:
    prompt = "Labels: billing, shipping\n<message>The shipping took too long</message>"
    assert answer("", prompt) == "shipping\n"


@pytest.mark.parametrize(
    ("message", "greeting", "text"),
    [
        ("My name is {NAME}, {EMAIL}. How do I set up an account?", "Dear Mr. {NAME},", "choose Sign up"),
        ("I'm John Doe. How can I set up an account?", "Dear Mr. Doe,", "choose Sign up"),
        ("How do I change my password? Mrs. Miller", "Dear Ms. Miller,", "Forgot password"),
        ("How do I change my password?", "Dear customer,", "Forgot password"),
        ("Do you like opera?", "Dear customer,", "A colleague will write to you."),
    ],
)
def test_a_reply_greets_by_name_and_quotes_what_fits(message: str, greeting: str, text: str) -> None:
    told = answer("", HELP.format(message))
    assert told.startswith(f"{greeting}\n\n")
    assert text in told
    assert ("Sign up" in told) + ("Forgot" in told) <= 1
