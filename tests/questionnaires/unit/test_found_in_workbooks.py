"""What counts as a question in a workbook, and where its answer goes."""

import io
import re
import time
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from docent.errors.questionnaires import NoQuestionsError
from docent.questionnaires import AnswerType, Question
from find_questions.found import Found
from find_questions.reading import find_questions


def book_of(**sheets: list[tuple[Any, ...]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def found_in(book: openpyxl.Workbook) -> Found:
    return find_questions("a.xlsx", saved(book))


def texts(*rows: tuple[Any, ...]) -> list[str]:
    return [each.text for each in found_in(book_of(Sheet=list(rows))).questions]


def questions(*rows: tuple[Any, ...]) -> list[Question]:
    return found_in(book_of(Sheet=list(rows))).questions


HEADER = ("No", "Question", "Answer", "Comments", "Evidence")


def test_the_header_may_be_anywhere_and_blank_rows_end_nothing() -> None:
    rows = [
        ("Vendor questionnaire",),
        (),
        ("Please answer all questions.",),
        (),
        (None, *HEADER),
        (None, 1, "Do you encrypt?"),
    ]
    found = questions(*rows, (), (), (None, 2, "Who audits you?"))
    assert [each.text for each in found] == ["Do you encrypt?", "Who audits you?"]
    assert found[1].place == {
        "sheet": "Sheet",
        "part": "xl/worksheets/sheet1.xml",
        "question": "C9",
        "answer": "D9",
        "comment": "E9",
        "evidence": "F9",
    }


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (("Nr.", "Frage", "Antwort", "Bemerkung"), [("1", "Verschlüsseln Sie Daten?"), ("2", "Wie oft prüfen Sie?")]),
        (
            ("ID", "Anforderung", "Erfüllt", "Kommentar"),
            [("A-1", "Das System muss Zugriffe protokollieren."), ("A-2", "Prüfen Sie, dass Tokens ablaufen.")],
        ),
        (
            ("N.º", "Pregunta", "Respuesta", "Comentarios"),
            [("1", "¿Cifran los datos?"), ("2", "Describa su plan de continuidad.")],
        ),
        (("编号", "问题", "回答", "备注"), [("1", "是否加密数据"), ("2", "请描述备份策略")]),
        (
            ("Ref", "Requirement", "Compliant (Y/N)", "Comments"),
            [("1", "The organization must encrypt data."), ("2", "Verify that logs are kept.")],
        ),
    ],
)
def test_headers_in_four_languages(header: tuple[str, ...], rows: list[tuple[str, str]]) -> None:
    found = questions(header, *rows)
    assert [(each.label, each.text) for each in found] == rows
    assert [each.place["answer"] for each in found] == ["C2", "C3"]
    assert found[0].place["comment"] == "D2"


def test_guidance_examples_scores_and_placeholders_are_no_questions() -> None:
    rows = [
        ("No", "Question", "Guidance", "Example answer", "Score", "Response"),
        (1, "Do you encrypt?", "Which ciphers do you use?", "Yes, with AES.", 5, None),
        (None, "<question>", None, None, None, None),
        (None, "Note: answer in English.", None, None, None, None),
        (2, "TBD", None, None, None, None),
        (3, "Who audits you?", "Name the firm?", None, 5, None),
        (None, "Total", None, None, 10, None),
    ]
    found = questions(*rows)
    assert [each.text for each in found] == ["Do you encrypt?", "Who audits you?"]
    assert found[0].place["answer"] == "F2"


def test_titles_between_questions_are_sections() -> None:
    rows = [
        HEADER,
        (None, "Access control"),
        (1, "Do you use MFA?"),
        (2, "Single sign-on for administrators"),
        ("Backups",),
        (3, "Are backups encrypted?"),
    ]
    found = questions(*rows)
    assert [(each.section, each.text) for each in found] == [
        ("Access control", "Do you use MFA?"),
        ("Access control", "Single sign-on for administrators"),
        ("Backups", "Are backups encrypted?"),
    ]


def test_a_category_goes_on_until_the_next_one() -> None:
    rows = [
        ("Category", "Question", "Answer"),
        ("Access", "Do you use MFA?"),
        (None, "Who has access?"),
        ("Data", "Where is it?"),
    ]
    assert [each.section for each in questions(*rows)] == ["Access", "Access", "Data"]


def test_sub_questions_have_the_text_of_the_question_above() -> None:
    rows = [
        HEADER,
        (1, "Do you use subprocessors?"),
        ("1.a", "Which ones?"),
        ("1.b", "Where are they?"),
        (2, "Are you certified?"),
        (3, "If yes, please name the standard."),
        (4, "If so, since when?"),
        (5, "What is your RTO?"),
    ]
    main, certified = "Do you use subprocessors?", "Are you certified?"
    assert [each.parent for each in questions(*rows)] == ["", main, main, "", certified, certified, ""]


