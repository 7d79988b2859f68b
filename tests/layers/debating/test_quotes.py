"""Quotes are verified word for word, and nothing else is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debating.quotes import QuotedDocument, with_checked_quotes
from tests.support.project import CORPUS

LOSS = QuotedDocument(
    "The carmaker reported a loss of $10.6 billion in 2005. “A painful year,” it said – and sales didn't\nrecover."
)


@pytest.mark.parametrize("quote", [
    "a loss of $10.6 billion",
    "A  LOSS of\n$10.6 billion",
    '"A painful year," it said',
    "it said - and sales didn’t recover",
    "2005",
])  # fmt: skip
def test_case_white_space_quotation_marks_and_dashes_may_differ(quote: str) -> None:
    assert LOSS.check(quote).likeness == "exact"


@pytest.mark.parametrize(
    "quote", ["$0.6 billion", "$106 billion", "6 billion in 2005", "$10 billion", "10.6", "", "…", "the"]
)
def test_a_piece_of_a_number_is_not_that_number_and_nothing_is_no_quote(quote: str) -> None:
    assert LOSS.check(quote).likeness == "not_found"


def test_a_changed_word_is_near_and_a_changed_number_is_not() -> None:
    assert LOSS.check("reported a profit of $10.6 billion in 2005").likeness == "near"
    assert LOSS.check("reported a loss of $10.7 billion in 2005").likeness == "not_found"


def test_an_ellipsis_joins_pieces_in_the_order_of_the_document() -> None:
    checked = LOSS.check("The carmaker reported … in 2005")
    assert checked.likeness == "exact"
    assert [LOSS.text[start:end] for start, end in checked.places] == ["The carmaker reported", "in 2005"]
    assert LOSS.check("in 2005 … The carmaker reported").likeness == "not_found"


def test_a_quote_that_its_speaker_tagged_as_verified_is_checked_like_any_other() -> None:
    text, quotes = with_checked_quotes("<v_quote>a loss of $9 billion</v_quote> and <quote>in 2005</quote>.", LOSS)
    assert text == "<u_quote>a loss of $9 billion</u_quote> and <v_quote>in 2005</v_quote>."
    assert [quote.likeness for quote in quotes] == ["not_found", "exact"]


@pytest.mark.parametrize("argument", [
    "See <quote>in 2005",
    "See <QUOTE>in\n2005</QUOTE>",
    "See </v_quote><quote>in <v_quote>2005</quote>",
])  # fmt: skip
def test_tags_that_are_cut_off_nested_or_over_lines_are_closed(argument: str) -> None:
    text, quotes = with_checked_quotes(argument, LOSS)
    assert [quote.likeness for quote in quotes] == ["exact"]
    assert text.count("<v_quote>") == text.count("</v_quote>") == 1


@given(st.text(max_size=200))
def test_only_ours_are_the_tags_in_any_argument(text: str) -> None:
    written, quotes = with_checked_quotes(text, LOSS)
    assert written.count("<v_quote>") == sum(quote.likeness == "exact" for quote in quotes)
    assert written.count("<v_quote>") == written.count("</v_quote>")
    assert written.count("<u_quote>") == written.count("</u_quote>")


@given(st.integers(0, 100), st.integers(1, 40))
def test_every_piece_of_a_document_of_three_words_or_more_is_found_in_it(start: int, length: int) -> None:
    words = LOSS.text.split(" ")
    piece = " ".join(words[start % len(words) :][:length])
    if len(piece.split()) >= 4:
        assert LOSS.check(piece).likeness == "exact"


@pytest.mark.skipif(not (CORPUS / "debates/quotes.jsonl").is_file(), reason="the corpus is not here")
def test_quotes_of_the_corpus_are_judged_as_people_judged_them() -> None:
    for line in (CORPUS / "debates/quotes.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        checked = QuotedDocument(case["document"]).check(case["quote"])
        expected = "exact" if case["expect"] == "exact_with_gap" else case["expect"]
        assert checked.likeness == expected, case["quote"]
