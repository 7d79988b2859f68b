"""Who the index is told that searches."""

from answering.search_queries import user_context
from docent.callers import Caller


def test_a_group_without_a_user_searches_as_the_group() -> None:
    assert user_context(Caller("", "", ("everyone",), 0)) == {"Groups": ["everyone"]}
    assert user_context(Caller("s", "mary@example.com", ("energy",), 0)) == {
        "UserId": "mary@example.com",
        "Groups": ["energy"],
    }


def test_nobody_is_refused_by_the_index_and_finds_not_everything() -> None:
    assert user_context(Caller("", "", (), 0)) == {"UserId": ""}
