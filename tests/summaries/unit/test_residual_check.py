"""What the residual check finds, what it leaves alone, and that it is of another make than the engine."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.overlapping_pieces import without
from mask_summaries import residual_check
from mask_summaries.residual_check import residual_spans


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Write to erika.beispiel@example.com, please.", "Write to {EMAIL}, please."),
        ("It is anna dot schmidt at example dot com.", "It is {EMAIL}."),
        ("The agent will call (415) 555-2671 back.", "The agent will call {PHONE} back."),
        ("Der Rückruf geht an 030 901820.", "Der Rückruf geht an {PHONE}."),
        ("Her number is +49 30 901820.", "Her number is {PHONE}."),
        ("Paid by 4111 1111 1111 1111.", "Paid by {CREDIT_DEBIT_CARD_NUMBER}."),
        ("To DE89 3704 0044 0532 0130 00.", "To {INTERNATIONAL_BANK_ACCOUNT_NUMBER}."),
        ("SSN 536-22-1234 was given.", "SSN {NATIONAL_ID} was given."),
        ("The device is at 192.168.10.4 now.", "The device is at {IP_ADDRESS} now."),
        ("She was born on 14 March 1968.", "She was born on {DATE_OF_BIRTH}."),
        ("He lives at 12 Baker Street.", "He lives at {ADDRESS}."),
        ("Sie wohnt Lindenstraße 14.", "Sie wohnt {ADDRESS}."),
        ("Mrs. Miller and the customer Erika Beispiel called.", "Mrs. {NAME} and the customer {NAME} called."),
        ("Her customer number is 4822 179.", "Her customer number is {ID_NUMBER}."),
    ],
)
def test_personal_data_that_was_left_is_found(text: str, told: str) -> None:
    assert without(text, residual_spans(text)) == told


@pytest.mark.parametrize(
    "text",
    [
        "The agent credits 12 euros and sends a router by 14 October 2026.",
        "Die Gutschrift beträgt 86,40 Euro und kommt in sechs Wochen.",
        "The customer said 240 dollars, last year 180, for 2025/2026.",
        "During 2008 the customer moved twice, at 10:30 and at 14:00.",
        "{NAME} lives at {ADDRESS}; his number is {PHONE}, [PII] and <PERSON>.",
        "The customer asked about the Gold Plan. The agent offered the Silver Plan.",
        "",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert residual_spans(text) == []


@given(st.text(st.sampled_from("0123456789 .-+()@aZ{}[]:"), max_size=400))
def test_spans_are_in_order_and_do_not_overlap(text: str) -> None:
    at = 0
    for span in residual_spans(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


def test_a_long_text_of_digits_takes_no_time() -> None:
    residual_spans("1-2 3." * 4000)


def test_the_check_has_no_rule_of_the_engine_that_masks_on_one_machine() -> None:
    tree = ast.parse(Path(residual_check.__file__).read_text("utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert not [module for module in modules if module.startswith("local")]
