"""How many questions of real questionnaires are found, and how much is found that is none.

What a file holds was read in the file by eye: rows of its sheets, records, lines, or the number of its questions.
"""

import warnings
from functools import cache
from pathlib import Path

import pytest

from docent.errors.questionnaires import NoQuestionsError
from docent.questionnaires import AnswerType, Question
from find_questions.found import Found
from find_questions.reading import find_questions
from tests.support.project import CORPUS

FOLDERS = (CORPUS / "questionnaires", CORPUS / "rfp")
pytestmark = pytest.mark.skipif(not all(map(Path.is_dir, FOLDERS)), reason="the corpus is not here")


def rows(text: str) -> set[int]:
    """ "2-4 7" are 2, 3, 4 and 7."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def cells(column: str, **sheets: str) -> set[str]:
    return {f"{sheet}!{column}{row}" for sheet, text in sheets.items() for row in rows(text)}


HECVAT = cells(
    "B",
    **{
        "START HERE": "13-21 23-27 29-36",
        "Organization": "13-20 22-28 30-34 36-51 53-67",
        "Product": "13-16 18 20-37 39-61",
        "Infrastructure": "13-16 18 20-33 35-50 52-62 64-67 69-74",
        "IT Accessibility": "13-16 18 20-37",
        "Case-Specific": "13-16 18-21 23-31 33-61 63-74 76-85",
        "AI": "13-16 18 20-21 23-27 29-33 35-39 41-48 50-55",
        "Privacy": "13-17 19-22 24-28 30-33 35-37 39-40 42-43 45-52 54-66 68-72 74-88 90-97",
    },
)
ASVS_TITLES = "2 14 41 55 68 90 91 102 116 128 142 151 152 155 156 159 169 181 192"
# By the end of a file's name: the places of its questions, or how many it has.
HELD: dict[str, set[str] | set[int] | int] = {
    "HECVAT414.xlsx": HECVAT,
    "Checklist 3.0.1.xlsx": {f"ASVS 3.0.1 Detail Requirements!B{row}" for row in rows("2-202") - rows(ASVS_TITLES)},
    "HTTP Security.xlsx": cells("B", Sheet1="1-7"),
    "Suministro.xlsx": {
        f"preguntas!F{row}" for row in rows("4-92") - rows("15 21 25 28 40 42 49 53 54 61 69 74 77 83")
    },
    "hidden_sheets.xlsx": cells("A", **{"Visible Questions": "2-4", "More Questions": "2-3"}),
    "sample_questionnaire.xlsx": cells("D", **{"Company": "2-4", "AI Capabilities": "2-5"}),
    "with_headers_and_blanks.xlsx": cells("B", Questionnaire="7 9-12 14 16 18 20 22 24 26 29 31 33 36-55 59-61"),
    "row-sample.xlsx": 0,
    "test-questionnaire.xlsx": cells("A", 安全问卷="2-6"),
    "18F-epermit/PRICING-TEMPLATE.xlsx": cells("B", **{"CLIN Structure": "3-6"}),
    "Labor_Pricing_Template.xlsx": cells("B", **{"CLIN Structure": "3-5"}),
    "4.0.3-de.csv": rows("1-286") - rows("13 14 35 123 183 248 255 273"),
    "vendor_questionnaire.csv": rows("1-25"),
    "4.0.3-de.docx": 312,
    "Azure AI COE.docx": 10,
    "Azure AI Services.docx": 10,
    "Azure Landing Zones.docx": 15,
    "Compliance and Security.docx": 0,
    "Azure- AI-Services.docx": 10,
    "Migrate to Azure.docx": 14,
    "Online Banking System.docx": 10,
    "Project Plan.docx": 0,
    "RFP template.docx": 0,
    "example-template.json": 77,
    "vsaq/infrastructure.json": 96,
    "vsaq/security_privacy_programs.json": 46,
    "vsaq/webapp.json": 73,
    "vsaq/test_template.json": 3,
    "vsaq/test_template_extension.json": 1,
    "5.2.md": 1,
    "04-access-control.md": rows("11 22 35 48 59 70 81 91 103 115"),
    "06-backup-and-continuity.md": 9,
    "answer-yourself.md": 0,
    "questionnaire-template.md": 105,
    "TECHNICAL-APPROACH-TEMPLATE.md": 18,
    # The lines for a name, and for a signature and its date.
    "NDA-COI.md": rows("49 51"),
}


def held_by(path: Path) -> set[str] | set[int] | int:
    """The other texts of the corpus are contracts, plans and notes: they hold no questions."""
    return next((held for end, held in HELD.items() if path.as_posix().endswith(end)), 0)


def files() -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in found if path.name != "manifest.csv"]


@cache
def found_in(path: Path) -> Found:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return find_questions(path.name, path.read_bytes())
        except NoQuestionsError:
            return Found({})


def found_at(end: str) -> list[Question]:
    (path,) = [each for each in files() if each.as_posix().endswith(end)]
    return found_in(path).questions


def place_of(question: Question) -> str | int:
    place = question.place
    if "sheet" in place:
        return f"{place['sheet']}!{place['question']}"
    return place["row"] if "row" in place else place.get("line", question.number)


def test_precision_and_recall_are_at_least_98_percent_over_all_files_and_in_each() -> None:
    right = found = held = 0
    for path in files():
        places, truth = {place_of(each) for each in found_in(path).questions}, held_by(path)
        own_held = truth if isinstance(truth, int) else len(truth)
        own_right = min(truth, len(places)) if isinstance(truth, int) else len(places & truth)
        assert own_right >= 0.98 * max(own_held, len(places)), path.name
        right, found, held = right + own_right, found + len(places), held + own_held
    assert held > 1500
    assert right / found >= 0.98
    assert right / held >= 0.98


@pytest.mark.parametrize(
    ("end", "first", "last"),
    [
        ("4.0.3-de.docx", "Prüfen Sie, dass der SDLC", "Prüfen Sie, dass die Mikrocontroller mit Codeschutz"),
        (
            "example-template.json",
            "Does the organization have a Privacy Policy",
            "Does the organization support the deletion",
        ),
        ("vsaq/webapp.json", "The name of the application:", "Congratulations!"),
        ("06-backup-and-continuity.md", "Do you back up customer data", "How would you notify us"),
        ("questionnaire-template.md", "Do you have a current SOC 2", "Do you use customer data for AI/ML"),
        ("TECHNICAL-APPROACH-TEMPLATE.md", "Please provide a staffing plan", "Tell us about the mitigation strategies"),
        ("Azure- AI-Services.docx", "Provide a summary of Azure services", "Present a history of successful"),
        ("Migrate to Azure.docx", "Company Overview", "Support Required"),
    ],
)
def test_the_first_and_the_last_question(end: str, first: str, last: str) -> None:
    questions = found_at(end)
    assert questions[0].text.startswith(first)
    assert questions[-1].text.startswith(last)


def test_answers_of_hecvat_go_where_its_formulas_look_for_them() -> None:
    at = {place_of(each): each for each in found_at("HECVAT414.xlsx")}
    question = at["Organization!B22"]
    assert question.label == "DOCU-01"
    assert question.section == "Documentation"
    assert question.place["part"] == "xl/worksheets/sheet2.xml"
    assert (question.place["answer"], question.place["comment"]) == ("C22", "D22")
    assert question.answer == AnswerType("choice", ("Yes", "No"))
    assert at["Organization!B30"].answer == AnswerType("choice", ("Yes", "No", "N/A"))
    assert at["Organization!B13"].existing == "(a formula)"
    assert at["AI!B20"].section == "AI Qualifying Questions"


def test_other_answers_have_types_too() -> None:
    asvs = found_at("Checklist 3.0.1.xlsx")[0]
    assert (asvs.place["answer"], asvs.answer.options) == ("G3", ("Yes", "No", "N/A"))
    spanish = found_at("Suministro.xlsx")[0]
    assert (spanish.existing, spanish.answer.options) == ("", ("Si", "No", "Parcial", "N/A"))
    assert found_at("TECHNICAL-APPROACH-TEMPLATE.md")[0].answer.max_chars == 500
    assert len(found_at("TECHNICAL-APPROACH-TEMPLATE.md")[7].answer.options) == 13
    assert found_at("5.2.md")[0].answer.options == ("Ja", "Nein")


def test_sub_questions_of_real_files_have_parents() -> None:
    by_label = {each.label: each for each in found_at("with_headers_and_blanks.xlsx")[:6]}
    assert by_label["1.a"].parent == by_label["1"].text
    assert found_at("example-template.json")[2].parent.startswith("Does the organization collect")
