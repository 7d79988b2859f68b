"""Answers in documents: in cells, behind paragraphs, in content controls and form fields, and a review at the end."""

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fill_in_file.entries import Entry, clean
from fill_in_file.word_document import fill_document
from tests.support.filled_files import HOSTILE, changed_parts, choice, converted, entries, item, parts
from tests.support.project import CORPUS

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
PART = "word/document.xml"
NAMES = f'xmlns:w="{W}" xmlns:w14="{W14}"'


def document(*xml: str) -> bytes:
    """A document with these elements before its last section's properties."""
    made = Document()
    for each in xml:
        made.element.body.insert_element_before(parse_xml(each.replace(">", f" {NAMES}>", 1)), "w:sectPr")
    return saved(made)


def saved(made: Any) -> bytes:
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def control(properties: str, content: str = "<w:r><w:t>Choose an item.</w:t></w:r>") -> str:
    return f"<w:p><w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt></w:p>"


def box(checked: int = 0) -> str:
    return control(
        f'<w14:checkbox><w14:checked w14:val="{checked}"/><w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox>',
        f"<w:r><w:t>{'☒' if checked else '☐'}</w:t></w:r>",
    )


def field(data: str, result: str = "") -> str:
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText xml:space="preserve"> FORMTEXT </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def filled(source: bytes, *found: Entry) -> Any:
    return etree.fromstring(parts(fill_document(source, found))[PART])


def texts(root: Any) -> list[str]:
    return ["".join(each.text or "" for each in p.iter(f"{{{W}}}t")) for p in root.iter(f"{{{W}}}p")]


def at(**place: Any) -> dict[str, Any]:
    return {"part": PART} | place


def test_only_the_document_part_changes_and_its_rest_is_equal() -> None:
    source = document(
        "<w:p><w:r><w:t>Do you?</w:t></w:r></w:p>",
        "<w:p><w:ins w:id='1' w:author='A'><w:r><w:t>new</w:t></w:r></w:ins></w:p>",
    )
    body = fill_document(source, entries(item(1, at(paragraph=0))))
    assert changed_parts(source, body) == ({PART}, set())
    before, after = (etree.fromstring(parts(each)[PART])[0] for each in (source, body))
    after.remove(after[1])
    for old, now in zip(list(before)[:2], list(after)[:2], strict=True):
        assert etree.tostring(old, method="c14n") == etree.tostring(now, method="c14n")
    assert etree.tostring(before[-1], method="c14n") == etree.tostring(after[-1], method="c14n")


def test_an_answer_behind_a_paragraph_looks_like_the_body_text() -> None:
    made = Document()
    made.add_heading("Do you encrypt?")
    made.add_paragraph("We ask this of all.", "Body Text")
    made.add_paragraph("Why?", "List Number")
    answers = entries(item(1, at(paragraph=0)), item(2, at(paragraph=2), "So."), item(3, at(paragraph=2), "And so."))
    found = Document(io.BytesIO(fill_document(saved(made), answers))).paragraphs
    assert [(each.text, each.style.name) for each in found[:6]] == [
        ("Do you encrypt?", "Heading 1"),
        ("We do.", "Body Text"),
        ("We ask this of all.", "Body Text"),
        ("Why?", "List Number"),
        ("So.", "Body Text"),
        ("And so.", "Body Text"),
    ]


def test_a_cell_takes_the_answer_and_another_its_explanation() -> None:
    made = Document()
    table = made.add_table(2, 3)
    table.cell(0, 0).text, table.cell(1, 0).text = "Do you?", "Why?"
    table.cell(1, 1).text = "Name:"
    found = entries(choice(1, at(cell=1, comment=2), "Yes"), item(2, at(cell=4), "one\ntwo"))
    cells = Document(io.BytesIO(fill_document(saved(made), found))).tables[0]
    assert [cell.text for cell in cells.rows[0].cells] == ["Do you?", "Yes", "We do."]
    assert cells.cell(1, 1).text == "Name:\none\ntwo"


def test_an_answer_that_is_replaced_leaves_its_cell() -> None:
    made = Document()
    made.add_table(1, 1).cell(0, 0).text = "mine"
    found = [item(1, at(cell=0), existing="mine", status="already_answered")]
    kept, replaced = (
        Document(io.BytesIO(fill_document(saved(made), entries(*found, overwrite=overwrite)))).tables[0].cell(0, 0).text
        for overwrite in (False, True)
    )
    assert (kept, replaced) == ("mine", "We do.")


def test_a_content_control_takes_the_answer_in_place_of_its_placeholder() -> None:
    source = document(control('<w:showingPlcHdr/><w:dataBinding w:xpath="/a"/><w:text/>'))
    root = filled(source, *entries(item(1, at(control=0))))
    assert texts(root)[0] == "We do."
    assert not list(root.iter(f"{{{W}}}showingPlcHdr", f"{{{W}}}dataBinding"))


def test_a_drop_down_takes_one_of_its_items() -> None:
    listed = "<w:dropDownList><w:listItem w:displayText='Yes' w:value='1'/><w:listItem w:value='No'/></w:dropDownList>"
    source = document(control(listed), control(listed), control(listed))
    found = entries(
        choice(1, at(control=0), "Yes"),
        choice(2, at(control=1), "No"),
        item(3, at(control=2), "", "Perhaps", kind="choice"),
    )
    root = filled(source, *found)
    assert texts(root)[:3] == ["Yes", "No", "Choose an item."]
    assert [each.get(f"{{{W}}}lastValue") for each in root.iter(f"{{{W}}}dropDownList")] == ["1", "No", None]
    assert found[2].status == "failed"


