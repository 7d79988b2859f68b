"""Filters and results of the local S3 Vectors, compared with a naive search, for all kinds of metadata and filters."""

import itertools
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.s3vectors.filters import check
from local.s3vectors.index import Question, VectorIndex
from local.s3vectors.store import Store
from local.s3vectors.wire import S3VectorsError

KEYS = ("audience", "page", "tags", "flag")
SCALARS = st.one_of(
    st.sampled_from(["a", "b", "ab", ""]), st.integers(-2, 3), st.sampled_from([0.5, 2.0, 1e300]), st.booleans()
)
METADATA = st.dictionaries(st.sampled_from(KEYS), st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), max_size=4)
NUMBERS = st.one_of(st.integers(-2, 3), st.sampled_from([0.5, 2.0]))
RULES = st.one_of(
    st.tuples(st.sampled_from(["$eq", "$ne"]), SCALARS),
    st.tuples(st.sampled_from(["$in", "$nin"]), st.lists(SCALARS, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["$gt", "$gte", "$lt", "$lte"]), NUMBERS),
    st.tuples(st.just("$exists"), st.booleans()),
    st.tuples(st.just("$startsWith"), st.sampled_from(["a", "ab"])),
)
CLAUSES = st.dictionaries(
    st.sampled_from(KEYS), st.one_of(SCALARS, st.lists(RULES, min_size=1, max_size=2).map(dict)), min_size=1, max_size=2
)
FILTERS = st.recursive(
    CLAUSES,
    lambda inner: st.dictionaries(
        st.sampled_from(["$and", "$or"]), st.lists(inner, min_size=1, max_size=3), min_size=1, max_size=2
    ),
    max_leaves=5,
)
VECTORS = st.lists(st.integers(-3, 3), min_size=3, max_size=3).filter(any)
SETTINGS = {"dataType": "float32", "dimension": 3, "distanceMetric": "cosine"}

numbers = itertools.count()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(Store(tmp_path_factory.mktemp("store") / "store.sqlite")) as store:
        yield store


def same(one: Any, other: Any) -> bool:
    """As in JSON, where true is not 1 but 2.0 is 2."""
    return (
        isinstance(one, bool) == isinstance(other, bool)
        and isinstance(one, str) == isinstance(other, str)
        and one == other
    )


def matches(metadata: dict[str, Any], given_: dict[str, Any]) -> bool:
    return all(clause(metadata, name, wanted) for name, wanted in given_.items())


def clause(metadata: dict[str, Any], name: str, wanted: Any) -> bool:
    if name == "$and":
        return all(matches(metadata, each) for each in wanted)
    if name == "$or":
        return any(matches(metadata, each) for each in wanted)
    there = metadata.get(name, [])
    values = there if isinstance(there, list) else [there]
    rules = wanted if isinstance(wanted, dict) else {"$eq": wanted}
    return all(fits(values, rule, value) for rule, value in rules.items())


def fits(values: list[Any], rule: str, wanted: Any) -> bool:
    amounts = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    match rule:
        case "$eq":
            return any(same(value, wanted) for value in values)
        case "$ne":
            return not any(same(value, wanted) for value in values)
        case "$in":
            return any(same(value, each) for value in values for each in wanted)
        case "$nin":
            return not any(same(value, each) for value in values for each in wanted)
        case "$gt":
            return any(value > wanted for value in amounts)
        case "$gte":
            return any(value >= wanted for value in amounts)
        case "$lt":
            return any(value < wanted for value in amounts)
        case "$lte":
            return any(value <= wanted for value in amounts)
        case "$exists":
            return bool(values) == wanted
        case "$startsWith":
            return any(isinstance(value, str) and value.startswith(wanted) for value in values)
    raise AssertionError(rule)


def distance(one: list[int], other: list[int]) -> float:
    return 1 - sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one) / math.hypot(*other)


def new_index(store: Store, folder: Path) -> VectorIndex:
    arn = f"arn:aws:s3vectors:us-east-1:000000000000:bucket/b/index/{next(numbers)}"
    store.add_index(arn, "b", SETTINGS)
    record = store.index(arn)
    assert record
    return VectorIndex(folder / str(record.number), store, record)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stored=st.lists(st.tuples(st.sampled_from("abcdef"), VECTORS, METADATA), min_size=1, max_size=12),
    gone=st.sets(st.sampled_from("abc")),
    wanted=st.none() | FILTERS,
    asked=VECTORS,
    most=st.integers(1, 7),
)
def test_a_query_finds_what_a_naive_search_finds(
    store: Store,
    tmp_path: Path,
    stored: list[tuple[str, list[int], dict[str, Any]]],
    gone: set[str],
    wanted: dict[str, Any] | None,
    asked: list[int],
    most: int,
) -> None:
    """Each put replaces what its key had, and some keys are deleted in the end."""
    if wanted is not None:
        check(wanted, ())
    with closing(new_index(store, tmp_path)) as index:
        for key, vector, metadata in stored:
            index.put({key: (np.array(vector, np.float32), metadata)}, due=0)
        index.delete(sorted(gone), due=0)
        hits = index.query(Question(most, np.array(asked, np.float32), filter=wanted))
    left = {key: (vector, metadata) for key, vector, metadata in stored if key not in gone}
    allowed = {
        key: distance(vector, asked)
        for key, (vector, metadata) in left.items()
        if wanted is None or matches(metadata, wanted)
    }
    assert [hit.distance for hit in hits] == pytest.approx(sorted(allowed.values())[:most], abs=1e-5)
    for hit in hits:
        assert allowed[hit.record.key] == pytest.approx(hit.distance, abs=1e-5)
        assert hit.record.metadata == left[hit.record.key][1]


@given(wanted=FILTERS, wrong=st.sampled_from(["$regex", "$not", "$contains", "$all", "$size", "eq", "$$eq"]))
def test_a_filter_with_an_unknown_operator_anywhere_is_refused(wanted: dict[str, Any], wrong: str) -> None:
    for given_ in ({"$and": [wanted, {"page": {wrong: 1}}]}, {"$or": [{"page": {"$eq": 1, wrong: 1}}, wanted]}):
        with pytest.raises(S3VectorsError, match="not supported"):
            check(given_, ())
