"""What counts as a question in a Word document, and where its answer goes."""

import io
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from docent.questionnaires import AnswerType, Question
from find_questions.reading import find_questions

W = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def questions(document: Any) -> list[Question]:
    buffer = io.BytesIO()
    document.save(buffer)
    return find_questions("a.docx", buffer.getvalue()).questions


def body(*elements: str) -> list[Question]:
    document: Any = docx.Document()
    for element in elements:
        opening = element.index(">") if element[element.index(">") - 1] != "/" else element.index(">") - 1
        document.element.body.insert(-1, parse_xml(f"{element[:opening]} {W}{element[opening:]}"))
    return questions(document)


def p(text: str, inner: str = "") -> str:
    return f"<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r>{inner}</w:p>"


def tc(inner: str) -> str:
    return f"<w:tc><w:tcPr/>{inner}</w:tc>"


def tr(*cells: str) -> str:
    return f"<w:tr>{''.join(tc(p(cell)) if not cell.startswith('<') else cell for cell in cells)}</w:tr>"


def sdt(content: str, properties: str = "<w:text/>") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


EMPTY = "<w:r><w:t>Click or tap here to enter text.</w:t></w:r>"
BOX = (
    "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{}'/></w14:checkbox></w:sdtPr><w:sdtContent>"
    "<w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>"
)


LIST = (
    "<w:showingPlcHdr/><w:dropDownList><w:listItem w:displayText='Choose an item.'/><w:listItem w:displayText='GmbH'/>"
    "<w:listItem w:displayText='AG'/></w:dropDownList>"
)


