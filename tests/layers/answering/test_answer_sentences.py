"""Sentences told apart while they are written: nothing lost, nothing cut within, wherever the pieces end."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answering.answer_sentences import sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Eins [1]. Zwei [2].", ["Eins [1].", "Zwei [2]."]),
        ("Eins. [1] Zwei. [2]", ["Eins. [1]", "Zwei. [2]"]),
        ("Eins. [1][2] Zwei. [1, 2]", ["Eins. [1][2]", "Zwei. [1, 2]"]),
        ("Benzol | 0,05 % [1] Toluol | 0,3 % [1]", ["Benzol | 0,05 % [1]", "Toluol | 0,3 % [1]"]),
        ("Der Wert [1] gilt für Benzol [2].", ["Der Wert [1] gilt für Benzol [2]."]),
        (
            "Z. B. Benzol, d. h. C6H6 [1]. Und e.g. Toluene [2].",
            ["Z. B. Benzol, d. h. C6H6 [1].", "Und e.g. Toluene [2]."],
        ),
        (
            "Am 14. Dezember 2026 [1]. Danach 0,3 statt 1.5 [2].",
            ["Am 14. Dezember 2026 [1].", "Danach 0,3 statt 1.5 [2]."],
        ),
        ("Siehe Abb. 3 und Nr. 7 [1]. Mr. Smith did [2].", ["Siehe Abb. 3 und Nr. 7 [1].", "Mr. Smith did [2]."]),
        ("Grenzen:\n- Benzol [1]\n- Toluol [2]\n", ["Grenzen:\n- Benzol [1]", "- Toluol [2]"]),
        ("## Limits\nBenzene 0.05 % [1].", ["## Limits\nBenzene 0.05 % [1]."]),
        ("Yes. Each visitor needs a badge [1].", ["Yes. Each visitor needs a badge [1]."]),
        ("Ja! Sie brauchen einen Ausweis. [1] Immer [2].", ["Ja! Sie brauchen einen Ausweis. [1]", "Immer [2]."]),
        ("[1] 614 [2] 158", ["[1] 614", "[2] 158"]),
        ("[1] It had 614. [2] Before, it had 158.", ["[1] It had 614.", "[2] Before, it had 158."]),
        ("[1][2] Both say so. Or not.", ["[1][2] Both say so.", "Or not."]),
        ("- [1] Eins.\n- [2] Zwei.", ["- [1] Eins.", "- [2] Zwei."]),
        ("Eins.\n[2] Zwei.\n[3] Drei", ["Eins.", "[2] Zwei.", "[3] Drei"]),
        (
            "Eins [passage 1]. Zwei【2】. Drei [^3]. Vier (Passage 4). Fünf",
            ["Eins [passage 1].", "Zwei【2】.", "Drei [^3].", "Vier (Passage 4).", "Fünf"],
        ),
        ("Eins.¹ Zwei.² Drei", ["Eins.¹", "Zwei.²", "Drei"]),
        (
            "| A | B |\n|---|---|\n| x. | 1 [1] |\n| y | 2 [2] |\n\nDanach [3].",
            ["| A | B |\n|---|---|\n| x. | 1 [1] |\n| y | 2 [2] |", "Danach [3]."],
        ),
        ("1. Benzol [1]\n2. Toluol [2]", ["1. Benzol [1]", "2. Toluol [2]"]),
        ("Wirklich? Ja! [1] So ist es … [2]", ["Wirklich?", "Ja! [1]", "So ist es … [2]"]),
        ("Er sagte: „Nein.“ [1] Dann ging er [2].", ["Er sagte: „Nein.“ [1]", "Dann ging er [2]."]),
        ("In [2024] war es so [1]. [Sic] Ja [2].", ["In [2024] war es so [1].", "[Sic] Ja [2]."]),
        ("Eins.\n[1]\nZwei [2].", ["Eins.\n[1]", "Zwei [2]."]),
        ("Ohne Ende", ["Ohne Ende"]),
        ("", []),
        (" \n", [""]),
    ],
)
def test_a_sentence_ends_with_its_citations(text: str, sentences: list[str]) -> None:
    assert [sentence.strip() for sentence in sentences_of([text])] == sentences


PARTS = [
    "Benzol", " ", "  ", "\n", ".", ". ", "!", "…", "[1]", " [2]", "[1, 2]", "[", "]", "[12", "[2024]", "z. B. ",
    "14. ", "0,3", "1.5", "“", ")", "a", "Ü", "1", ",", "- ", "|", "【2】", "(1)",
    "[passage ", "²", "**", "#", ":", "Ja.",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=25).map("".join) | st.text(max_size=40)


@given(text=texts, cuts=st.lists(st.integers(1, 9), min_size=1))
@example(text="A. [1] B", cuts=[1])
@example(text="A [1].\n\n[2] B", cuts=[2])
def test_sentences_are_the_text_and_the_same_however_it_comes(text: str, cuts: list[int]) -> None:
    pieces, rest = [], text
    while rest:
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(rest[:size])
        rest = rest[size:]
    sentences = list(sentences_of(pieces))
    assert "".join(sentences) == text
    assert sentences == list(sentences_of([text]))


@given(text=texts)
def test_a_sentence_that_was_complete_stays_so_whatever_follows(text: str) -> None:
    complete = list(sentences_of([text], lambda: False))
    assert list(sentences_of([text, " More [3]. Text"]))[: len(complete)] == complete


def test_a_text_that_broke_off_has_no_last_sentence() -> None:
    assert list(sentences_of(["Eins [1]. Zwei [2"], lambda: False)) == ["Eins [1]. "]
