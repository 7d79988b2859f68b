"""The files of questions that `docent evaluate` reads: which forms it takes, and how it tells what is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.evaluation.measures import MEASURES
from cli.evaluation.question_fields import Place, Question, question_of
from cli.evaluation.questions import read_questions
from cli.target import CommandError
from tests.support.project import CORPUS, ROOT


def of(**record: Any) -> Question:
    return question_of(record, 1)


def pages(*numbers: int, document: str = "a.pdf") -> tuple[Place, ...]:
    return tuple(Place(document, number) for number in numbers)


@pytest.mark.parametrize(
    ("record", "places"),
    [
        ({"pages": ["a.pdf#page=3", "a.pdf#page=5"]}, pages(3, 5)),
        ({"pages": "a.pdf#page=3; a.pdf#page=5"}, pages(3, 5)),
        ({"pages": "a.pdf#page=3, a.pdf#page=5"}, pages(3, 5)),
        ({"pages": "a.pdf#page=3-5"}, pages(3, 4, 5)),
        ({"pages": [{"document": "a.pdf", "page": 3}]}, pages(3)),
        ({"document": "a.pdf", "page": 3}, pages(3)),
        ({"document": "a.pdf", "page": "3"}, pages(3)),
        ({"document": "a.pdf", "pages": "3, 5–6"}, pages(3, 5, 6)),
        ({"file": "a.pdf", "pages": [3.0, "5"]}, pages(3, 5)),
        ({"Page Number": "a.pdf, page 3"}, pages(3)),
        ({"Seite": "a.pdf (S. 3)"}, pages(3)),
        ({"document": "a.pdf"}, (Place("a.pdf"),)),
        ({"Source Docs": "*A*, *B*"}, (Place("*A*"), Place("*B*"))),
        ({"documents": "x, y.pdf, z.pdf"}, (Place("x, y.pdf"), Place("z.pdf"))),
        ({"documents": "2022 Q3.pdf, 2023 Q1.pdf"}, (Place("2022 Q3.pdf"), Place("2023 Q1.pdf"))),
        ({"pages": "a.pdf, page 3; a.pdf, pp. 5-6"}, pages(3, 5, 6)),
        ({"pages": "1, 2 #3 = x.pdf#page=4"}, pages(4, document="1, 2 #3 = x.pdf")),
        ({"source": "synthetic"}, ()),
        ({"source": "a.pdf#page=3"}, pages(3)),
        ({"answer": "It is so. [a.pdf#page=3] [a.pdf#page=5]"}, pages(3, 5)),
    ],
    ids=str,
)
def test_expected_pages_are_understood_in_their_usual_forms(record: dict[str, Any], places: tuple[Place, ...]) -> None:
    assert of(question="Which?", **record).places == places


@pytest.mark.parametrize("name", ["answer", "ground_truth", "truth", "Expected Answer", "reference", "Antwort"])
def test_expected_answers_have_several_usual_names(name: str) -> None:
    assert of(**{"Question": "Which?", name: "This one."}).answers == ("This one.",)


def test_each_of_several_answers_is_right() -> None:
    assert of(question="Which?", answers=["This", 7]).answers == ("This", "7")
    assert of(question="Which?", answers={"text": ["This"], "answer_start": [4]}).answers == ("This",)


def test_sources_are_no_part_of_what_an_expected_answer_tells() -> None:
    answer = "It grew [a.pdf#page=3].\n- By 5 % (SOURCE: 2022 Q3.pdf)\n\nSOURCE(S): 2022 Q3.pdf, 2023 Q1.pdf"
    assert of(question="How?", answer=answer).answers == ("It grew.\n- By 5 %",)


@pytest.mark.parametrize(
    ("record", "answerable"),
    [
        ({}, None),
        ({"answer": "This."}, True),
        ({"document": "a.pdf"}, True),
        ({"answerable": False}, False),
        ({"answerable": "no", "answer": "It is not in the documents."}, False),
        ({"is_impossible": True}, False),
        ({"answer": "I don’t know."}, False),
        ({"answer": "Das weiß ich nicht."}, False),
    ],
    ids=str,
)
def test_whether_the_documents_hold_the_answer_is_told_or_follows(record: Any, answerable: bool | None) -> None:
    assert of(question="Which?", **record).answerable is answerable


def test_records_of_bedrock_evaluations_are_understood() -> None:
    turn = {
        "prompt": {"content": [{"text": "Which?"}]},
        "referenceResponses": [{"content": [{"text": "This one."}]}],
    }
    assert of(conversationTurns=[turn]) == Question(1, "Which?", ("This one.",), (), True)


FILES = {
    "lines.jsonl": '\ufeff{"question": "One?", "answer": "1"}\n\n{"question": "Two?", "answer": "a\u2028b"}\n',
    "list.json": '[\n {"question": "One?", "answer": "1"},\n {"question": "Two?", "answer": "a\u2028b"}\n]',
    "lines.json": '{"question": "One?", "answer": "1"}\n\n{"question": "Two?", "answer": "a\u2028b"}',
    "columns.json": '{"question": ["One?", "Two?"], "ground_truth": ["1", "a\u2028b"]}',
    "commas.csv": "\ufeffQuestion,Answer\nOne?,1\n\nTwo?,a\u2028b\n",
    "semicolons.csv": "Answer;Question\r\n1;One?\r\n;\r\na\u2028b;Two?\r\n",
    "tabs.tsv": "query\ttruth\nOne?\t1\nTwo?\ta\u2028b",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_can_be_json_lines_a_json_list_or_csv(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], "utf-8", newline="")
    assert [(each.text, *each.answers) for each in read_questions(path)] == [("One?", "1"), ("Two?", "a\u2028b")]


def test_every_bad_line_is_named_at_once_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [
        '{"question": "Good?"}',
        "{broken",
        '{"answer": "1"}',
        "",
        '{"question": "x", "page": 3}',
        '["x"]',
        '{"question": " "}',
        '{"answer": "2"}',
        json.dumps({"question": "x" * 2001}),
        '{"question": "x", "answerable": "perhaps"}',
        '{"question": "x", "document": "a.pdf", "page": 0}',
        '{"question": 7}',
    ]
    path.write_text("\n".join(lines))
    with pytest.raises(CommandError) as raised:
        read_questions(path)
    assert str(raised.value).splitlines()[1:] == [
        "  line 2: this is not JSON: Expecting property name enclosed in double quotes at column 2.",
        '  lines 3 and 8: there is no question. Put it under the name "question".',
        '  line 5: page 3 is named, but its document is not. Write pages as "pages": ["File.pdf#page=3"].',
        '  line 6: this is no JSON object. Write it as {"question": "…", "answer": "…"}.',
        "  line 7: the question is empty.",
        "  line 9: the question has more than 2000 characters. Shorten it.",
        '  line 10: "answerable" is neither true nor false.',
        "  line 11: there is no page 0. Pages are counted from 1.",
        "  line 12: the question is no text.",
    ]


def test_lines_of_csv_and_json_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    table, listed = tmp_path / "questions.csv", tmp_path / "questions.json"
    table.write_text('question,page\n"Over\ntwo lines?",\nOne?,3\nTwo?,1,2,3\n')
    listed.write_text('[\n  {"question": "One?"},\n  {\n    "question": ""\n  }\n]')
    with pytest.raises(CommandError, match=r"(?s)line 4: page 3.*line 5: there are 4 cells for 2 columns"):
        read_questions(table)
    with pytest.raises(CommandError, match="line 3: there is no question"):
        read_questions(listed)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("q.xlsx", b"PK", "Name a file that ends in .jsonl, .json or .csv"),
        ("q.csv", "Frage?\nZürich".encode("latin-1"), "not UTF-8"),
        ("q.csv", b"text,answer\nOne?,1\n", "no column with the questions.*the columns are: text, answer"),
        ("q.csv", b"", "no column with the questions"),
        ("q.jsonl", b"\n", "holds no question"),
        ("q.json", b"[", "is not JSON"),
        ("q.json", b'{"question": ["One?"], "truth": []}', "differ in length: question 1, truth 0"),
        ("q.csv", b'question\n"One?', "line 2: this is not CSV"),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_a_sentence(
    name: str, content: bytes, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=told):
        read_questions(tmp_path / name)


def test_our_own_samples_are_such_a_file() -> None:
    questions = read_questions(ROOT / "samples/questions.json")
    assert questions[0].places == pages(2, document="chemikalien-konformitaet.pdf")
    assert all(question.answerable and question.answers for question in questions)


def test_the_example_of_the_documentation_is_such_a_file_and_all_measures_are_explained(tmp_path: Path) -> None:
    page = (ROOT / "docs/evaluate.md").read_text("utf-8")
    (tmp_path / "questions.jsonl").write_text(page.split("```json\n")[1].split("```")[0])
    questions = read_questions(tmp_path / "questions.jsonl")
    assert [question.answerable for question in questions] == [True, True, False]
    assert [str(place) for question in questions for place in question.places] == [
        "quarterly-report.pdf#page=2",
        "quarterly-report.pdf#page=1",
    ]
    table = page.split("| measure | what it is |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == list(MEASURES)


@pytest.mark.skipif(not CORPUS.exists(), reason="there is no corpus")
def test_files_that_others_wrote_are_understood() -> None:
    files = [
        path
        for folder in ("qa", "qa2")
        for kind in ("json", "jsonl", "csv")
        for path in (CORPUS / folder).rglob(f"*.{kind}")
    ]
    read = {path.name: read_questions(path) for path in files if path.name != "manifest.csv"}
    assert read
    for name, questions in read.items():
        assert all(question.answers for question in questions), name
