"""Finding the questions of a questionnaire, through the handler: questions.jsonl, rows, and named errors."""

import io
import json
import struct
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docent.callers import Caller
from docent.documents import document_id_of
from docent.errors import DocentError
from docent.errors.questionnaires import (
    EmptyQuestionnaireError,
    EncryptedQuestionnaireError,
    InvalidMapError,
    NoQuestionsError,
    OversizedQuestionnaireError,
    UnreadableQuestionnaireError,
    UnsupportedQuestionnaireError,
)
from docent.questionnaire_rows import owner_json
from docent.questionnaires import Question
from find_questions import packages
from find_questions.reading import find_questions
from tests.support.api_calls import MARY, OTTO
from tests.support.aws import DERIVED_BUCKET, QUESTIONNAIRES_TABLE, SOURCE_BUCKET, World
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event
from tests.support.questionnaires import put_row

GENERATION = "0" * 31 + "7"


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def uploaded(aws: World, body: bytes, name: str, generation: str = GENERATION, **more: Any) -> dict[str, Any]:
    key = f"questionnaires/{name}"
    aws.put(key, body, SOURCE_BUCKET)
    source = {"bucket": SOURCE_BUCKET, "key": key}
    return {
        "document": {"document_id": document_id_of(SOURCE_BUCKET, key), "generation": generation, "source": source}
    } | more


def test_the_sample_event_finds_the_questions_of_a_csv_file(function: Function, aws: World) -> None:
    event = sample_event("find_questions.csv.json")
    aws.put(event["document"]["source"]["key"], b"Question,Answer\nDo you encrypt data?,\n", SOURCE_BUCKET)
    assert function(event)["count"] == 1


def test_questions_become_lines_and_rows(function: Function, aws: World) -> None:
    body = workbook(
        ("No", "Question", "Answer"), (1, f"Do you encrypt {CANARY}?", None), (2, "Who audits you?", "KPMG")
    )
    event = uploaded(aws, body, "vendor.xlsx")
    result = function(event)
    assert result["count"] == 2
    assert result["format"] == "xlsx"
    (sheet,) = result["map"]["sheets"]
    assert sheet["header_row"] == 1
    assert sheet["columns"] == {"number": "A", "question": "B", "answer": "C"}
    lines = aws.read(result["questions"]["key"]).decode().splitlines()
    questions = [Question.from_json(json.loads(line)) for line in lines]
    assert questions[0].place["answer"] == "C2"
    assert questions[1].existing == "KPMG"
    rows = aws.items(QUESTIONNAIRES_TABLE)
    assert [(row["item"], row["status"]) for row in rows] == [
        ("item#000001", "pending"),
        ("item#000002", "already_answered"),
    ]
    assert rows[0]["digest"] == questions[0].digest
    assert result["questions"]["bucket"] == DERIVED_BUCKET


def test_a_new_upload_keeps_the_answers_of_questions_that_are_the_same(function: Function, aws: World) -> None:
    first = function(uploaded(aws, b"1. Do you encrypt data?\n2. Who audits you?\n3. Where are you?", "a.txt"))
    assert first["count"] == 3
    row = aws.items(QUESTIONNAIRES_TABLE)[1]
    answered = row | {"status": "answered", "answer": '{"status": "answered"}', "review": "approved"}
    aws.put_item(QUESTIONNAIRES_TABLE, **answered)
    function(uploaded(aws, b"1. Who audits you?\n2. What is new?", "a.txt", "0" * 31 + "8"))
    rows = aws.items(QUESTIONNAIRES_TABLE)
    assert [each["status"] for each in rows] == ["answered", "pending"]
    assert rows[0]["review"] == "approved"
    assert "review" not in rows[1]


def test_the_same_upload_twice_changes_nothing(function: Function, aws: World) -> None:
    event = uploaded(aws, b"1. Do you encrypt data?\n2. Who audits you?", "a.txt")
    assert function(event) == function(event)
    assert len(aws.items(QUESTIONNAIRES_TABLE)) == 2


def test_a_map_decides(function: Function, aws: World) -> None:
    body = workbook(
        ("Question", "Notes", "Ours"), ("Do you encrypt?", "x", None), ("Topics", None, None), ("Who?", None, None)
    )
    sheets = [
        {"sheet": "Sheet", "header_row": 1, "columns": {"question": "A", "answer": "C"}, "rows": [2, 3], "skipped": []}
    ]
    result = function(uploaded(aws, body, "m.xlsx", map={"format": "xlsx", "sheets": sheets}))
    questions = [json.loads(line) for line in aws.read(result["questions"]["key"]).decode().splitlines()]
    assert [(each["text"], each["place"]["answer"]) for each in questions] == [
        ("Do you encrypt?", "C2"),
        ("Topics", "C3"),
    ]