def test_form_fields_are_questions() -> None:
    rows = [("Company data",), (), ("Company name:", None), ("Country:", "Germany"), ("Number of employees:", None)]
    found = questions(*rows)
    assert [(each.text, each.existing, each.place["answer"]) for each in found] == [
        ("Company name:", "", "B3"),
        ("Country:", "Germany", "B4"),
        ("Number of employees:", "", "B5"),
    ]


def test_a_table_without_a_header_counts_when_it_asks() -> None:
    found = questions(
        ("V1.1", "Verify that input is validated."), ("V1.2", "Verify that output is encoded."), ("V1.3",)
    )
    assert [(each.label, each.place["answer"]) for each in found] == [("V1.1", "C1"), ("V1.2", "C2")]


def test_only_a_question_column_is_enough() -> None:
    found = questions(("问题",), ("是否通过认证？",), ("数据在哪里？",))
    assert [each.place["answer"] for each in found] == ["B2", "B3"]


def test_sections_that_repeat_the_header_without_naming_the_question() -> None:
    rows = [
        ("How to fill this in",),
        ("General", None),
        ("GN-01", "Company name"),
        ("GN-02", "Country"),
        ("Documents", None, "Answer", "Additional Information", "Guidance"),
        ("DO-01", "Do you have a BCP?"),
        ("DO-02", "Do you test it?"),
        ("Required Questions", None, "Answer", None, "Guidance"),
        ("RQ-01", "Is it a cloud service?", None, None, "Say yes if so."),
    ]
    found = questions(*rows)
    assert [each.label for each in found] == ["GN-01", "GN-02", "DO-01", "DO-02", "RQ-01"]
    assert {each.place["answer"][0] for each in found} == {"C"}
    assert found[-1].section == "Required Questions"


def test_sheets_without_answers_beside_sheets_with_some_are_skipped_with_the_reason() -> None:
    book = book_of(
        Questions=[HEADER, (1, "Do you encrypt?")],
        Reference=[("No", "Question", "Reason for question"), (1, "Do you encrypt?", "Because.")],
        Dashboard=[("open", 3), ("done", 4)],
        Old=[HEADER, (1, "Do you use DES?")],
        Report=[HEADER, (1, "Do you encrypt?", "=Questions!C2")],
    )
    book["Old"].sheet_state = "veryHidden"
    found = found_in(book)
    assert [each.place["sheet"] for each in found.questions] == ["Questions"]
    why = {each["sheet"]: each["skipped"][0]["why"] for each in found.map["sheets"][1:]}
    assert why["Old"] == "it is hidden"
    assert why["Report"] == "formulas compute its answers"
    assert "no column for answers" in why["Reference"]


def test_answers_and_formulas_that_are_there_are_noted() -> None:
    found = questions(
        HEADER, (1, "Do you encrypt?", "Yes"), (2, "Who are you?", "=B2"), (3, "Where are you?"), (4, "Why?", "N/A")
    )
    assert [each.existing for each in found] == ["Yes", "(a formula)", "", "N/A"]


