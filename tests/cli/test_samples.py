"""The sample documents are what their script makes, and their questions mean what they say."""

import json
import unicodedata
from pathlib import Path

import pymupdf
import pytest

from samples.make_samples import DOCUMENTS, FOLDER, main

QUESTIONS = json.loads((FOLDER / "questions.json").read_text("utf-8"))


def text_layer(document: str) -> list[str]:
    """Each page's text, with ligatures (ﬁ, ﬂ) taken apart."""
    with pymupdf.open(FOLDER / document) as pdf:
        return [" ".join(unicodedata.normalize("NFKC", page.get_text()).split()) for page in pdf]


def test_the_script_writes_the_committed_bytes(tmp_path: Path) -> None:
    main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(DOCUMENTS)
    for name in DOCUMENTS:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), f"{name} differs: run the script"


def test_the_samples_are_small_enough_to_commit() -> None:
    assert sum((FOLDER / name).stat().st_size for name in DOCUMENTS) < 1_500_000


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["question"])
def test_a_question_is_answered_where_it_says(question: dict) -> None:
    pages = text_layer(question["document"])
    if question["only_in_picture"]:
        assert not any(question["answer_contains"] in page for page in pages)
        with pymupdf.open(FOLDER / question["document"]) as pdf:
            assert pdf[question["page"] - 1].get_images()
    else:
        assert question["answer_contains"] in pages[question["page"] - 1]


def test_questions_come_in_both_languages_from_images_and_from_text() -> None:
    kinds = {(question["language"], question["only_in_picture"]) for question in QUESTIONS}
    assert kinds == {("de", True), ("de", False), ("en", True), ("en", False)}


def test_the_private_data_of_the_support_case_is_in_no_text_layer() -> None:
    (page,) = text_layer("support-case.pdf")
    assert "boiler" in page
    assert not any(private in page for private in ("Erika", "Beispiel", "@", "23125"))


def test_the_scan_has_no_text_layer() -> None:
    assert text_layer("scanned-letter.pdf") == [""]


def test_the_report_carries_one_logo_on_every_page() -> None:
    with pymupdf.open(FOLDER / "quarterly-report.pdf") as pdf:
        shared = set.intersection(*({image[0] for image in page.get_images()} for page in pdf))
    assert len(shared) == 1