def placed(body: bytes) -> list[tuple[str, str, str]]:
    found = find_questions("m.xlsx", body)
    assert find_questions("m.xlsx", body, found.map).questions == found.questions
    return [(each.text, each.place["answer"], each.place.get("comment", "")) for each in found.questions]


def test_a_header_in_two_rows_names_the_columns_below_its_merged_cell() -> None:
    rows = [
        ("No", "Question", "Vendor response", None),
        (None, None, "Answer", "Comment"),
        ("1", "Do you encrypt data?", None, None),
        ("2", "Who audits you?", None, None),
    ]
    assert placed(workbook(*rows)) == [("Do you encrypt data?", "C3", "D3"), ("Who audits you?", "C4", "D4")]
    assert [each.section for each in find_questions("m.xlsx", workbook(*rows)).questions] == ["", ""]


@pytest.mark.parametrize("gap", [(), (None,)], ids=["adjoining", "apart"])
def test_tables_that_stand_side_by_side_are_read_one_after_the_other(gap: tuple[None, ...]) -> None:
    rows = [
        ("No", "Question", "Answer", *gap, "No", "Question", "Answer"),
        ("1", "Do you encrypt data?", None, *gap, "3", "Who audits you?", None),
        ("2", "Do you log access?", None, *gap, "4", "Where is data stored?", None),
    ]
    right = "G" if gap else "F"
    assert placed(workbook(*rows)) == [
        ("Do you encrypt data?", "C2", ""),
        ("Do you log access?", "C3", ""),
        ("Who audits you?", f"{right}2", ""),
        ("Where is data stored?", f"{right}3", ""),
    ]


def test_both_tables_of_a_csv_file_are_found_again_by_its_map() -> None:
    header = b"Question,Answer,Question,Answer\n"
    body = header + b"Do you encrypt data?,,Who audits you?,\nDo you log access?,,Where are you?,\n"
    found = find_questions("m.csv", body)
    assert [each.place["column"] for each in found.questions] == [1, 1, 3, 3]
    assert find_questions("m.csv", body, found.map).questions == found.questions


OWN_HEADER = ("Ref", "Control text", "Vendor remarks", "Vendor reply")


def of_owner(aws: World, event: dict[str, Any], owner: Caller) -> dict[str, Any]:
    own_id = event["document"]["document_id"]
    put_row(aws, own_id, "FINDING", owner=owner_json(owner), map=None)
    return event


def test_a_corrected_map_is_remembered_for_the_owners_next_file_with_the_same_header(
    function: Function, aws: World
) -> None:
    columns = {"number": "A", "question": "B", "answer": "D"}
    first = workbook(OWN_HEADER, ("1", "Do you encrypt data?", None, None))
    corrected = {"sheets": [{"sheet": "Sheet", "header_row": 1, "columns": columns}]}
    function(of_owner(aws, uploaded(aws, first, "first.xlsx", map=corrected), MARY))
    second = workbook(
        ("Our questions", None, None, None), OWN_HEADER, ("1", "Who audits you?", None, None), ("2", "Who?", None, None)
    )
    found = function(of_owner(aws, uploaded(aws, second, "second.xlsx"), MARY))
    questions = [json.loads(line) for line in aws.read(found["questions"]["key"]).decode().splitlines()]
    assert [each["place"]["answer"] for each in questions] == ["D3", "D4"]
    assert found["map"]["remembered"]
    for owner, body in ((OTTO, second), (MARY, workbook(("Question", "Answer"), ("Who audits you?", None)))):
        other = function(of_owner(aws, uploaded(aws, body, "third.xlsx"), owner))
        assert "remembered" not in other["map"]


@pytest.mark.parametrize(
    "sheets",
    [
        [{"sheet": "Elsewhere", "columns": {"question": "A"}}],
        [{"sheet": "Sheet", "columns": {"answer": "A"}}],
        [{"sheet": "Sheet", "columns": {"question": 1}}],
        [{"sheet": "Sheet", "columns": {"question": "A1"}}],
        [{"sheet": "Sheet", "columns": {"question": "A"}, "skipped": [{"why": "no row"}]}],
    ],
)
def test_a_map_that_does_not_fit_is_refused(sheets: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidMapError):
        find_questions("m.xlsx", workbook(("Question", "Answer"), ("Do you?", None)), {"sheets": sheets})


