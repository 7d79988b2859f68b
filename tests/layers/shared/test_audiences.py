"""Audiences: what a caller finds is what Readers allow, for any number of readers, groups and audiences."""

from itertools import chain, repeat

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from docent.audiences import audience_of, audiences_of, note_audience
from docent.callers import Caller
from docent.errors import TransientError
from docent.readers import Readers
from tests.layers.shared.test_readers import CALLERS, READERS, caller
from tests.support.aws import AUDIENCES_TABLE, World

LAB = Readers(groups=frozenset({"lab"}))


def test_an_audience_is_the_same_for_the_same_readers_and_another_for_others() -> None:
    one = Readers.from_json({"users": ["ann@example.com", "bob@example.com"], "groups": ["lab", "staff"]})
    other = Readers.from_json({"groups": ["staff", "lab"], "users": ["bob@example.com", "Ann@example.com"]})
    assert audience_of(one) == audience_of(other)
    assert len(audience_of(one)) == 16
    denies = Readers(one.users, one.groups, frozenset({"cy@example.com"}))
    assert len({audience_of(each) for each in (one, denies, LAB, Readers())}) == 4


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(READERS, CALLERS)
def test_a_caller_belongs_to_an_audience_exactly_if_its_readers_allow_the_caller(
    aws: World, readers: Readers, who: Caller
) -> None:
    audience = note_audience(AUDIENCES_TABLE, readers)
    assert (audience in audiences_of(AUDIENCES_TABLE, who)) is readers.allow(who)


def test_nobody_belongs_to_an_audience_without_readers(aws: World) -> None:
    note_audience(AUDIENCES_TABLE, Readers(denied_users=frozenset({"ann@example.com"})))
    note_audience(AUDIENCES_TABLE, Readers())
    assert audiences_of(AUDIENCES_TABLE, caller("ann@example.com", "lab")) == []
    assert audiences_of(AUDIENCES_TABLE, caller("", "")) == []


def test_noting_an_audience_again_changes_nothing(aws: World) -> None:
    note_audience(AUDIENCES_TABLE, LAB)
    before = aws.items(AUDIENCES_TABLE)
    assert note_audience(AUDIENCES_TABLE, LAB) == audience_of(LAB)
    assert aws.items(AUDIENCES_TABLE) == before


def test_an_audience_that_was_noted_in_part_is_noted_whole_the_next_time(aws: World) -> None:
    readers = Readers(groups=frozenset({"lab", "staff"}))
    refused = AWSResponse("", 400, HTTPHeaders(), None), {"Error": {"Code": "ProvisionedThroughputExceededException"}}
    replies = chain([None], repeat(refused))
    with aws.before("dynamodb.UpdateItem", lambda: next(replies)), pytest.raises(TransientError):
        note_audience(AUDIENCES_TABLE, readers)
    audience = note_audience(AUDIENCES_TABLE, readers)
    for group in ("lab", "staff"):
        assert audiences_of(AUDIENCES_TABLE, caller("ann@example.com", group)) == [audience]


def test_500_readers_and_500_groups_are_all_looked_at(aws: World) -> None:
    users = frozenset(f"user-{number}@example.com" for number in range(500))
    many = note_audience(AUDIENCES_TABLE, Readers(users=users))
    for user in ("user-0@example.com", "user-499@example.com"):
        assert audiences_of(AUDIENCES_TABLE, caller(user)) == [many]
    groups = [f"group-{number}" for number in range(500)]
    expected = sorted(
        note_audience(AUDIENCES_TABLE, Readers(groups=frozenset({group}))) for group in (groups[0], groups[499])
    )
    assert audiences_of(AUDIENCES_TABLE, caller("ann@example.com", *groups)) == expected


def test_a_denial_that_one_audience_makes_leaves_the_others(aws: World) -> None:
    denies = Readers(groups=frozenset({"lab"}), denied_users=frozenset({"ann@example.com"}))
    note_audience(AUDIENCES_TABLE, denies)
    audience = note_audience(AUDIENCES_TABLE, LAB)
    assert audiences_of(AUDIENCES_TABLE, caller("ann@example.com", "lab")) == [audience]
