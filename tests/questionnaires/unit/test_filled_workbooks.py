"""Answers in workbooks: what changes, what must not, and how each kind of answer is written."""

import datetime
import io
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from fill_in_file.entries import Entry, clean
from fill_in_file.workbook import fill_workbook
from tests.support.filled_files import HOSTILE, SHEET, changed_parts, choice, converted, entries, item, parts
from tests.support.project import CORPUS

TOUCHED = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"}
PROPERTIES = {"docProps/app.xml"}


def saved(workbook: Workbook) -> bytes:
    body = io.BytesIO()
    workbook.save(body)
    return body.getvalue()


def questionnaire(**cells: Any) -> bytes:
    workbook = Workbook()
    sheet = workbook["Sheet"]
    for number in range(1, 6):
        sheet.cell(number, 1, f"Question {number}?")
    for name, value in cells.items():
        sheet[name] = value
    return saved(workbook)


def with_sheet_xml(source: bytes, old: str, new: str, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts(source).items():
            text = data.decode() if name == part else ""
            assert name != part or old in text
            target.writestr(name, text.replace(old, new, 1) if name == part else data)
    return body.getvalue()


def at(answer: str, **beside: str) -> dict[str, Any]:
    return SHEET | {"answer": answer} | beside


def opened(body: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it does not read
        return load_workbook(io.BytesIO(body))


def test_only_the_sheet_and_what_names_the_review_change() -> None:
    source = questionnaire()
    changed, new = changed_parts(source, fill_workbook(source, entries(item(1, at("B1")))))
    assert TOUCHED <= changed <= TOUCHED | PROPERTIES
    assert new == {"xl/worksheets/sheet2.xml"}


def test_a_sheet_in_which_nothing_is_written_stays_as_it_is() -> None:
    source = questionnaire(B1="=1+1")
    changed, _ = changed_parts(source, fill_workbook(source, entries(item(1, at("B1")))))
    assert "xl/worksheets/sheet1.xml" not in changed


def test_the_answer_keeps_the_look_of_its_cell() -> None:
    workbook = Workbook()
    sheet = workbook["Sheet"]
    sheet["B2"].number_format = "0.00"
    sheet.column_dimensions["D"].number_format = "@"
    source = saved(workbook)
    before = opened(source)["Sheet"]["B2"].style_id
    filled = opened(fill_workbook(source, entries(item(1, at("B2")), item(2, at("D9")))))["Sheet"]
    assert (filled["B2"].value, filled["B2"].style_id) == ("We do.", before)
    assert filled["D9"].number_format == "@"


def test_cells_and_rows_are_put_in_their_order() -> None:
    source = questionnaire(F3="last")
    places = ["B3", "D3", "C3", "A9", "B7", "G3"]
    filled = fill_workbook(source, entries(*(item(number, at(place)) for number, place in enumerate(places, 1))))
    references = re.findall(r'<c r="([A-Z]+)(\d+)"', parts(filled)["xl/worksheets/sheet1.xml"].decode())
    assert [(int(row), column) for column, row in references] == sorted((int(row), col) for col, row in references)
    rows = re.findall(r'<row r="(\d+)"', parts(filled)["xl/worksheets/sheet1.xml"].decode())
    assert rows == sorted(rows, key=int)
    assert opened(filled)["Sheet"].dimensions == "A1:G9"


def test_rows_and_cells_without_references_are_counted() -> None:
    source = with_sheet_xml(questionnaire(), '<row r="2"', "<row")
    source = with_sheet_xml(source, '<c r="A2" ', "<c ")
    filled = opened(fill_workbook(source, entries(item(1, at("B2")))))["Sheet"]
    assert [cell.value for cell in filled[2]] == ["Question 2?", "We do."]


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# With all that XML allows and that few programs write.
ODD_SHEET = f"""<?xml version='1.0' standalone="yes"?>
<!-- <row r="2"> --><x:worksheet  xmlns:x = '{MAIN}' xmlns:o="urn:other" o:note='a > "b"'><x:dimension ref="A1:A3"/>
<x:sheetData  ><x:row r="1"><x:c r="A1" t='inlineStr'><x:is><x:t><![CDATA[</row><row>]]></x:t></x:is></x:c></x:row >
<!-- between --><x:row r='3' o:note="/>"  /><?row r="4"?></x:sheetData><x:pageMargins left="1" right="1" top="1"
bottom="1" header="1" footer="1"></x:pageMargins></x:worksheet>
"""
ANSWERED = """<x:c r="B{row}" t="inlineStr"><x:is><x:t xml:space="preserve">We do.</x:t></x:is></x:c></x:row>"""


def with_sheet(text: str, encoding: str = "utf-8") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as target:
        for name, data in parts(questionnaire()).items():
            target.writestr(name, text.encode(encoding) if name == "xl/worksheets/sheet1.xml" else data)
    return body.getvalue()


@pytest.mark.parametrize(
    ("rows", "changed"),
    [
        ([2], {"<x:row r='3'": f'<x:row r="2">{ANSWERED.format(row=2)}' + "<x:row r='3'"}),
        ([3], {"<x:row r='3' o:note=\"/>\"  />": f'<x:row r="3" o:note="/&gt;">{ANSWERED.format(row=3)}'}),
        (
            [5, 4],
            {"</x:sheetData>": "".join(f'<x:row r="{n}">{ANSWERED.format(row=n)}' for n in (4, 5)) + "</x:sheetData>"},
        ),
    ],
)
def test_not_a_byte_changes_beside_the_rows_that_are_filled(rows: list[int], changed: dict[str, str]) -> None:
    source = with_sheet(ODD_SHEET)
    found = entries(*(item(number, at(f"B{row}")) for number, row in enumerate(rows, 1)))
    expected = ODD_SHEET.replace('ref="A1:A3"', f'ref="A1:B{max(3, *rows)}"')
    for old, new in changed.items():
        assert old in expected
        expected = expected.replace(old, new)
    assert parts(fill_workbook(source, found))["xl/worksheets/sheet1.xml"].decode() == expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_a_sheet_in_another_encoding_is_filled(encoding: str) -> None:
    named = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{named}"?><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    filled = opened(fill_workbook(with_sheet(text, encoding), entries(item(1, at("B2"), "Müller does."))))["Sheet"]
    assert filled["B2"].value == "Müller does."


def test_an_answer_beside_another_and_below_it_are_both_kept() -> None:
    """A row is left, and gone back to."""
    found = entries(*(item(number, at(place)) for number, place in enumerate(["B2", "B4", "C2"], 1)))
    filled = opened(fill_workbook(questionnaire(), found))["Sheet"]
    assert [filled[place].value for place in ("B2", "C2", "B4")] == ["We do."] * 3


def test_merged_cells_take_the_answer_into_their_first() -> None:
    workbook = Workbook()
    workbook["Sheet"].merge_cells("B2:D4")
    filled = opened(fill_workbook(saved(workbook), entries(item(1, at("C3")))))["Sheet"]
    assert filled["B2"].value == "We do."


def test_numbers_dates_and_choices_are_what_they_are() -> None:
    workbook = Workbook()
    workbook["Sheet"]["B3"].number_format = "dd.mm.yyyy"
    places = [at(f"B{number}") for number in range(1, 6)]
    found = entries(
        item(1, places[0], "Twelve of them.", "12.50", kind="number"),
        item(2, places[1], "", "-5", kind="number"),
        item(3, places[2], "", "2026-11-29", kind="date"),
        item(4, places[3], "", "2026-11-29", kind="date"),
        item(5, places[4], "", "Red", "Blue", kind="choices", options=("Red", "Green", "Blue")),
    )
    filled = opened(fill_workbook(saved(workbook), found))["Sheet"]
    assert [filled[f"B{number}"].value for number in range(1, 6)] == [
        12.5,
        -5,
        datetime.datetime(2026, 11, 29),
        "2026-11-29",
        "Red; Blue",
    ]
    assert filled["B3"].number_format == "dd.mm.yyyy"


def test_dates_count_from_1904_where_the_workbook_does() -> None:
    workbook = Workbook()
    workbook.epoch = datetime.datetime(1904, 1, 1)
    workbook["Sheet"]["B1"].number_format = "yyyy-mm-dd"
    filled = opened(fill_workbook(saved(workbook), entries(item(1, at("B1"), "", "2026-11-29", kind="date"))))
    assert filled["Sheet"]["B1"].value == datetime.datetime(2026, 11, 29)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("choice", "Perhaps"), ("choice", "yes"), ("number", "many"), ("number", "NaN"), ("date", "soon")],
)
def test_a_value_that_the_cell_does_not_take_is_a_failed_answer(kind: Any, value: str) -> None:
    source = questionnaire()
    asked = item(
        1, at("B1", comment="C1"), "Because.", value, kind=kind, options=("Yes", "No") if kind == "choice" else ()
    )
    filled = opened(fill_workbook(source, entries(asked)))
    assert (filled["Sheet"]["B1"].value, filled["Sheet"]["C1"].value) == (None, None)
    assert "failed" in [cell.value for cell in filled["Docent review"][7]]


