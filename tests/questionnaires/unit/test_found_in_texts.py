"""What counts as a question in CSV, JSON, text and Markdown files, and where its answer goes."""

import json
from typing import Any

import pytest

from docent.errors.questionnaires import NoQuestionsError
from docent.questionnaires import AnswerType, Question
from find_questions.reading import find_questions


def questions(name: str, body: str | bytes) -> list[Question]:
    return find_questions(name, body if isinstance(body, bytes) else body.encode()).questions


def of_json(value: Any) -> list[Question]:
    return questions("a.json", json.dumps(value))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_of_any_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    lines = [
        ["Nr", "Frage", "Antwort"],
        ["1", "Wie verschlüsseln Sie persönliche Daten?", ""],
        ["2", "Wer prüft Sie jährlich?", "Prüfer"],
    ]
    body = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    found = questions("a.csv", body)
    assert [(each.text, each.existing) for each in found] == [(lines[1][1], ""), (lines[2][1], "Prüfer")]
    assert found[0].place == {"row": 1, "column": 2}


def test_records_of_a_csv_file_count_and_not_its_lines() -> None:
    body = 'Question,Answer,Comment\n"Do you\nencrypt, always?",,\n\nWho audits you?,,\n'
    found = questions("a.csv", body)
    assert [each.place for each in found] == [
        {"row": 1, "column": 1, "comment": 2},
        {"row": 3, "column": 1, "comment": 2},
    ]


def test_a_csv_file_without_an_answer_column_gets_one_behind_its_last() -> None:
    found = questions(
        "a.csv", "id,category,question,response_required\nQ1,Data,Do you encrypt?,Yes\nQ2,Data,Who has keys?,Yes\n"
    )
    assert [(each.label, each.section, each.existing, each.place["column"]) for each in found] == [
        ("Q1", "Data", "", 4),
        ("Q2", "Data", "", 4),
    ]


def test_questions_sent_to_the_api() -> None:
    found = of_json(
        {"questions": ["Do you encrypt data?", "Your experience with banks", ""], "description": "We are who?"}
    )
    assert [(each.text, each.place["pointer"]) for each in found] == [
        ("Do you encrypt data?", "/questions/0/answer"),
        ("Your experience with banks", "/questions/1/answer"),
    ]


def test_objects_in_nested_lists_with_sections_and_answers() -> None:
    found = of_json(
        {
            "sections": [
                {
                    "title": "Data privacy",
                    "requirements": [
                        {"ref": "0.1", "title": "Do you have a privacy policy?", "response": "yes"},
                        {"ref": "0.2", "title": "If so, where is it?", "response": ""},
                        {"ref": "0.3", "title": "Do you sell a/b data?"},
                    ],
                }
            ]
        }
    )
    assert [(each.label, each.existing) for each in found] == [("0.1", "yes"), ("0.2", ""), ("0.3", "")]
    assert {each.section for each in found} == {"Data privacy"}
    assert found[1].parent == "Do you have a privacy policy?"
    assert [each.place["pointer"] for each in found[1:]] == [
        "/sections/0/requirements/1/response",
        "/sections/0/requirements/2/answer",
    ]


def test_sub_questions_and_options_of_json() -> None:
    found = of_json(
        [
            {
                "id": 1,
                "question": "Which cloud?",
                "options": ["AWS", "Azure"],
                "answer": None,
                "subquestions": [{"question": "Which regions?", "max_length": 200}],
            },
            {"id": 2, "question": "Number of employees", "type": "number"},
        ]
    )
    assert [(each.text, each.parent) for each in found] == [
        ("Which cloud?", ""),
        ("Which regions?", "Which cloud?"),
        ("Number of employees", ""),
    ]
    assert [each.answer for each in found] == [
        AnswerType("choice", ("AWS", "Azure")),
        AnswerType("text", (), 200),
        AnswerType("number"),
    ]
    assert found[1].place["pointer"] == "/0/subquestions/0/answer"


def test_questions_that_are_keys() -> None:
    found = of_json({"Do you encrypt data?": "", "Who audits you in ~/?": "KPMG"})
    assert [(each.place["pointer"], each.existing) for each in found] == [
        ("/Do you encrypt data?", ""),
        ("/Who audits you in ~0~1?", "KPMG"),
    ]


VSAQ = """
// A comment with "quotes"
{"questionnaire": [
  {"type": "block", "text": "Web", "items": [
    {"type": "info", "text": "Which standards do you apply?"},
    {"type": "checkgroup", "id": "st", "choices": [{"a": "ISO"}, {"b": "SOC // 2"}]},
    {"type": "line", "text": "The name of " + /* why not */
        "the application:", "id": "name"},
    {"type": "radiogroup", "text": "Do you encrypt?", "choices": [{"y": "Yes, we do."}, {"n": "No."}], "id": "enc"},
    {"type": "tip", "text": "Do encrypt, will you?", "warn": "yes", "why": "Please explain:"},
    {"type": "yesno", "text": "Is it public?", "yes": "Yes", "no": "No", "id": "pub"},
  ]}
]}
"""


