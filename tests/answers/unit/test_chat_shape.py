"""An answer of ours as an answer of chat: its marks become segments of the text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answer_question.chat_shape import chat_answer_of
from answering.answer_sentences import sentences_of
from answering.citation_marks import without_marks

MARK = r"\[\d{1,3}(?:\s*,\s*\d{1,3})*\]"  # as answers are shown
PARTS = [
    "Benzol", " ", "  ", "\n", ".", ". ", "!", "…", "[1]", " [2]", "[1, 2]", "[3]", "[", "]", "[2024]", "z. B. ",
    "0,3", "“", ")", "a", "Ü", "1", "- ", "|", "\N{GRINNING FACE}",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=25).map("".join) | st.text(max_size=40)
CITATION = {"document_id": "beef" * 8, "file_name": "a.pdf", "excerpt": "An excerpt."}


def chat_answer(answer: str) -> tuple[str, dict[int, list[str]]]:
    """The message, and for each number the parts of the message that it names."""
    body = chat_answer_of({"answer": answer, "conversation_id": "c", "turn_id": "t", "citations": [CITATION] * 3})
    message = body["message"]
    return message, {
        each["number"]: [message[segment["begin"] : segment["end"]] for segment in each["segments"]]
        for each in body["citations"]
    }


def is_as_shown(text: str) -> bool:
    """Marks have one form, and are behind what they are marks of."""
    other = any(without_marks(each) != re.sub(rf"\s*{MARK}", "", each) for each in sentences_of([text]))
    return not other and not re.search(rf"(^|\n)\W*{MARK}", text)


@given(answer=texts.filter(is_as_shown))
@example(answer=" \n Eins [1]. Zwei [2].")
def test_every_segment_is_a_sentence_that_its_citation_names(answer: str) -> None:
    sentences = [
        (re.sub(rf"\s*{MARK}", "", sentence).strip(), re.findall(r"\d+", "".join(re.findall(MARK, sentence))))
        for sentence in sentences_of([answer])
    ]
    message, parts = chat_answer(answer)
    assert message == re.sub(rf"\s*{MARK}", "", answer).strip()
    for number in (1, 2, 3):
        assert parts[number] == [words for words, named in sentences if words and number in map(int, named)]


@pytest.mark.parametrize(
    ("answer", "first", "second"),
    [
        ("Eins [1]. Zwei [2].", ["Eins."], ["Zwei."]),
        ("  Eins [1]. Zwei [2].", ["Eins."], ["Zwei."]),
        ("[1]Eins. Zwei [2].", ["Eins."], ["Zwei."]),
        ("[1] Eins [1]. Zwei [2].", ["Eins."], ["Zwei."]),
        ("[1]", [], []),
    ],
)
def test_what_an_answer_begins_with_moves_no_segment(answer: str, first: list[str], second: list[str]) -> None:
    _, parts = chat_answer(answer)
    assert (parts[1], parts[2]) == (first, second)
