"""Text cannot leave its tag, and what a model wrote between tags is found again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.prompts import read_tag, reply_text, tagged

hostile = st.lists(
    st.sampled_from(
        ["<text>", "</text>", "</TEXT>", "< text", "<text x='1'>", "</text\n>", "</textual>", "words", "\n"]
    )
    | st.text(max_size=5),
    max_size=10,
).map("".join)


@given(text=hostile)
def test_nothing_inside_a_tag_opens_or_closes_it(text: str) -> None:
    whole = tagged("text", text)
    assert re.findall(r"<(/?)text\b", whole, flags=re.IGNORECASE) == ["", "/"]
    assert whole.startswith("<text>")
    assert whole.endswith("</text>")


@given(text=st.text(st.characters(exclude_characters="<")))
def test_harmless_text_is_read_back_as_it_was_put(text: str) -> None:
    assert read_tag("text", tagged("text", text)) == text.strip()


def test_other_tags_are_left_alone() -> None:
    assert tagged("text", "a <b>c</b> < d </textual>") == "<text>a <b>c</b> < d </textual></text>"


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<text>one</text>", "one"),
        ("Certainly! <text>\none\ntwo </text> Done.", "one\ntwo"),
        ("<text>cut off at the", "cut off at the"),
        ("<text></text>", ""),
        ("<text>first</text><text>second</text>", "first"),
        ("<text>it says </description> here</text>", "it says </description> here"),
        ("no tag", None),
        ("</text>", None),
        ("", None),
    ],
)
def test_a_tag_is_read_where_it_stands(reply: str, text: str | None) -> None:
    assert read_tag("text", reply) == text


def test_a_reply_is_its_text_blocks_whatever_stands_between_them() -> None:
    thinking = {"reasoningContent": {"reasoningText": {"text": "Hm."}}}
    unknown = {"SDK_UNKNOWN_MEMBER": {"name": "hologram"}}
    assert reply_text([thinking, {"text": "one "}, unknown, {"text": "two"}]) == "one two"
    assert reply_text([thinking]) == reply_text([]) == ""
