"""Fields of a form, filled in by the local engine from statements."""

import pytest

from local.bedrock.answering import answer

YES_NO = "Yes\nNo\nN/A"


def asked(question: str, statements: str, field: str) -> str:
    return answer("", f"<statements>\n{statements}\n</statements>\n\n<question>{question}</question>\n\n{field}")


@pytest.mark.parametrize(
    ("question", "statements", "value"),
    [
        ("Is customer data encrypted?", "Customer data is encrypted at rest.", "Yes"),
        ("Is customer data sold?", "Customer data is not sold.", "No"),
        ("Do you support SAML?", "We plan to support SAML.", "unknown"),
        ("Do you support SAML?", "The office is in Bonn.", "unknown"),
        ("Werden Backups verschlüsselt?", "Alle Backups werden verschlüsselt.", "Yes"),
    ],
)
def test_yes_and_no_are_what_a_statement_says(question: str, statements: str, value: str) -> None:
    assert asked(question, statements, f"<options>\n{YES_NO}\n</options>") == f"Answer: {value}"


def test_an_option_is_chosen_by_its_words() -> None:
    options = "<options>\nDaily\nWeekly\nMonthly\n</options>"
    assert asked("How often?", "Backups are made weekly.", options) == "Answer: Weekly"
    assert asked("How often?", "Backups are made.", options) == "Answer: unknown"


def test_a_number_and_a_date_are_read() -> None:
    assert asked("How many days?", "They are kept for 1,030 days.", "<wanted>number</wanted>") == "Answer: 1030"
    assert asked("Since when?", "It holds since 1.3.2024.", "<wanted>date</wanted>") == "Answer: 2024-03-01"
    assert asked("How many days?", "They are kept for long.", "<wanted>number</wanted>") == "Answer: unknown"