def with_cached_values(data: bytes) -> bytes:
    """Formulas get the cached value that Excel would have saved."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(
                    rb'<c r="(B\d)"><f>(.*?)</f><v ?/?>(</v>)?</c>',
                    rb'<c r="\1" t="str"><f>\2</f><v>Do you test \1?</v></c>',
                    text,
                )
            new.writestr(name, text)
    return buffer.getvalue()


def test_a_formula_in_a_question_counts_by_its_cached_value() -> None:
    data = with_cached_values(saved(book_of(Sheet=[HEADER, (1, "=Z1"), (2, "=Z2")])))
    assert [each.text for each in find_questions("a.xlsx", data).questions] == ["Do you test B2?", "Do you test B3?"]


def test_lists_are_choices_wherever_their_values_are() -> None:
    book = book_of(
        Sheet=[HEADER, *((number, f"Do you do {number}?") for number in range(1, 7))],
        Lists=[("Yes",), ("No",), ("Partly",), (None,), ("N/A",)],
    )
    book["Lists"].sheet_state = "hidden"
    book.defined_names["Levels"] = DefinedName("Levels", attr_text="Lists!$A$1:$A$2")
    sheet = book["Sheet"]
    for cell, formula in (("C2", '"Yes,No"'), ("C3", "Lists!$A$1:$A$5"), ("C4", "Levels"), ("C5", "=INDIRECT(A1)")):
        validation = DataValidation(type="list", formula1=formula)
        validation.add(cell)
        sheet.add_data_validation(validation)
    kinds: tuple[tuple[str, Any], ...] = (("C6", "whole"), ("C7", "date"))
    for cell, kind in kinds:
        validation = DataValidation(type=kind, operator="greaterThan", formula1="1")
        validation.add(cell)
        sheet.add_data_validation(validation)
    assert [each.answer for each in found_in(book).questions] == [
        AnswerType("choice", ("Yes", "No")),
        AnswerType("choice", ("Yes", "No", "Partly", "N/A")),
        AnswerType("choice", ("Yes", "No")),
        AnswerType(),
        AnswerType("number"),
        AnswerType("date"),
    ]


X14 = (
    b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/'
    b'spreadsheetml/2009/9/main"><x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/'
    b'main"><x14:dataValidation type="list"><x14:formula1><xm:f>\'My lists\'!$A$1:$A$2</xm:f></x14:formula1>'
    b"<xm:sqref>C2 C3:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
)


def test_validations_of_excel_2010_are_read() -> None:
    data = saved(book_of(**{"Sheet": [HEADER, (1, "Do you?"), (2, "Are you?")], "My lists": [("Ja",), ("Nein",)]}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"</worksheet>", X14) if name.endswith("sheet1.xml") else text)
    found = find_questions("a.xlsx", buffer.getvalue())
    assert {each.answer for each in found.questions} == {AnswerType("choice", ("Ja", "Nein"))}


def test_a_validation_of_a_whole_sheet_is_a_range() -> None:
    book = book_of(Sheet=[HEADER, (1, "Do you?")])
    validation = DataValidation(type="list", formula1='"Yes,No"', sqref="A1:XFD1048576")
    book["Sheet"].add_data_validation(validation)
    assert found_in(book).questions[0].answer.options == ("Yes", "No")


def test_formats_headers_and_limits_say_what_an_answer_must_be() -> None:
    book = book_of(
        Sheet=[
            ("Question", "Response (Yes/No/N/A)"),
            ("Do you encrypt?",),
            ("Since when?",),
            ("What share?",),
            ("Describe it (max. 500 characters).",),
        ]
    )
    assert found_in(book).questions[0].answer == AnswerType("choice", ("Yes", "No", "N/A"))
    book["Sheet"]["B1"] = "Response"
    book["Sheet"]["B3"].number_format = "dd/mm/yyyy"
    book["Sheet"]["B4"].number_format = "0.00%"
    assert [each.answer for each in found_in(book).questions] == [
        AnswerType(),
        AnswerType("date"),
        AnswerType("number"),
        AnswerType("text", (), 500),
    ]


def test_merged_cells_are_one_place() -> None:
    book = book_of(
        Sheet=[
            ("No", "Question", None, "Answer", None),
            (None, "Access", None),
            (1, "Do you encrypt?"),
            (2, "Who audits you?"),
        ]
    )
    sheet = book["Sheet"]
    for cells in ("B1:C1", "D1:E1", "A2:E2", "B3:C3", "D3:E3", "D4:E5"):
        sheet.merge_cells(cells)
    found = found_in(book).questions
    assert [(each.text, each.place["answer"]) for each in found] == [
        ("Do you encrypt?", "D3"),
        ("Who audits you?", "D4"),
    ]


def test_answers_that_name_a_kind_of_answer_are_none() -> None:
    book = book_of(
        preguntas=[
            ("ref_id", "questions", "answer"),
            ("A-1", "¿Cifran los datos?", "R1"),
            ("A-2", "¿Tienen plan?", "R1"),
            ("A-3", "¿Cuál?", "T"),
        ],
        answers=[("id", "question_type", "question_choices"), ("R1", "unique_choice", "Si\nNo\nN/A"), ("T", "text")],
    )
    found = found_in(book).questions
    assert [(each.existing, each.answer.options, each.place["answer"]) for each in found] == [
        ("", ("Si", "No", "N/A"), "D2"),
        ("", ("Si", "No", "N/A"), "D3"),
        ("", (), "D4"),
    ]


def test_lists_of_other_things_hold_no_questions() -> None:
    with pytest.raises(NoQuestionsError):
        questions(
            ("ID", "Months", None, "ListMonths"), (1, "January", None, "January"), (2, "February", None, "February")
        )
    with pytest.raises(NoQuestionsError):
        questions(("Item No.", "Supplies/Services", "Quantity", "Unit"), ("0001", "Dashboard", 4, "Months"))


def test_fifty_sheets_of_two_hundred_questions() -> None:
    rows = [HEADER, *((number, f"Do you follow rule {number}?") for number in range(1, 201))]
    started = time.process_time()
    found = found_in(book_of(**{f"Part {number}": rows for number in range(50)}))
    assert len(found.questions) == 10_000
    assert time.process_time() - started < 120
    assert len(found.map["sheets"]) == 50


def test_a_question_of_ten_thousand_characters() -> None:
    text = f"Do you {'really ' * 1500}encrypt?"
    assert texts(HEADER, (1, text)) == [text]
