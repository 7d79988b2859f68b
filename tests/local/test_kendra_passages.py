"""Passages and excerpts of a text: nothing is lost, and nothing is longer than allowed."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.kendra import passages, results
from local.kendra.embedding import sentence_model
from local.kendra.reading import UnreadableFileError
from local.kendra.words import in_words, named, searched, stems_in, stems_of, subject_of, words_in
from local.kendra.worker import Worker
from passages.splitting import PASSAGE_TOKENS, Passage, language_of
from tests.support.odd_images import odd_images
from tests.support.odd_texts import only_attachments_encrypted, with_characters, with_columns, without_unicode
from tests.support.pdfs import pdf
from tests.support.project import CORPUS, ROOT

SLOW = settings(max_examples=40)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=3000)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with closing(Worker()) as worker:
        yield worker


def split(worker: Worker, text: str) -> list[str]:
    return worker.call(20, passages.split, text)


def words(text: str) -> str:
    """Without spaces and hyphens, which go where a word is joined."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@SLOW
@given(TEXTS)
def test_no_character_of_a_text_is_lost_or_doubled(worker: Worker, text: str) -> None:
    assert words("".join(split(worker, text))) == words(text)


@SLOW
@given(TEXTS)
def test_an_excerpt_is_part_of_its_text_and_highlights_lie_in_it(text: str) -> None:
    stems = stems_in(text[:200])
    excerpt = results.excerpt(text, stems)
    assert excerpt.removeprefix("...").removesuffix("...") in text or excerpt in text
    for highlight in results.highlights(excerpt, stems):
        word = excerpt[highlight["BeginOffset"] : highlight["EndOffset"]]
        assert not stems_of(word).isdisjoint(stems)


def test_a_passage_holds_whole_sentences_and_about_130_tokens(worker: Worker) -> None:
    sentence = "Die Kündigungsfrist beträgt z. B. drei Monate zum 1. Mai eines jeden Jahres."
    found = split(worker, f"{sentence} " * 40)
    assert len(found) > 5
    for passage in found:
        assert passage.startswith("Die ")
        assert passage.endswith("Jahres.")
    assert all(count <= PASSAGE_TOKENS for count in sentence_model().count_tokens(found))


def test_a_sentence_without_end_is_cut_between_words(worker: Worker) -> None:
    found = split(worker, "honey " * 1000)
    assert 8 <= len(found) <= 10
    assert all(set(passage.split()) == {"honey"} for passage in found)


def page_of(*lines: tuple[str, float, float, float]) -> "pymupdf.Document":
    """A PDF of one page with `(text, x, y, size)` lines."""
    document = pymupdf.open()
    page = document.new_page()
    for text, x, y, size in lines:
        page.insert_text((x, y), text, fontsize=size)
    return document


def read(worker: Worker, path: Path, content: bytes, content_type: str = "PDF") -> list[Passage]:
    path.write_bytes(content)
    return worker.call(20, passages.read_passages, str(path), content_type)[0]


LONG = "The tenant pays the rent on the first day of the month and in advance. "


def test_every_passage_of_a_section_begins_with_its_heading_also_on_the_next_page(
    worker: Worker, tmp_path: Path
) -> None:
    document = pymupdf.open()
    first = document.new_page()
    first.insert_text((72, 100), "Lease", fontsize=20)
    first.insert_text((72, 140), "Payment of the rent", fontsize=14)
    first.insert_textbox((72, 160, 500, 700), LONG * 14, fontsize=10)
    second = document.new_page()
    second.insert_textbox((72, 100, 500, 700), LONG * 3, fontsize=10)
    second.insert_text((72, 300), "Termination", fontsize=14)
    second.insert_textbox((72, 320, 500, 700), LONG, fontsize=10)
    found = read(worker, tmp_path / "lease.pdf", document.tobytes())
    *payment, termination = [each for each in found if each.headings[-1] != "Lease"]
    assert found[0].text.startswith("Lease\nPayment of the rent\nThe tenant")
    assert {each.page for each in payment} == {1, 2}
    for each in payment:
        assert each.headings == ("Lease", "Payment of the rent")
        assert each.text.startswith("Payment of the rent\nThe tenant")
    assert termination.page == 2
    assert termination.headings == ("Lease", "Termination")
    assert termination.text.startswith("Termination\nThe tenant")


def test_table_rows_stay_whole_below_the_names_of_their_columns(worker: Worker, tmp_path: Path) -> None:
    header = [
        ("Race", 72.0, 100.0, 10.0),
        ("Energy delivered in GWh", 250.0, 100.0, 10.0),
        ("2024", 420.0, 100.0, 10.0),
    ]
    rows = [
        (text, x, 115.0 + 15 * number, 10.0)
        for number in range(30)
        for text, x in ((f"Tidal site number {number}", 72.0), (f"{number + 100}", 250.0), (f"{number + 700}", 420.0))
    ]
    found = read(worker, tmp_path / "table.pdf", page_of(*header, *rows).tobytes())
    assert len(found) > 1
    for each in found:
        header_row, *others = each.text.splitlines()
        assert header_row == "Race | Energy delivered in GWh | 2024"
        for row in others:
            number = int(row.split(" | ")[1]) - 100
            assert row == f"Tidal site number {number} | {number + 100} | {number + 700}"


