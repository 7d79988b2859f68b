"""DynamoDB's batches: all of them in the end, however much a call leaves, with growing pauses, and not for ever."""

from typing import Any

import pytest

from docent.batches import ATTEMPTS, LONGEST_FIRST_PAUSE, READ, WRITE, read_all, write_all
from docent.errors import MisconfiguredError, TransientError
from tests.support.aws import DOCUMENTS_TABLE, World

type Waited = list[float]


@pytest.fixture
def waited() -> Waited:
    return []


def puts(count: int) -> list[Any]:
    return [{"PutRequest": {"Item": {"document_id": {"S": f"{number:04}"}}}} for number in range(count)]


def keys(count: int) -> list[Any]:
    return [{"document_id": {"S": f"{number:04}"}} for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, WRITE, WRITE + 1, READ + 1])
def test_more_than_a_call_takes_is_written_and_read_in_several(aws: World, waited: Waited, count: int) -> None:
    write_all(DOCUMENTS_TABLE, puts(count), "rows were written", waited.append)
    assert len(aws.items(DOCUMENTS_TABLE)) == count
    assert len(list(read_all(DOCUMENTS_TABLE, keys(count), "rows were read", waited.append))) == count
    assert waited == []


def test_what_is_left_is_asked_again_after_pauses_that_grow(aws: World, waited: Waited) -> None:
    with aws.leaving_unprocessed("dynamodb.BatchWriteItem", times=3):
        write_all(DOCUMENTS_TABLE, puts(2), "rows were written", waited.append)
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", times=3):
        assert len(list(read_all(DOCUMENTS_TABLE, keys(2), "rows were read", waited.append))) == 2
    longest = [LONGEST_FIRST_PAUSE, 2 * LONGEST_FIRST_PAUSE, 4 * LONGEST_FIRST_PAUSE]
    assert len(waited) == 6
    assert all(0 <= pause <= most for pause, most in zip(waited, longest * 2, strict=True))


def test_what_is_always_left_is_transient_after_some_attempts(aws: World, waited: Waited) -> None:
    with aws.leaving_unprocessed("dynamodb.BatchWriteItem", times=99), pytest.raises(TransientError, match="rows"):
        write_all(DOCUMENTS_TABLE, puts(1), "rows were written", waited.append)
    with aws.leaving_unprocessed("dynamodb.BatchGetItem", times=99), pytest.raises(TransientError, match="rows"):
        list(read_all(DOCUMENTS_TABLE, keys(1), "rows were read", waited.append))
    assert len(waited) == 2 * (ATTEMPTS - 1)


def test_failures_are_named(aws: World, waited: Waited) -> None:
    with aws.refusing("dynamodb.BatchWriteItem", 400, "AccessDeniedException"), pytest.raises(MisconfiguredError):
        write_all(DOCUMENTS_TABLE, puts(1), "rows were written", waited.append)
    with aws.refusing("dynamodb.BatchGetItem", 503, "ServiceUnavailable"), pytest.raises(TransientError):
        list(read_all(DOCUMENTS_TABLE, keys(1), "rows were read", waited.append))