def test_a_map_that_is_sent_back_finds_the_same() -> None:
    body = workbook(
        ("Vendor questions", None, None), (None,), ("No", "Question", "Answer"), (None, "Access", None),
        ("1", "Do you log access?", None), ("1.a", "If yes, how long?", None), (None, "<name>", None),
    )  # fmt: skip
    found = find_questions("m.xlsx", body)
    assert [each.label for each in found.questions] == ["1", "1.a"]
    assert find_questions("m.xlsx", body, found.map).questions == found.questions


def cfb(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 512


def package(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return buffer.getvalue()


def declared(size: int) -> bytes:
    """A package whose only entry declares another size than it has."""
    data = bytearray(package({"xl/workbook.xml": b"<workbook/>"}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def encrypted_entry() -> bytes:
    data = bytearray(package({"xl/workbook.xml": b"<workbook/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("a.xlsx", b"", EmptyQuestionnaireError),
        ("a.txt", b"\xef\xbb\xbf \r\n", EmptyQuestionnaireError),
        ("a.xlsx", cfb("EncryptedPackage"), EncryptedQuestionnaireError),
        ("a.xlsx", encrypted_entry(), EncryptedQuestionnaireError),
        ("a.xls", cfb("Workbook"), UnsupportedQuestionnaireError),
        ("a.doc", cfb("WordDocument"), UnsupportedQuestionnaireError),
        ("a.pdf", b"%PDF-1.7", UnsupportedQuestionnaireError),
        ("a.pptx", package({"ppt/presentation.xml": b"<p/>"}), UnsupportedQuestionnaireError),
        ("a.bin", bytes(range(256)), UnsupportedQuestionnaireError),
        ("a.xlsx", b"Question,Answer", UnreadableQuestionnaireError),
        ("a.xlsx", workbook(("Question",), ("Do you?",))[:900], UnreadableQuestionnaireError),
        ("a.xlsx", package({"xl/workbook.xml": b"<workbook>"}), UnreadableQuestionnaireError),
        ("a.docx", package({"word/document.xml": b"no xml"}), UnreadableQuestionnaireError),
        ("a.json", b'{"questions": [', UnreadableQuestionnaireError),
        ("a.xlsx", declared(600 * 1024 * 1024), OversizedQuestionnaireError),
        ("a.xlsx", declared(90 * 1024 * 1024), OversizedQuestionnaireError),
        ("a.xlsx", declared(3), UnreadableQuestionnaireError),
        ("a.xlsx", workbook(("Month", "Sales"), ("May", 3)), NoQuestionsError),
        ("a.csv", b"month,sales\nMay,3", NoQuestionsError),
        ("a.txt", b"We had a good year. The weather was fine.", NoQuestionsError),
        ("a.json", b'{"a": [1, 2], "b": "c"}', NoQuestionsError),
    ],
)
def test_a_file_without_readable_questions_has_a_named_error(name: str, body: bytes, error: type[DocentError]) -> None:
    with pytest.raises(error) as caught:
        find_questions(name, body)
    assert name in str(caught.value)
    assert type(caught.value) is error


def test_a_package_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MAX_ENTRIES", 20)
    with pytest.raises(OversizedQuestionnaireError):
        find_questions("a.xlsx", package({f"part{number}": b"" for number in range(21)}))


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><workbook><sheets>&l8;</sheets></workbook>'
    with pytest.raises(UnreadableQuestionnaireError):
        find_questions("a.xlsx", package({"xl/workbook.xml": xml.encode()}))


GARBAGE = workbook(("Question", "Answer"), ("Do you encrypt?", None))


@settings(max_examples=60)
@given(
    name=st.sampled_from(["a.xlsx", "a.docx", "a.csv", "a.json", "a.md", "a.txt", "a"]),
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.builds(
            lambda at, byte: GARBAGE[:at] + bytes([byte]) + GARBAGE[at + 1 :],
            st.integers(0, len(GARBAGE) - 1),
            st.integers(0, 255),
        ),
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=9) | st.integers(),
            lambda each: (
                st.lists(each, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["questions", "text", "type", "items", "answer", "choices", "question"]),
                    each,
                    max_size=4,
                )
            ),
            max_leaves=20,
        ).map(lambda each: json.dumps(each).encode()),
    ),
)
@example("a.json", b"[" * 100_000)
@example("a.csv", b'"' + b"x" * 2_000_000)
@example("a.md", b"|" * 5000 + b"\n" + b"|-" * 5000)
def test_garbage_is_never_more_than_an_error_of_ours(name: str, body: bytes) -> None:
    try:
        found = find_questions(name, body)
    except DocentError:
        return
    assert all(each.text and each.place for each in found.questions)
