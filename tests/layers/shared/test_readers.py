"""Who may read: nobody, unless they are named; and a denial wins."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docent.callers import Caller
from docent.errors.documents import InvalidReadersError
from docent.readers import MAX_BYTES, Readers, names_of

NAMES = st.sampled_from(["ann@example.com", "bob@example.com", "cy@example.com"])
GROUPS = st.sampled_from(["lab", "Lab", "sales, europe"])
READERS = st.builds(
    Readers,
    st.frozensets(NAMES),
    st.frozensets(GROUPS),
    st.frozensets(NAMES, max_size=1),
    st.frozensets(GROUPS, max_size=1),
)
CALLERS = st.builds(Caller, st.just("sub-1"), NAMES, st.lists(GROUPS).map(tuple), st.just(2_000_000_000))


def caller(user: str = "ann@example.com", *groups: str) -> Caller:
    return Caller("sub-1", user, groups, 2_000_000_000)


def test_nobody_is_named_so_nobody_may() -> None:
    assert not Readers().allow(caller("ann@example.com", "lab"))


@pytest.mark.parametrize(
    ("readers", "may"),
    [
        ({"users": ["ann@example.com"]}, True),
        ({"users": ["Ann@Example.com"]}, True),
        ({"groups": ["lab"]}, True),
        ({"groups": ["LAB"]}, False),
        ({"users": ["lab"]}, False),
        ({"groups": ["ann@example.com"]}, False),
        ({"groups": ["lab"], "denied": {"users": ["ann@example.com"]}}, False),
        ({"users": ["ann@example.com"], "denied": {"groups": ["lab"]}}, False),
        ({"denied": {"groups": ["sales"]}}, False),
        ({"groups": ["lab"], "denied": {"groups": ["sales"]}}, True),
    ],
)
def test_users_and_groups_are_allowed_by_name_and_a_denial_wins(readers: dict, may: bool) -> None:
    assert Readers.from_json(readers).allow(caller("ann@example.com", "lab")) is may


@given(READERS, CALLERS)
def test_whoever_may_read_finds_the_document_in_a_list_of_theirs(readers: Readers, who: Caller) -> None:
    if readers.allow(who):
        assert set(readers.names) & set(names_of(who))


@given(READERS, CALLERS)
def test_the_access_list_means_the_same_as_kendra_reads_it(readers: Readers, who: Caller) -> None:
    """A DENY wins over every ALLOW; without any ALLOW that names the user there is no access."""
    mine = {("USER", who.user), *(("GROUP", group) for group in who.groups)}
    said = [(each["Access"], (each["Type"], each["Name"]) in mine) for each in readers.to_access_list()]
    assert any(access == "ALLOW" for access, _ in said), "a list without any is for everybody"
    assert readers.allow(who) == (("ALLOW", True) in said and ("DENY", True) not in said)


@given(READERS)
def test_readers_come_back_from_metadata_as_they_went(readers: Readers) -> None:
    text = readers.to_text()
    assert text.isascii()
    assert Readers.from_text(text) == readers


def test_names_may_be_of_any_alphabet() -> None:
    readers = Readers.from_json({"users": ["jürgen@example.com"], "groups": ["研究"]})
    assert Readers.from_text(readers.to_text()) == readers
    assert readers.to_text().isascii()


def test_more_names_than_s3_has_room_for_are_refused() -> None:
    readers = Readers(groups=frozenset(f"group-{number:03}" for number in range(500)))
    with pytest.raises(InvalidReadersError, match=str(MAX_BYTES)):
        readers.to_text()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.sampled_from(["users", "groups", "denied", "x"]), each),
    )
)
def test_whatever_it_says_it_is_readers_or_a_named_error(value: object) -> None:
    try:
        readers = Readers.from_text(json.dumps(value))
    except InvalidReadersError:
        return
    assert isinstance(value, dict)
    assert readers == Readers.from_json(value)


def test_a_caller_comes_back_from_api_gateway_as_the_authorizer_said() -> None:
    who = Caller("sub-1", "ann@example.com", ("lab", "sales, europe", "研究"), 1_900_000_000)
    context = who.to_authorizer()
    assert all(isinstance(value, str) for value in context.values())
    assert Caller.from_authorizer(context) == who
