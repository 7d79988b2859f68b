"""Names as both sides of a comparison write them, and those that deceive people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.callers import Caller
from docent.names import group_name, shown, unseen_in, user_name
from docent.readers import Readers


@given(st.text())
def test_a_name_is_written_in_one_way_only(text: str) -> None:
    for written in (user_name, group_name):
        once = written(text)
        assert written(once) == once
        assert written(f" {text}\u00a0\n") == once
        assert written(unicodedata.normalize("NFD", text)) == written(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("denied", ["Bu\u0308ro", " Büro", "Büro ", "Büro\u00a0", "\tBu\u0308ro\n"], ids=ascii)
def test_a_denial_denies_however_the_name_is_written(denied: str) -> None:
    caller = Caller("sub-1", "ann@example.com", (group_name("Büro"), "lab"), 2_000_000_000)
    assert not Readers.from_json({"groups": ["lab"], "denied": {"groups": [denied.replace("\t", "")]}}).allow(caller)


def test_a_denied_user_is_denied_in_any_form() -> None:
    caller = Caller("sub-1", user_name("Zo\u00eb@Example.com"), ("lab",), 2_000_000_000)
    for denied in ("ZOE\u0308@example.com", " zoë@example.com "):
        assert not Readers.from_json({"groups": ["lab"], "denied": {"users": [denied]}}).allow(caller)


def test_groups_that_differ_in_case_stay_different() -> None:
    caller = Caller("sub-1", "ann@example.com", (group_name("Lab"),), 2_000_000_000)
    assert not Readers.from_json({"groups": ["lab"]}).allow(caller)


@pytest.mark.parametrize("code", [0x200B, 0x200C, 0x200E, 0x202E, 0x2066, 0x2060, 0xFEFF, 0xAD, 0x61C, 0x2028, 0xE0041])
def test_what_cannot_be_seen_is_named(code: int) -> None:
    text = f"in{chr(code)}voice.pdf"
    assert unseen_in(text) == f"U+{code:04X}"
    assert shown(text) == f"in<U+{code:04X}>voice.pdf"


@pytest.mark.parametrize(
    "text",
    ["Übersicht.pdf", "u\u0308.pdf", "👩\u200d🔬.pdf", "❤\ufe0f.pdf", "👍🏽.pdf", "תיק.pdf", "中文.pdf", "a\tb.pdf"],
)
def test_what_people_can_see_is_no_deceit(text: str) -> None:
    assert unseen_in(text) == ""


def test_a_joiner_joins_symbols_only() -> None:
    assert unseen_in("a\u200db.pdf") == "U+200D"
    assert unseen_in("👩\u200d.pdf") == "U+200D"