def test_a_choice_is_explained_beside_it() -> None:
    found = entries(
        choice(1, at("B1", comment="C1", evidence="D1"), "Yes"),
        choice(2, at("B2", evidence="D2"), "No"),
        choice(3, at("B3"), "No"),
        item(4, at("B4", evidence="D4")),
    )
    filled = opened(fill_workbook(questionnaire(), found))["Sheet"]
    rows = [[filled[f"{column}{row}"].value for column in "BCD"] for row in range(1, 5)]
    assert rows == [
        ["Yes", "We do.", "policies/Encryption.pdf, p. 3"],
        ["No", None, "We do.\npolicies/Encryption.pdf, p. 3"],
        ["No", None, None],
        ["We do.", None, "policies/Encryption.pdf, p. 3"],
    ]


def test_a_comment_that_is_there_stays() -> None:
    filled = opened(fill_workbook(questionnaire(C1="mine"), entries(choice(1, at("B1", comment="C1"), "Yes"))))["Sheet"]
    assert (filled["B1"].value, filled["C1"].value) == ("Yes", "mine")


def test_an_existing_answer_or_formula_is_left_alone_unless_it_is_to_be_replaced() -> None:
    source = questionnaire(B1="mine", B2="=1+1", C1="=B2")
    found = [
        item(1, at("B1"), existing="mine", status="already_answered"),
        item(2, at("B2")),
    ]
    kept = opened(fill_workbook(source, entries(*found)))["Sheet"]
    assert (kept["B1"].value, kept["B2"].value) == ("mine", "=1+1")
    replaced = opened(fill_workbook(source, entries(*found, overwrite=True)))["Sheet"]
    assert (replaced["B1"].value, replaced["B2"].value, replaced["C1"].value) == ("We do.", "We do.", "=B2")