def field(data: str) -> str:
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{data}</w:ffData></w:fldChar></w:r>"
        "<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def test_rows_of_a_table_with_sections_from_headings() -> None:
    document = docx.Document()
    document.add_heading("Access", 1)
    table = document.add_table(3, 3)
    for row, texts in zip(
        table.rows,
        [("No", "Question", "Answer"), ("1", "Do you use MFA?", ""), ("2", "Who has access?", "We")],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    found = questions(document)
    assert [(each.label, each.text, each.section, each.existing) for each in found] == [
        ("1", "Do you use MFA?", "Access", ""),
        ("2", "Who has access?", "Access", "We"),
    ]
    assert found[0].place == {"part": "word/document.xml", "cell": 5}


def test_a_table_without_an_answer_column_takes_answers_behind_the_question() -> None:
    rows = [("#", "Beschreibung", "L1"), ("1.1", "Prüfen Sie, dass A gilt.", "✓"), ("1.2", "[GELÖSCHT]", "")]
    found = body(f"<w:tbl>{''.join(tr(*row) for row in rows)}</w:tbl>")
    assert [each.place for each in found] == [{"part": "word/document.xml", "paragraph": 4}]


def test_paragraphs_ask_and_take_the_answer_behind_them() -> None:
    found = body(
        p("We are a bank."), p("1. Do you encrypt data?"), p("Why do we ask? Because we must."), p("2. Who audits you?")
    )
    assert [(each.label, each.text) for each in found] == [("1", "Do you encrypt data?"), ("2", "Who audits you?")]
    assert found[1].place == {"part": "word/document.xml", "paragraph": 3}


def test_controls_at_paragraph_and_body_level() -> None:
    found = body(
        p("Company name: ", sdt(EMPTY, "<w:showingPlcHdr/><w:text/>")),
        p("Where is your head office?"),
        sdt(p("Bonn")),
        p("Founded: ", sdt("<w:r><w:t>x</w:t></w:r>", "<w:showingPlcHdr/><w:date/>")),
        p("Legal form: ", sdt(EMPTY, LIST)),
    )
    assert [(each.text, each.existing, each.place.get("control")) for each in found] == [
        ("Company name:", "", 0),
        ("Where is your head office?", "Bonn", 1),
        ("Founded:", "", 2),
        ("Legal form:", "", 3),
    ]
    assert found[2].answer.kind == "date"
    assert found[3].answer == AnswerType("choice", ("GmbH", "AG"))


def test_controls_around_cells_and_rows() -> None:
    rows = (
        tr("Question", "Answer")
        + f"<w:tr>{tc(p('Do you encrypt?'))}{sdt(tc(p('')))}</w:tr>"
        + sdt(tr("Who audits you?", ""))
    )
    found = body(f"<w:tbl>{rows}</w:tbl>")
    assert [(each.text, each.place["cell"]) for each in found] == [("Do you encrypt?", 3), ("Who audits you?", 5)]
    assert found[0].place["control"] == 0


def test_boxes_are_options() -> None:
    found = body(
        p("Do you encrypt data?"),
        f"<w:p>{BOX.format(0)}<w:r><w:t> Yes </w:t></w:r>{BOX.format(1)}<w:r><w:t> No</w:t></w:r></w:p>",
        p(
            "Are you certified? ",
            field("<w:checkBox/>")
            + "<w:r><w:t> Ja </w:t></w:r>"
            + field("<w:checkBox/>")
            + "<w:r><w:t> Nein</w:t></w:r>",
        ),
    )
    assert found[0].place == {
        "part": "word/document.xml",
        "boxes": [{"control": 0, "option": "Yes"}, {"control": 1, "option": "No"}],
    }
    assert (found[0].answer, found[0].existing) == (AnswerType("choice", ("Yes", "No")), "No")
    assert found[1].place["boxes"] == [{"field": 0, "option": "Ja"}, {"field": 1, "option": "Nein"}]


def test_legacy_form_fields() -> None:
    found = body(
        p("Name: ", field("<w:textInput><w:maxLength w:val='40'/></w:textInput>")),
        p("Size: ", field("<w:ddList><w:listEntry w:val='small'/><w:listEntry w:val='large'/></w:ddList>")),
    )
    assert [(each.text, each.place["field"], each.answer) for each in found] == [
        ("Name:", 0, AnswerType("text", (), 40)),
        ("Size:", 1, AnswerType("choice", ("small", "large"))),
    ]


def test_tracked_changes_count_as_accepted() -> None:
    tracked = (
        "<w:p><w:r><w:t xml:space='preserve'>Do you </w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>burn</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='a'><w:r><w:t>encrypt</w:t></w:r></w:ins>"
        "<w:r><w:t xml:space='preserve'> data?</w:t></w:r></w:p>"
    )
    gone = "<w:tr><w:trPr><w:del w:id='3' w:author='a'/></w:trPr>" + tc(p("Do you smoke?")) + tc(p("")) + "</w:tr>"
    found = body(tracked, f"<w:tbl>{tr('Question', 'Answer')}{gone}{tr('Who audits you?', '')}</w:tbl>")
    assert [each.text for each in found] == ["Do you encrypt data?", "Who audits you?"]


def test_a_form_of_names_and_empty_cells() -> None:
    found = body(f"<w:tbl>{tr('Company name', '')}{tr('Country', '')}{tr('Contact e-mail', 'a@b.example')}</w:tbl>")
    assert [(each.text, each.place["cell"]) for each in found] == [
        ("Company name", 1),
        ("Country", 3),
        ("Contact e-mail", 5),
    ]


def test_questions_are_in_the_order_of_the_document() -> None:
    found = body(
        p("1. Do you encrypt?"),
        f"<w:tbl>{tr('Question', 'Answer')}{tr('Who audits you?', '')}</w:tbl>",
        p("3. Where are you?"),
    )
    assert [each.text for each in found] == ["Do you encrypt?", "Who audits you?", "Where are you?"]
    assert [each.number for each in found] == [1, 2, 3]


def test_headers_and_footers_have_places_to_fill_in_and_ask_nothing_else() -> None:
    document: Any = docx.Document()
    document.add_paragraph("1. Do you encrypt data?")
    header, footer = document.sections[0].header, document.sections[0].footer
    header.paragraphs[0].text = "Supplier: ________"
    table = footer.add_table(2, 2, 100)
    for row, (name, value) in enumerate([("Name:", ""), ("Date:", "")]):
        table.cell(row, 0).text, table.cell(row, 1).text = name, value
    footer.paragraphs[0].text = "Do you have questions? Call us."
    found = questions(document)
    assert [each.text for each in found] == ["Do you encrypt data?", "Supplier:", "Name:", "Date:"]
    assert found[1].place["paragraph"] == 0
    assert [found[1].place["part"], found[2].place["part"]] == ["word/header1.xml", "word/footer1.xml"]


def test_a_header_that_names_the_document_asks_nothing() -> None:
    document: Any = docx.Document()
    document.add_paragraph("1. Do you encrypt data?")
    table = document.sections[0].header.add_table(2, 2, 100)
    for row, (name, value) in enumerate([("Document:", "Security form"), ("Version:", "4")]):
        table.cell(row, 0).text, table.cell(row, 1).text = name, value
    assert [each.text for each in questions(document)] == ["Do you encrypt data?"]
