"""The same question in other words: none is better than a wrong one."""

import pytest

from answering.same_questions import asks_the_same, fitting_values
from docent.questionnaires import AnswerType, Question


def asked(text: str, section: str = "", parent: str = "") -> Question:
    return Question(1, text, {}, section=section, parent=parent)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you encrypt customer data at rest?", "Is customer data encrypted at rest?"),
        ("Please describe your process for incident response.", "Describe the incident response process for us"),
        ("Speichern Sie die Kundendaten in der EU?", "Speichern Sie Kundendaten in der EU"),
    ],
)
def test_other_words_around_the_same_question(one: str, other: str) -> None:
    assert asks_the_same(asked(one), asked(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do you encrypt customer data at rest?", "Do you encrypt customer data in transit?"),
        ("Do you encrypt customer data at rest?", "Will you encrypt customer data at rest?"),
        ("Do you encrypt customer data at rest?", "Do you not encrypt customer data at rest?"),
        ("Do you encrypt customer data at rest?", "How do you encrypt customer data at rest?"),
        ("Do you encrypt customer data at rest?", "Do you encrypt all customer data at rest?"),
        ("Do you send our data to your partners?", "Do your partners send data to you or our staff?"),
        ("Does the vendor send data to the customer?", "Does the customer send data to the vendor?"),
        ("Are backups kept for 30 days each month?", "Are backups kept for 90 days each month?"),
        ("Is access without a second factor blocked?", "Is access with a second factor blocked?"),
        ("Is data copied from the EU to the US?", "Is data copied to the EU from the US?"),
        ("Do you own or rent your data centres?", "Do you own and rent your data centres?"),
        ("Speichern Sie alle Daten in der EU?", "Speichern Sie keine Daten in der EU?"),
        ("?", "!"),
        ("", ""),
    ],
)
def test_another_question_is_not_taken_for_it(one: str, other: str) -> None:
    assert not asks_the_same(asked(one), asked(other))


def test_a_short_question_means_what_its_section_says() -> None:
    assert asks_the_same(asked("How often?", "Backups"), asked("How often is it?", "backups"))
    assert not asks_the_same(asked("How often?", "Backups"), asked("How often?", "Audits"))


def test_a_sub_question_belongs_to_its_parent() -> None:
    one = asked("If yes, which standards are you certified for?", parent="Are you certified?")
    assert asks_the_same(one, asked(one.text, parent="Is your company certified?"))
    assert not asks_the_same(one, asked(one.text, parent="Is your product certified?"))


def choice(*options: str) -> AnswerType:
    return AnswerType("choice", options)


@pytest.mark.parametrize(
    ("wanted", "given", "values", "fits"),
    [
        (choice("YES", "NO"), choice("Yes", "No"), ("Yes",), ("YES",)),
        (choice("Yes", "No", "Partly"), choice("Yes", "No"), ("Yes",), None),
        (choice("Yes", "No"), choice("Yes", "No", "Partly"), ("Yes",), None),
        (choice("Yes", "No"), AnswerType(), (), None),
        (AnswerType(), choice("Yes", "No"), ("Yes",), None),
        (AnswerType(), AnswerType(), (), ()),
        (AnswerType(max_chars=12), AnswerType(), (), ()),
        (AnswerType(max_chars=11), AnswerType(), (), None),
        (AnswerType("number"), AnswerType("number"), ("7",), ("7",)),
        (AnswerType("choices", ("A", "B")), AnswerType("choices", ("b", "a")), ("b", "a"), ("B", "A")),
    ],
)
def test_an_answer_fits_the_same_type_with_the_same_options(
    wanted: AnswerType, given: AnswerType, values: tuple[str, ...], fits: tuple[str, ...] | None
) -> None:
    assert fitting_values(wanted, given, "For 30 days.", values) == fits