def test_a_formula_that_other_cells_share_is_never_taken_away() -> None:
    source = with_sheet_xml(questionnaire(B1="=A1"), "<f>A1</f>", '<f t="shared" ref="B1:B3" si="0">A1</f>')
    (entry,) = entries(item(1, at("B1")), overwrite=True)
    assert b'ref="B1:B3"' in parts(fill_workbook(source, [entry]))["xl/worksheets/sheet1.xml"]
    assert entry.notes == ["has_formula"]


def test_workbooks_with_formulas_are_calculated_when_they_are_opened() -> None:
    def calculation(source: bytes) -> bytes:
        workbook = parts(fill_workbook(source, entries(item(1, at("C1")))))["xl/workbook.xml"]
        return re.findall(rb"<calcPr[^>]*>", workbook)[0]

    bare = with_sheet_xml(questionnaire(B1="=C1"), ' fullCalcOnLoad="1"', "", "xl/workbook.xml")
    plain = with_sheet_xml(questionnaire(), ' fullCalcOnLoad="1"', "", "xl/workbook.xml")
    assert b'fullCalcOnLoad="1"' in calculation(bare)
    assert b"fullCalcOnLoad" not in calculation(plain)


def test_lists_comments_protection_and_formats_stay() -> None:
    workbook = Workbook()
    sheet = workbook["Sheet"]
    allowed = DataValidation("list", formula1='"Yes,No"')
    allowed.add("B1:B1048576")
    sheet.add_data_validation(allowed)
    sheet["A1"].comment = Comment("Ask Ada.", "Ada")
    sheet.protection.sheet = True
    sheet.column_dimensions["B"].width = 44
    source = saved(workbook)
    body = fill_workbook(source, entries(choice(1, at("B1"), "Yes")))
    filled = opened(body)["Sheet"]
    assert filled["B1"].value == "Yes"
    assert [each.sqref for each in filled.data_validations.dataValidation] == [allowed.sqref]
    assert filled["A1"].comment.text == "Ask Ada."
    assert filled.protection.sheet
    assert filled.column_dimensions["B"].width == 44
    assert not {"xl/comments/comment1.xml", "xl/styles.xml"} & changed_parts(source, body)[0]


