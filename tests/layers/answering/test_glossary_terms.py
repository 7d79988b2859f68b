"""The glossary: terms found as whole words, the longest first, and searched in the other languages."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.glossary_terms import Glossary
from tests.support.project import ROOT

DATA = """en,de,fr
limit value,Grenzwert,valeur limite
limit,Grenze,
safety data sheet,Sicherheitsdatenblatt,fiche de données de sécurité
benzene,Benzol,benzène
benzene (technical),Technisches Benzol,
REACH,REACH,REACH
,nur deutsch,
"""
GLOSSARY = Glossary.read(DATA.encode())


@pytest.mark.parametrize(
    ("question", "searches"),
    [
        ("What is the limit value of benzene?", ["Grenzwert Benzol", "valeur limite benzène"]),
        ("What is the LIMIT of it?", ["Grenze"]),
        ("Welcher Grenzwert gilt?", ["limit value", "valeur limite"]),
        ("Das Sicherheitsdatenblatt?", ["safety data sheet", "fiche de données de sécurité"]),
        ("benzene technical?", ["Technisches Benzol"]),
        ("benzene (Benzol)?", ["benzène"]),
        ("unlimited benzenes", []),
        ("Does REACH say so?", []),
        ("nur deutsch", []),
        ("", []),
    ],
)
def test_a_question_is_also_searched_with_the_terms_of_the_other_languages(question: str, searches: list[str]) -> None:
    assert GLOSSARY.searches(question) == searches


@pytest.mark.parametrize("data", [b"", b"\n", b"en\nlimit\n", b"\xff\xfe\x00", b'en,de\n"open', b",,\n1,2,3\n"])
def test_what_is_no_glossary_translates_nothing(data: bytes) -> None:
    assert Glossary.read(data).searches("What is the limit? 1 2 3") == []


@given(data=st.binary(max_size=200), question=st.text(max_size=50))
def test_no_glossary_and_no_question_break_the_search(data: bytes, question: str) -> None:
    assert all(isinstance(search, str) for search in Glossary.read(data).searches(question))


def test_the_sample_glossary_has_each_term_in_both_languages_once() -> None:
    with (ROOT / "samples/glossary.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["en", "de"]
    assert 30 <= len(rows) <= 60
    assert all(len(row) == 2 and all(cell.strip() == cell and cell for cell in row) for row in rows)
    for column in zip(*rows, strict=True):
        assert len({term.casefold() for term in column}) == len(rows)
    glossary = Glossary.read((ROOT / "samples/glossary.csv").read_bytes())
    assert glossary.searches("What is the limit value for formaldehyde?") == ["Grenzwert Formaldehyd"]