def test_a_date_control_shows_the_date_in_its_form() -> None:
    source = document(control('<w:date><w:dateFormat w:val="dd.MM.yyyy"/></w:date>'))
    root = filled(source, *entries(item(1, at(control=0), "", "2026-11-29", kind="date")))
    assert texts(root)[0] == "29.11.2026"
    assert next(root.iter(f"{{{W}}}date")).get(f"{{{W}}}fullDate") == "2026-11-29T00:00:00Z"


def test_the_box_of_the_chosen_option_is_ticked_and_the_other_is_not() -> None:
    boxes = [{"control": 0, "option": "Yes"}, {"control": 1, "option": "No"}]
    root = filled(document(box(), box(1)), *entries(choice(1, at(boxes=boxes), "Yes")))
    assert texts(root)[:2] == ["☒", "☐"]
    assert [each.get(f"{{{W14}}}val") for each in root.iter(f"{{{W14}}}checked")] == ["1", "0"]


def test_form_fields_take_texts_list_entries_and_ticks() -> None:
    source = document(
        field("<w:textInput/>", "<w:r><w:rPr><w:i/></w:rPr><w:t>     </w:t></w:r>"),
        field('<w:ddList><w:listEntry w:val="Yes"/><w:listEntry w:val="No"/></w:ddList>'),
        field('<w:checkBox><w:default w:val="0"/></w:checkBox>'),
        field('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'),
    )
    boxes = [{"field": 2, "option": "Yes"}, {"field": 3, "option": "No"}]
    found = entries(item(1, at(field=0)), choice(2, at(field=1), "No"), choice(3, at(boxes=boxes), "Yes"))
    root = filled(source, *found)
    assert texts(root)[0] == "We do."
    assert next(root.iter(f"{{{W}}}i")) is not None
    assert [each.get(f"{{{W}}}val") for each in root.iter(f"{{{W}}}result", f"{{{W}}}checked")] == ["1", "1", "0"]


@pytest.mark.parametrize(
    "place", [at(cell=9), at(control=0), at(boxes=[{"field": 3, "option": "Yes"}]), {"part": "x"}, at()]
)
def test_a_place_that_is_not_in_the_document_is_reported(place: dict[str, Any]) -> None:
    (entry,) = entries(choice(1, place, "Yes"))
    fill_document(document(), [entry])
    assert entry.notes == ["no_place"]


def test_the_review_is_a_table_on_a_new_last_page() -> None:
    made = Document()
    made.add_paragraph("Welche Daten werden verschlüsselt?")
    asked = item(1, at(paragraph=0), "Alle.", text="Welche Daten werden verschlüsselt?", reasons=("Zu alt.",))
    found = Document(io.BytesIO(fill_document(saved(made), entries(asked))))
    header, row = ([cell.text for cell in each.cells] for each in found.tables[-1].rows)
    assert header[:4] == ["Nr.", "Stelle", "Frage", "Antwort"]
    assert row[3:8] == ["Alle.", "beantwortet", "hoch", "ja", "Zu alt."]
    assert 'w:type="page"' in found.element.xml


@given(st.text() | st.sampled_from(HOSTILE))
@settings(max_examples=30)
def test_whatever_an_answer_holds_is_text(text: str) -> None:
    (entry,) = entries(item(1, at(paragraph=0), text))
    found = Document(io.BytesIO(fill_document(document("<w:p><w:r><w:t>Do you?</w:t></w:r></w:p>"), [entry])))
    if entry.value is not None:
        assert found.paragraphs[1].text == clean(text).strip()


REAL = sorted(path for folder in ("questionnaires", "rfp") for path in (CORPUS / folder).rglob("*.docx"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[-30:])
def test_real_documents_keep_all_that_is_not_written(path: Path) -> None:
    source = path.read_bytes()
    before = Document(io.BytesIO(source))
    (entry,) = entries(item(1, at(paragraph=3)))
    body = fill_document(source, [entry])
    assert changed_parts(source, body) == ({PART}, set())
    old, now = texts(before.element), texts(Document(io.BytesIO(body)).element)
    assert now[:5] == [*old[:4], "We do."]
    assert now[5 : len(old) + 1] == old[4:]


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    source = document("<w:p><w:r><w:t>Do you?</w:t></w:r></w:p>", control("<w:text/>"), box())
    boxes = [{"control": 1, "option": "Yes"}]
    found = entries(
        item(1, at(paragraph=0), "\n".join(HOSTILE)), item(2, at(control=0)), choice(3, at(boxes=boxes), "Yes")
    )
    text = converted(fill_document(source, found), "docx", tmp_path, "txt:Text (encoded):UTF8").read_text("utf-8-sig")
    assert 'he said "yes"' in text
    assert "Docent review" in text
    assert "☒" in text


def test_a_place_in_a_header_is_filled_in_there() -> None:
    made = Document()
    made.sections[0].header.paragraphs[0].text = "Supplier: ________"
    source = saved(made)
    body = fill_document(source, entries(item(1, {"part": "word/header1.xml", "paragraph": 0}, "Mary Orrery Ltd")))
    assert changed_parts(source, body) == ({PART, "word/header1.xml"}, set())
    assert texts(etree.fromstring(parts(body)["word/header1.xml"])) == ["Supplier: ________", "Mary Orrery Ltd"]
