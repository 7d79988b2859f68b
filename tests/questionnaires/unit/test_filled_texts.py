"""Answers in CSV, JSON, plain text and Markdown: what is added, and that all else stays."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answering.citation_marks import without_marks
from fill_in_file.delimited_file import fill_delimited, records_of
from fill_in_file.entries import clean
from fill_in_file.json_file import fill_json, spans_of
from fill_in_file.text_file import fill_markdown, fill_text
from find_questions.json_files import load
from tests.support.filled_files import HOSTILE, choice, entries, item

ASKED = "Do you encrypt what you keep?"
TITLES = ["Docent answer confidence", "Docent needs review", "Docent reasons", "Docent sources"]


def rows(body: bytes, encoding: str = "utf-8", **dialect: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(encoding), newline=""), **dialect))


class TestDelimitedFiles:
    def test_the_answer_is_in_its_field_and_the_review_behind_the_last(self) -> None:
        source = f"No,Question,Answer\n1,{ASKED},\n\n2,Other?,\n".encode()
        assert rows(fill_delimited(source, entries(item(1, {"row": 1, "column": 2})))) == [
            ["No", "Question", "Answer", *TITLES],
            ["1", ASKED, "We do.", "high", "no", "", "policies/Encryption.pdf, p. 3"],
            [],
            ["2", "Other?", "", "", "", "", ""],
        ]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_dialect_encoding_and_line_ends_are_kept(self, delimiter: str, end: str, encoding: str) -> None:
        lines = [["Nr", "Frage", "Antwort"], ['"1"', '"Größe, ""Maß""; a|b\tc?"', ""], ["2", "Für wen?", '"x"']]
        source = end.join(delimiter.join(line) for line in lines).encode(encoding)
        place = {"row": 1, "column": 2}
        filled = fill_delimited(source, entries(item(1, place, "Ja — größer.", text='Größe, "Maß"; a|b c?')))
        text = filled.decode(encoding)
        assert text.split(end)[1].startswith(delimiter.join([*lines[1][:2], "Ja — größer.", "high"]))
        assert text.split(end)[2] == delimiter.join([*lines[2], "", "", "", ""])
        assert text.count(end) == 2
        assert filled[:2] == source[:2]

    def test_no_title_is_put_into_a_file_without_a_header(self) -> None:
        filled = fill_delimited(f"{ASKED},\n".encode(), entries(item(1, {"row": 0, "column": 1})))
        assert rows(filled)[0][:3] == [ASKED, "We do.", "high"]

    def test_rows_that_are_too_short_get_the_fields_that_are_missing(self) -> None:
        source = f"Question,Answer,Comment\n{ASKED}\n".encode()
        filled = fill_delimited(source, entries(choice(1, {"row": 1, "column": 1, "comment": 2}, "Yes")))
        assert rows(filled)[1][:4] == [ASKED, "Yes", "We do.", "high"]

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "＝1+1", " =1+1"])
    def test_no_answer_becomes_a_formula(self, text: str) -> None:
        found = item(1, {"row": 0, "column": 1}, f"{text}", text, kind="choice")
        assert rows(fill_delimited(f"{ASKED},\n".encode(), entries(found)))[0][1].startswith("'")

    def test_a_negative_number_is_a_number(self) -> None:
        found = item(1, {"row": 0, "column": 1}, "", "-12.5", kind="number")
        assert rows(fill_delimited(f"{ASKED},\n".encode(), entries(found)))[0][1] == "-12.5"

    def test_characters_that_the_encoding_lacks_are_reported(self) -> None:
        german = "Für wen gilt die größte Höhe der Gebühr, und können Käufer sie prüfen?"
        source = f"{ASKED},{german}\n".encode("cp1252") * 20
        (entry,) = entries(item(1, {"row": 0, "column": 2}, "да — ja"))
        assert rows(fill_delimited(source, [entry]), "cp1252")[0][2] == "?? — ja"
        assert entry.notes == ["lost_characters"]

    def test_a_row_that_is_not_there_is_reported(self) -> None:
        (entry,) = entries(item(1, {"row": 7, "column": 2}))
        fill_delimited(b"a,b\n", [entry])
        assert entry.notes == ["no_place"]

    @given(st.lists(st.lists(st.text('a",;\n\r \x00', max_size=6), min_size=1, max_size=4), max_size=5))
    def test_records_are_those_of_the_csv_module(self, table: list[list[str]]) -> None:
        body = io.StringIO(newline="")
        csv.writer(body).writerows(table)
        records = records_of(body.getvalue(), ",")
        assert [len(record.fields) for record in records] == [max(len(row), 1) for row in table]
        assert "".join(",".join(record.fields) + record.end for record in records) == body.getvalue()

    @given(st.text('ab",\n\r ', max_size=30))
    def test_every_text_is_put_together_again_as_it_was(self, text: str) -> None:
        assert "".join(",".join(record.fields) + record.end for record in records_of(text, ",")) == text

    @example("".join(HOSTILE) * 100)
    @example("?²")
    @given(st.text() | st.sampled_from(HOSTILE))
    def test_whatever_an_answer_holds_is_one_field(self, text: str) -> None:
        filled = rows(fill_delimited(f"{ASKED},,rest\n".encode(), entries(item(1, {"row": 0, "column": 1}, text))))
        assert len(filled) == 1
        value = clean(without_marks(text)).strip()
        assert filled[0][1] in (value, f"'{value}")
        assert filled[0][2] == "rest"


class TestJsonFiles:
    SOURCE = b"""\
{
    "title": "Fragen \\u00fc",
    "size": 1.50e3, "big": 12345678901234567890.1,
    "items": [
        {"id": 1, "question": "Do you?", "answer": ""},
        {"id": 2, "question": "Why?"}
    ]
}
"""

    def test_only_the_answer_and_the_review_are_added(self) -> None:
        found = entries(item(1, {"pointer": "/items/0/answer"}), item(2, {"pointer": "/items/1/answer"}, "So."))
        filled = fill_json(self.SOURCE, found)
        expected = self.SOURCE.replace(b'"answer": ""', b'"answer": "We do."')
        expected = expected.replace(b'"Why?"}', b'"Why?","answer": "So."}')
        assert filled.startswith(expected.rstrip(b"\n}"))
        review = json.loads(filled)["docent"]
        assert review["counts"] == {"questions": 2, "answered": 2, "needs_review": 0}
        assert review["items"][0]["citations"] == [{"document": "policies/Encryption.pdf", "page": 3}]

    def test_comments_trailing_commas_and_joined_texts_are_read_as_when_the_questions_were_found(self) -> None:
        source = (
            b'// a "header"\n{ "questions": [\n  { "question": "Do you " + // half\n    "encrypt?", /* {"a": */ '
            b'"answer": "", },\n'
            b'  { "question": "Why? See http://x/y" }, // last\n], }'
        )
        filled = fill_json(source, entries(*(item(n + 1, {"pointer": f"/questions/{n}/answer"}) for n in range(2))))
        asked = load(filled.decode(), "form.json")["questions"]
        assert [each["answer"] for each in asked] == ["We do.", "We do."]
        assert asked[0]["question"] == "Do you encrypt?"
        assert b"// half" in filled

    def test_values_have_the_types_of_json(self) -> None:
        source = b'{"a":null,"b":"","c":[],"d":{},"x/y":{"~":0}}'
        found = entries(
            item(1, {"pointer": "/a"}, "", "12.50", kind="number"),
            item(2, {"pointer": "/b"}, "", "2026-11-29", kind="date"),
            item(3, {"pointer": "/c"}, "", "Red", "Blue", kind="choices"),
            item(4, {"pointer": "/d/answer"}, "Inside."),
            item(5, {"pointer": "/x~1y/~0"}, "Escaped."),
        )
        filled = json.loads(fill_json(source, found))
        filled.pop("docent")
        assert filled == {
            "a": 12.5,
            "b": "2026-11-29",
            "c": ["Red", "Blue"],
            "d": {"answer": "Inside."},
            "x/y": {"~": "Escaped."},
        }

    def test_a_list_at_the_top_gets_no_review(self) -> None:
        filled = json.loads(fill_json(b'[{"question": "Do you?"}]', entries(item(1, {"pointer": "/0/answer"}))))
        assert filled == [{"question": "Do you?", "answer": "We do."}]

    def test_a_question_that_is_only_a_text_becomes_an_object(self) -> None:
        filled = json.loads(
            fill_json(b'{"questions": ["Do you?", "Why?"]}', entries(item(1, {"pointer": "/questions/0/answer"})))
        )
        assert filled["questions"] == [{"question": "Do you?", "answer": "We do."}, "Why?"]

    def test_a_member_of_that_name_stays(self) -> None:
        filled = json.loads(fill_json(b'{"docent": 1, "a": ""}', entries(item(1, {"pointer": "/a"}))))
        assert filled["docent"] == 1
        assert filled["docent_2"]["counts"]["questions"] == 1

    def test_a_pointer_that_leads_nowhere_is_reported(self) -> None:
        found = entries(item(1, {"pointer": "/b/c"}), item(2, {"pointer": "/a/c"}), item(3, {}))
        fill_json(b'{"a": 1}', found)
        assert [entry.notes for entry in found] == [["no_place"]] * 3

    def test_a_file_may_be_nested_deeper_than_python_recurses(self) -> None:
        depth = 5_000
        assert sum(1 for _ in spans_of("[" * depth + "]" * depth)) == depth

    @given(st.recursive(st.none() | st.booleans() | st.text() | st.floats(allow_nan=False), st.lists))
    def test_every_value_is_found_at_its_pointer(self, value: Any) -> None:
        text = json.dumps(value, indent=1)
        for pointer, span in spans_of(text):
            found = value
            for part in pointer.split("/")[1:]:
                found = found[int(part)]
            assert json.loads(text[span.start : span.end]) == found

    @example("?\x08¹")
    @given(st.text() | st.sampled_from(HOSTILE))
    def test_whatever_an_answer_holds_is_one_string(self, text: str) -> None:
        filled = json.loads(fill_json(b'{"a": "", "b": 1}', entries(item(1, {"pointer": "/a"}, text))))
        assert filled["a"] == clean(without_marks(text)).strip(), "a superscript at its end is the mark of a source"
        assert filled["b"] == 1


class TestTexts:
    def test_the_answer_is_below_its_line(self) -> None:
        source = b"Questions\r\n1. Do you encrypt?\r\n2. Why?\r\n"
        found = entries(item(1, {"line": 1}, "Yes.\nAlways."), item(2, {"line": 2}, "So."))
        lines = fill_text(source, found).decode().split("\r\n")
        assert lines[:8] == [
            "Questions",
            "1. Do you encrypt?",
            "    Yes.",
            "    Always.",
            "",
            "2. Why?",
            "    So.",
            "",
        ]
        assert "Docent review" in lines

    def test_in_markdown_it_is_a_quote_that_does_not_break_a_list(self) -> None:
        source = b"# Questions\n\n1. Do you?\n2. Why?\n\nPlease explain.\n"
        found = entries(item(1, {"line": 2}), choice(2, {"line": 3}, "Yes"), item(3, {"line": 5}, "<b>So</b>"))
        text = fill_markdown(source, found).decode()
        assert text.startswith(
            "# Questions\n\n1. Do you?\n   > We do.\n\n2. Why?\n   > Yes\n   > We do.\n"
            "   > policies/Encryption.pdf, p. 3\n"
            "\nPlease explain.\n> &lt;b>So&lt;/b>\n\n## Docent review\n"
        )

    def test_a_cell_of_a_table_takes_it_with_its_bars_escaped(self) -> None:
        source = b"| Q | A | C |\n|---|---|---|\n| Do \\| you? | | x |\nDo | you |\n"
        found = entries(
            item(1, {"line": 2, "cell": 1, "evidence": 2}, "a|b\nc"),
            item(2, {"line": 3, "cell": 1, "evidence": 0}, "we"),
        )
        lines = fill_markdown(source, found).decode().split("\n")
        assert lines[2:4] == ["| Do \\| you? | a\\|b<br>c | x |", "Do | we |"]

    def test_the_review_is_a_table_in_markdown(self) -> None:
        lines = fill_markdown(b"Do you?", entries(item(1, {"line": 0}, "a | b"))).decode().split("\n")
        assert lines[:2] == ["Do you?", "> a | b"]
        assert "- Questions: 1" in lines
        assert any(line.startswith("| 1 | 1 | Do you encrypt what you keep? | a \\| b | answered |") for line in lines)

    def test_a_choice_is_explained_in_a_cell_that_is_empty(self) -> None:
        found = entries(choice(1, {"line": 0, "cell": 1, "comment": 2}, "Yes"))
        assert fill_markdown(b"| Do you? | | |\n", found).startswith(b"| Do you? | Yes | We do. |\n")

    def test_lines_are_counted_as_they_were_when_the_questions_were_found(self) -> None:
        filled = fill_text("a\x0cb\u2028Do you?\n".encode(), entries(item(1, {"line": 2}))).decode()
        assert filled.startswith("a\x0cb\u2028Do you?\n    We do.\n")

    @pytest.mark.parametrize("place", [{"line": 9}, {"line": 0, "cell": 5}, {}])
    def test_a_line_that_is_not_there_is_reported(self, place: dict[str, Any]) -> None:
        (entry,) = entries(item(1, place))
        assert fill_markdown(b"| a | b |\n", [entry]).startswith(b"| a | b |\n")
        assert entry.notes == ["no_place"]

    @given(st.text() | st.sampled_from(HOSTILE))
    @settings(max_examples=50)
    def test_whatever_an_answer_holds_the_lines_of_the_file_stay(self, text: str) -> None:
        for fill in (fill_text, fill_markdown):
            lines = fill(b"one?\ntwo?\n", entries(item(1, {"line": 0}, text))).decode().split("\n")
            assert lines[0] == "one?"
            assert "two?" in lines
            answers = lines[1 : lines.index("two?")]
            assert all(line.startswith(("    ", ">")) or not line for line in answers)