def test_columns_of_prose_are_not_rows(worker: Worker, tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_textbox((50, 72, 280, 300), LONG * 3, fontsize=10)
    page.insert_textbox((310, 72, 540, 300), "It ends after a year. " * 6, fontsize=10)
    found = read(worker, tmp_path / "columns.pdf", document.tobytes())
    assert " | " not in "".join(each.text for each in found)


def test_running_heads_and_page_numbers_are_left_out(worker: Worker, tmp_path: Path) -> None:
    document = pymupdf.open()
    for number in range(1, 5):
        page = document.new_page()
        page.insert_text((72, 40), "Northwind Power, annual report", fontsize=9)
        page.insert_text((72, 400), f"Turbine {number} was repaired.", fontsize=11)
        page.insert_text((280, 820), f"Page {number} of 4", fontsize=9)
    found = read(worker, tmp_path / "report.pdf", document.tobytes())
    assert [each.text for each in found] == [f"Turbine {number} was repaired." for number in range(1, 5)]
    assert [each.page for each in found] == [1, 2, 3, 4]


def test_pages_with_nothing_but_the_same_line_keep_it(worker: Worker, tmp_path: Path) -> None:
    found = read(worker, tmp_path / "same.pdf", pdf(["Bees make honey."] * 4))
    assert [(each.text, each.page) for each in found] == [("Bees make honey.", number) for number in range(1, 5)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["They discussed the infor-", "mation policy."], "They discussed the information policy."),
        (["Das regelt die Geschäfts\u2010", "ordnung."], "Das regelt die Geschäftsordnung."),
        (["Weiche Trennung der Donau\u00ad", "dampfschiffe."], "Weiche Trennung der Donaudampfschiffe."),
        (["Sie nennt alle Vor-", "und Nachteile."], "Sie nennt alle Vor- und Nachteile."),
        (
            ["Die Leitung verläuft an der Grenze von Nord-", "Süd-Gebieten."],
            "Die Leitung verläuft an der Grenze von Nord-Süd-Gebieten.",
        ),
        (["It is on the page www.honey-", "bees.example today."], "It is on the page www.honey-bees.example today."),
        (["The result of the test was an A-", "Everybody was content."], None),
        (["THE ANNUAL INFOR-", "MATION REPORT"], "THE ANNUAL INFORMATION REPORT"),
        (["这家公司在北京开立银", "行账户并且支付费用。"], "这家公司在北京开立银行账户并且支付费用。"),
    ],
)
def test_a_word_that_a_line_end_cut_is_one_word(worker: Worker, lines: list[str], text: str | None) -> None:
    assert split(worker, "\n".join(lines)) == [text or "\n".join(lines)]


def test_a_word_that_a_line_end_cut_is_found_whole_and_in_parts(worker: Worker, tmp_path: Path) -> None:
    lines = [("A remarkable and well-", 72, 100, 11), ("known remedy is honey.", 72, 114, 11)]
    (found,) = read(worker, tmp_path / "a.pdf", page_of(*lines).tobytes())
    assert found.text == "A remarkable and wellknown remedy is honey."
    assert found.parts == ("well", "known")


def test_a_hyphenated_word_is_joined_in_narrow_columns(worker: Worker, tmp_path: Path) -> None:
    left = [("The new infor-", 72, 100, 11), ("mation is here", 72, 114, 11)]
    right = [("All our honey", 200, 100, 11), ("comes from Malta.", 200, 114, 11)]
    found = read(worker, tmp_path / "a.pdf", page_of(*left, *right).tobytes())
    assert "The new information is here" in " ".join(each.text for each in found)


SALAM = "السلام"


@pytest.mark.parametrize(
    "glyphs",
    [["م", "لا", "س", "ل", "ا"], ["م", "\ufefb", "س", "ل", "ا"], ["\ufee2", "\ufefc", "\ufeb4", "\ufedf", "\ufe8d"]],
    ids=["two letters", "an isolated form", "presentation forms"],
)
def test_letters_of_an_arabic_ligature_are_in_order(worker: Worker, tmp_path: Path, glyphs: list[str]) -> None:
    (found,) = read(worker, tmp_path / "a.pdf", with_characters(glyphs))
    assert found.text == SALAM


@pytest.mark.parametrize("vertical", [True, False], ids=["a vertical font", "one letter below the other"])
def test_vertical_text_is_one_text(worker: Worker, tmp_path: Path, vertical: bool) -> None:
    columns = ["日本語縦書き", "文章です。"]
    (found,) = read(worker, tmp_path / "a.pdf", with_columns(columns, vertical))
    assert found.text == "".join(columns)