def test_a_place_that_is_not_in_the_file_is_reported() -> None:
    places = [SHEET | {"answer": "B0x"}, {"part": "xl/worksheets/sheet9.xml", "answer": "B1"}, {}]
    found = entries(*(item(number, place) for number, place in enumerate(places, 1)))
    fill_workbook(questionnaire(), found)
    assert [entry.notes for entry in found] == [["no_place"]] * 3


def test_the_review_has_a_row_for_each_question_and_counts() -> None:
    workbook = Workbook()
    workbook.create_sheet("docent REVIEW")
    found = [
        item(1, at("B1"), reasons=("It is about prices.",), review="approved", approved_by="ada@example.org"),
        item(2, at("B2"), "", status="unanswered"),
    ]
    body = fill_workbook(saved(workbook), entries(*found))
    rows = [[cell or "" for cell in row] for row in opened(body)["Docent review 2"].iter_rows(values_only=True)]
    assert [row[:2] for row in rows[1:5]] == [
        [2, "Questions"],
        [1, "answered"],
        [1, "unanswered"],
        [1, "Needs review"],
    ]
    assert rows[7] == [
        "1", "Sheet!B1", "Do you encrypt what you keep?", "We do.", "answered", "high", "yes", "It is about prices.",
        "policies/Encryption.pdf, p. 3", "approved", "ada@example.org", "",
    ]  # fmt: skip


def test_german_questions_get_a_german_review() -> None:
    asked = item(1, at("B1"), "Ja.", text="Wie werden die Daten verschlüsselt?")
    body = fill_workbook(questionnaire(), entries(asked))
    assert [cell.value for cell in opened(body)["Docent review"][6]][:3] == ["Nr.", "Stelle", "Frage"]


def test_a_text_that_is_too_long_for_a_cell_is_cut_with_a_mark_and_a_note() -> None:
    (entry,) = entries(item(1, at("B1"), "😀" * 50_000))
    filled = opened(fill_workbook(questionnaire(), [entry]))["Sheet"]["B1"].value
    assert filled.endswith(" […]")
    assert len(filled.encode("utf-16-le")) // 2 <= 32_767
    assert entry.notes == ["cut"]


def test_the_limit_that_the_question_sets_is_kept() -> None:
    (entry,) = entries(item(1, at("B1"), "word " * 100, max_chars=50))
    assert len(opened(fill_workbook(questionnaire(), [entry]))["Sheet"]["B1"].value) <= 50
    assert entry.notes == ["cut"]


