"""Property-based: access configurations have their documented meaning, and answers give correct positions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tantivy import Document, Index, SchemaBuilder

from local.kendra.filters import principals_of
from local.qbusiness.access import access_list, access_query, clauses_of, groups_of, read, written
from local.qbusiness.answering import MOST_CHARACTERS, Source, composed
from local.qbusiness.wire import QBusinessError

USERS, GROUPS = ("mary", "mateo", "john"), ("acme", "finance", "all")
relations = st.sampled_from(["AND", "OR"])
accesses = st.sampled_from(["ALLOW", "ALLOW", "ALLOW", "DENY"])
principals = st.one_of(
    st.builds(lambda name, access: {"user": {"id": name, "access": access}}, st.sampled_from(USERS), accesses),
    st.builds(lambda name, access: {"group": {"name": name, "access": access}}, st.sampled_from(GROUPS), accesses),
)
controls = st.builds(
    lambda found, relation: {"principals": found, "memberRelation": relation},
    st.lists(principals, max_size=3),
    relations,
)
configurations = st.builds(
    lambda found, relation: {"accessControls": found, "memberRelation": relation},
    st.lists(controls, max_size=3),
    relations,
)


def may_see(configuration: dict[str, Any], users: set[str], groups: set[str]) -> bool:
    """The rules of the documentation in plain code, as the oracle."""

    def holds(principal: dict[str, Any]) -> bool:
        return principal["user"]["id"] in users if "user" in principal else principal["group"]["name"] in groups

    def access(principal: dict[str, Any]) -> str:
        return next(iter(principal.values()))["access"]

    everyone = [principal for control in configuration["accessControls"] for principal in control["principals"]]
    if any(access(principal) == "DENY" and holds(principal) for principal in everyone):
        return False
    allowing = [
        [holds(principal) for principal in control["principals"] if access(principal) == "ALLOW"]
        for control in configuration["accessControls"]
    ]
    within = [
        bool(held) and (all(held) if control["memberRelation"] == "AND" else any(held))
        for control, held in zip(configuration["accessControls"], allowing, strict=True)
    ]
    return bool(within) and (all(within) if configuration["memberRelation"] == "AND" else any(within))


def indexed(entries: list[dict[str, str]]) -> Index:
    """An index with one document with this access list, in the form of local.kendra.index."""
    builder = SchemaBuilder()
    for name in ("allow", "deny"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    index = Index(builder.build())
    writer = index.writer(15_000_000, 1)
    document = Document()
    for name, terms in zip(("allow", "deny"), principals_of(entries), strict=True):
        for term in terms:
            document.add_text(name, term)
    writer.add_document(document)
    writer.commit()
    index.reload()
    return index


@given(configurations, st.sets(st.sampled_from(USERS), max_size=2), st.sets(st.sampled_from(GROUPS)))
def test_only_users_with_access_find_a_document(
    configuration: dict[str, Any], users: set[str], groups: set[str]
) -> None:
    index = indexed(access_list(configuration))
    kept = [read(written(clause)) for clause in clauses_of(configuration) if len(clause) > 1]
    found = index.searcher().search(access_query(index, users, groups, kept)).hits
    assert bool(found) == may_see(configuration, users, groups)


def test_a_document_without_a_configuration_is_public() -> None:
    index = indexed(access_list(None))
    assert index.searcher().search(access_query(index, [], [], [])).hits


def test_a_configuration_that_would_explode_is_refused() -> None:
    one = {"principals": [{"user": {"id": f"user{number}", "access": "ALLOW"}} for number in range(40)]}
    with pytest.raises(QBusinessError, match="combines too many"):
        clauses_of({"accessControls": [one, one], "memberRelation": "AND"})


@given(
    st.dictionaries(
        st.sampled_from(GROUPS),
        st.fixed_dictionaries(
            {
                "users": st.lists(st.sampled_from(USERS), max_size=2),
                "groups": st.lists(st.sampled_from(GROUPS), max_size=2),
            }
        ),
    )
)
def test_groups_within_groups_are_followed_to_the_end_of_every_circle(groups: dict[str, Any]) -> None:
    def leads_to(name: str, passed: frozenset[str]) -> bool:
        within = [inner for inner in groups[name]["groups"] if inner in groups and inner not in passed]
        return "mary" in groups[name]["users"] or any(leads_to(inner, passed | {name}) for inner in within)

    assert groups_of(["mary"], groups) == {name for name in groups if leads_to(name, frozenset())}


sentences = st.text(min_size=1, max_size=400).map(str.strip).filter(bool)


@given(st.lists(st.tuples(sentences, st.sampled_from(["a", "b", "c"])), min_size=1, max_size=12))
def test_offsets_cut_each_sentence_out_of_the_answer(chosen: list[tuple[str, str]]) -> None:
    sources = {name: Source(f"passage of {name}", name, "index", name.upper(), {}) for name in "abc"}
    answer = composed([(sentence, [sources[name]]) for sentence, name in chosen])
    pieces = sorted(
        (segment["beginOffset"], segment["endOffset"], attribution["documentId"])
        for attribution in answer.attributions
        for segment in attribution["textMessageSegments"]
    )
    assert [(answer.text[begin:end], name) for begin, end, name in pieces] == chosen[: len(pieces)]
    assert len(answer.text) <= MOST_CHARACTERS
    assert pieces
    numbers = [attribution["citationNumber"] for attribution in answer.attributions]
    assert numbers == list(range(1, len(numbers) + 1))
    if len(pieces) < len(chosen):  # only what does not fit is left out
        assert len(answer.text) + 1 + len(chosen[len(pieces)][0]) > MOST_CHARACTERS