def test_a_form_of_vsaq_with_comments() -> None:
    found = questions("a.json", VSAQ)
    assert [(each.text, each.answer.kind, each.answer.options) for each in found] == [
        ("Which standards do you apply?", "choices", ("ISO", "SOC // 2")),
        ("The name of the application:", "text", ()),
        ("Do you encrypt?", "choice", ("Yes, we do.", "No.")),
        ("Is it public?", "choice", ("Yes", "No")),
    ]
    assert found[1].place["pointer"] == "/questionnaire/0/items/2/answer"
    assert {each.section for each in found} == {"Web"}


def test_numbered_questions_and_bullets_of_a_text() -> None:
    body = (
        "Security\n\n1. Do you encrypt data\n   at rest?\n2) Who audits you?\n\n"
        "- Where are your data centres?\nThank you.\n"
    )
    found = questions("a.txt", body)
    assert [(each.label, each.text, each.place["line"]) for each in found] == [
        ("1", "Do you encrypt data at rest?", 3),
        ("2", "Who audits you?", 4),
        ("", "Where are your data centres?", 6),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "1. The organization must encrypt data.\n2. The organization must keep logs.\n3. Backups shall be tested.",
        "- Verify that data is encrypted.\n- Verify that logs are kept.\n- Ensure that backups are tested.",
        "1. Describe your encryption.\n2. Please list your subprocessors.\n3. Explain your backups.",
        "1. 是否加密数据？\n2. 请描述备份策略。\n3. 数据中心在哪里？",
        "a) Verschlüsseln Sie Daten?\nb) Bitte nennen Sie Ihre Rechenzentren.\nc) Wer prüft Sie?",
        "1. ¿Cifran los datos?\n2. ¿Quién los audita?\n3. Describa sus copias de seguridad.",
    ],
)
def test_requirements_and_requests_in_four_languages(body: str) -> None:
    assert len(questions("a.txt", body)) == 3


def test_a_contract_holds_no_questions() -> None:
    body = "# Statement of work\n\nThe contractor shall deliver the code. It is reviewed weekly.\n\n" + "\n\n".join(
        f"The work of week {number} is described in the plan, and the plan is kept by both." for number in range(9)
    )
    with pytest.raises(NoQuestionsError):
        questions("a.md", f"{body}\n\n- must be tested\n\n1. An agenda\n2. Minutes\n3. See http://x.example/?a=b&c=d\n")


MARKDOWN = """\
# Access

Some questions are hard. Are they? Perhaps.

### Who has access to data?

**Info.** Only we do.

> Is this honest? Ask yourself.

---

### Do you use MFA?

**Yes.** For [[ FILL IN: whom? ]].

### Do you review access?
"""


def test_headings_ask_and_what_stands_below_is_the_answer() -> None:
    found = questions("a.md", MARKDOWN)
    assert [(each.text, each.existing) for each in found] == [
        ("Who has access to data?", "Info. Only we do."),
        ("Do you use MFA?", ""),
        ("Do you review access?", ""),
    ]
    assert found[0].section == "Access"
    assert found[0].place == {"line": 4}


TABLES = """\
## Instructions
- Provide additional details where requested
- Answer Yes or No

## Audits
| # | Question | Response | Evidence/Notes |
|---|----------|----------|----------------|
| 1.1 | Do you have \\| use a SOC 2 report? | | |
| 1.2 | Which exceptions were there? | None | |

## Scoring
| Section | Max Score | Actual Score |
|---|---|---|
| Audits | 45 | |
"""


def test_tables_of_markdown() -> None:
    found = questions("a.md", TABLES)
    assert [(each.label, each.text, each.section, each.existing) for each in found] == [
        ("1.1", "Do you have | use a SOC 2 report?", "Audits", ""),
        ("1.2", "Which exceptions were there?", "Audits", "None"),
    ]
    assert found[0].place == {"line": 7, "cell": 2, "evidence": 3}


def test_fields_and_boxes_of_a_text() -> None:
    body = (
        "**Experience**\n\n1. Link to the code\n   ______________\n\n2. Roles in the project (tick those used)\n\n"
        "[ ] Coach [ ] Developer\n\n[ ] Designer\n\n3. Name: ________\n"
    )
    found = questions("a.md", body)
    assert [(each.text, each.answer.options) for each in found] == [
        ("Link to the code", ()),
        ("Roles in the project (tick those used)", ("Coach", "Developer", "Designer")),
        ("Name:", ()),
    ]
    assert {each.section for each in found} == {"Experience"}


def test_questions_and_answers_with_their_letters() -> None:
    found = questions("a.txt", "Q: Do you encrypt?\nA: Yes, always.\n\nQ: Who audits you?\nA:\n")
    assert [(each.text, each.existing, each.place["line"]) for each in found] == [
        ("Do you encrypt?", "Yes, always.", 1),
        ("Who audits you?", "", 4),
    ]


def test_a_question_in_front_matter() -> None:
    found = questions(
        "a.md", "---\ntitle: '5.2 Gibt es ein Konzept?'\noptions:\n  - text: Ja\n  - text: Nein\n---\n\nMehr dazu.\n"
    )
    assert [(each.label, each.text, each.answer.options, each.place) for each in found] == [
        ("5.2", "Gibt es ein Konzept?", ("Ja", "Nein"), {"line": 5}),
    ]


def test_a_limit_in_the_words_of_a_question() -> None:
    found = questions(
        "a.txt", "1. Describe your backups (limit 500 characters).\n2. Wer prüft Sie? (höchstens 1.000 Zeichen)"
    )
    assert [each.answer.max_chars for each in found] == [500, 1000]