@example("".join(HOSTILE) + "x" * 100_000)
@given(st.text() | st.sampled_from(HOSTILE))
@settings(max_examples=60)
def test_whatever_an_answer_holds_is_text_in_its_cell(text: str) -> None:
    source = questionnaire(C1="=B1")
    (entry,) = entries(item(1, at("B1"), text))
    filled = opened(fill_workbook(source, [entry]))["Sheet"]
    value = filled["B1"].value
    if entry.value is None:
        assert not clean(text).strip()
        return
    assert filled["B1"].data_type != "f"
    assert re.findall("<f>", parts(fill_workbook(source, [entry]))["xl/worksheets/sheet1.xml"].decode()) == ["<f>"]
    if len(text) < 10_000:
        assert value.replace("_x005F_", "_") == clean(text).strip()


def test_ten_thousand_questions_are_filled_in() -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Sheet")
    for number in range(10_000):
        sheet.append([f"Question {number}?"])
    found = entries(*(item(number, at(f"B{number}")) for number in range(1, 10_001)))
    body = parts(fill_workbook(saved(workbook), found))
    assert body["xl/worksheets/sheet1.xml"].count(b"We do.") == 10_000


def test_libreoffice_opens_it_and_calculates_again(tmp_path: Path) -> None:
    source = questionnaire(D1='=B1&"!"')
    body = fill_workbook(
        source, entries(item(1, at("B1")), *(item(n, at(f"B{n + 1}"), t) for n, t in enumerate(HOSTILE, 2)))
    )
    table = load_workbook(converted(body, "xlsx", tmp_path, "xlsx"), data_only=True)
    assert table["Sheet"]["D1"].value == "We do.!"
    assert table["Docent review"]["A1"].value == "Docent review"


HECVAT = CORPUS / "questionnaires" / "jgordini__hecvat__HECVAT414.xlsx"


@pytest.mark.skipif(not HECVAT.exists(), reason="needs the corpus")
def test_every_list_and_every_other_part_of_a_real_workbook_stays() -> None:
    source = HECVAT.read_bytes()
    place = {"sheet": "Organization", "part": "xl/worksheets/sheet2.xml", "answer": "C12", "comment": "D12"}
    body = fill_workbook(source, entries(choice(1, place, "Yes")))
    changed, new = changed_parts(source, body)
    assert changed <= {*TOUCHED, *PROPERTIES, "xl/worksheets/sheet2.xml"}
    assert new == {"xl/worksheets/sheet16.xml"}
    before, after = (parts(each)["xl/worksheets/sheet2.xml"] for each in (source, body))
    lists = re.compile(rb"<x14:dataValidation .*?</x14:dataValidation>", re.DOTALL)
    assert lists.findall(before) == lists.findall(after) != []
    cells = re.compile(rb'<c r="([A-Z]+\d+)".*?(?:/>|</c>)', re.DOTALL)
    differing = {
        old[1] for old, now in zip(cells.finditer(before), cells.finditer(after), strict=True) if old[0] != now[0]
    }
    assert differing == {b"C12", b"D12"}


REAL = sorted(path for folder in ("questionnaires", "rfp") for path in (CORPUS / folder).rglob("*.xlsx"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[-30:])
def test_real_workbooks_keep_all_that_is_not_written(path: Path) -> None:
    source = path.read_bytes()
    before = opened(source)
    sheet = before.worksheets[0]
    row = sheet.max_row + 1
    part = next(name for name in parts(source) if "worksheets/sheet" in name and name.endswith("sheet1.xml"))
    found: list[Entry] = entries(item(1, {"sheet": sheet.title, "part": part, "answer": f"B{row}"}))
    body = fill_workbook(source, found)
    changed, new = changed_parts(source, body)
    assert changed <= {*TOUCHED, *PROPERTIES, part}
    assert len(new) == 1
    after = opened(body)
    assert after.sheetnames[:-1] == before.sheetnames
    for old, now in zip(before.worksheets, after.worksheets, strict=False):
        assert {name: each.width for name, each in old.column_dimensions.items()} == {
            name: each.width for name, each in now.column_dimensions.items()
        }
