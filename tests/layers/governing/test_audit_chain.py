"""The chain of the log: whatever is changed, removed, moved or written anew shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governing.audit_chain import Anchor, Entry, problems_of


def chain(count: int, name: str = "AccessGranted") -> list[Entry]:
    entries: list[Entry] = []
    for number in range(count):
        told = {"event": name, "number": number, "purpose": "Größe"}
        entries.append(Entry.after(entries[-1] if entries else None, told))
    return entries


WHOLE = chain(6)
ANCHORS = [Anchor("2026-11-29", 4, WHOLE[3].digest)]


def test_a_whole_chain_has_no_problem() -> None:
    assert problems_of(WHOLE, ANCHORS) == []
    assert problems_of([], []) == []


@given(st.integers(0, 5), st.sampled_from(["told", "previous", "digest"]))
def test_a_changed_entry_shows(place: int, field: str) -> None:
    changed = list(WHOLE)
    value = getattr(changed[place], field)
    changed[place] = replace(changed[place], **{field: value.replace("e", "f", 1).replace("0", "1", 1) + "!"})
    assert problems_of(changed, [])


@pytest.mark.parametrize("place", range(5))
def test_a_missing_or_moved_entry_shows(place: int) -> None:
    assert problems_of(WHOLE[:place] + WHOLE[place + 1 :], [])
    moved = list(WHOLE)
    moved[place], moved[place + 1] = moved[place + 1], moved[place]
    assert problems_of(moved, [])


def test_a_chain_that_was_rewritten_as_a_whole_shows_by_its_anchor() -> None:
    rewritten = chain(6, "AccessRefused")
    assert problems_of(rewritten, []) == []
    (problem,) = problems_of(rewritten, ANCHORS)
    assert "2026-11-29" in problem


def test_a_chain_that_was_cut_shows_by_its_anchor() -> None:
    assert problems_of(WHOLE[:3], []) == []
    assert problems_of(WHOLE[:3], ANCHORS)