def test_ligatures_are_letters_and_codes_without_a_character_are_nothing(worker: Worker, tmp_path: Path) -> None:
    (found,) = read(worker, tmp_path / "a.pdf", with_characters(["\ufb02", "ow", " ", "\uf0b7", "\ue001", " ", "x"]))
    assert found.text == "flow x"
    assert read(worker, tmp_path / "b.pdf", without_unicode("Type0")) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("รายงานการส่งออกข้าวไทยไปญี่ปุ่น", "ข้าวไทย"),
        ("この銀行口座を開設する。", "口座"),
        ("公司在北京开立银行账户。", "账户"),
        ("한국어는 어렵습니다.", "한국어"),
        ("東", "東"),
        ("ﺍﻟﺴﻼﻡ عليكم", "السلام"),
        ("السَّلَام", "السلام"),
    ],
)
def test_a_word_is_found_in_scripts_of_all_kinds(text: str, word: str) -> None:
    assert set(words_in(word)) <= set(searched(text).split())
    assert not stems_of(word).isdisjoint(stems_in(text) | set(searched(text).split()))


def test_a_damaged_file_is_repaired_as_far_as_another_reader_can(worker: Worker, tmp_path: Path) -> None:
    damaged = pdf(["Repaired words."]).replace(b"/Type/Catalog", b"/Type/Cat\x00log")
    (found,) = read(worker, tmp_path / "a.pdf", damaged)
    assert found.text == "Repaired words."
    (found,) = read(worker, tmp_path / "b.pdf", only_attachments_encrypted("heron 41"))
    assert found.text == "heron 41"


REPORTS = {
    "05-hyphenated-words__hyphenated-words": "environmental",
    "05-hyphenated-words__soft-hyphenated-words": "environmental",
    "12-arabic-ligatures__ArabicCIDTrueType": "الخطوط",
    "13-attachments-only-encryption__attachments-only-encrypted-V4": "heron",
    "14-damage-others-repair__catalog-type-garbled": "sandpiper",
}


@pytest.mark.skipif(not (CORPUS / "pdf-reports").exists(), reason="the corpus is not here")
@pytest.mark.parametrize(("name", "word"), REPORTS.items())
def test_a_word_of_a_reported_file_is_read(worker: Worker, name: str, word: str) -> None:
    found, _ = worker.call(20, passages.read_passages, str(CORPUS / "pdf-reports" / f"{name}.pdf"), "PDF")
    assert word in " ".join(each.text for each in found).split()


def test_markdown_and_html_have_headings_and_rows(worker: Worker, tmp_path: Path) -> None:
    markdown = b"# Lease\n\nIt begins in May.\n\n## Rent\n\nThe rent is 900 euros.\n"
    (lease,) = read(worker, tmp_path / "lease.md", markdown, "MD")
    assert lease.text == "Lease\nIt begins in May.\nRent\nThe rent is 900 euros."
    html = b"""<body><p>Before</p><h2>Rent <b>today</b></h2><table><tr><th>Flat<th>Euros</tr>
        <tr><td>North</td><td>900</td></tr></table>"""
    *_, rent = read(worker, tmp_path / "rent.html", html, "HTML")
    assert rent.text.splitlines() == ["Before", "Rent today", "Flat | Euros", "North | 900"]


def test_only_the_subject_of_a_question_is_searched() -> None:
    assert subject_of("What are the fees, please?") == ["the", "fees"]
    assert subject_of("What is it?") == ["it"]
    assert subject_of("Wie viele?") == ["Wie", "viele"]


def test_a_question_names_the_document_whose_title_it_tells_from_the_others() -> None:
    titles = ["Northwind_Standard_Benefits.pdf", "Northwind_Plus_Benefits.pdf", "EmployeeHandbook.pdf"]
    shares = named("What does the Standard plan of Northwind pay?", titles)
    assert shares[titles[0]] == 1
    assert max(shares[titles[1]], shares[titles[2]]) < 0.5
    assert set(named("Who pays for glasses?", titles).values()) == {0}
    assert in_words(titles[2]) == "Employee Handbook"


@pytest.mark.parametrize(
    ("text", "language"),
    [("Wie lang ist die Frist für den Vertrag?", "de"), ("How long is the notice period?", "en"), ("", "en")],
)
def test_the_language_is_guessed_by_the_commonest_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_page_tree_that_lies_about_its_pages_is_read_all_the_same(worker: Worker, tmp_path: Path) -> None:
    body = pdf(["The ferry to Sark.", "It leaves at nine."])
    for lie in (b"/Count 0", b"/Count -1"):
        assert body.count(b"/Count 2") == 1
        (tmp_path / "lies.pdf").write_bytes(body.replace(b"/Count 2", lie))
        found, _ = worker.call(20, passages.read_passages, str(tmp_path / "lies.pdf"), "PDF")
        assert [(each.text, each.page) for each in found] == [("The ferry to Sark.", 1), ("It leaves at nine.", 2)]


SAMPLES = {path.name: path.read_bytes() for path in sorted((ROOT / "samples").glob("*.pdf"))} | odd_images()


@SLOW
@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data())
def test_a_damaged_pdf_is_read_or_refused_and_never_ends_the_worker(
    worker: Worker, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    damaged = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(0, 30), label="flips")):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "damaged.pdf"
    path.write_bytes(damaged)
    try:
        found, _ = worker.call(20, passages.read_passages, str(path), "PDF")
    except UnreadableFileError:
        return
    assert all(each.page for each in found)
