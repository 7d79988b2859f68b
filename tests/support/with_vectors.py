"""Fixtures for a module whose tests run on S3 Vectors: imported there, they take the place of those on Kendra."""

from collections.abc import Iterator

import pytest

from tests.support.people import People
from tests.support.vector_stack import VectorStack


@pytest.fixture(scope="session")
def running_stack(vector_stack: VectorStack) -> VectorStack:
    return vector_stack


@pytest.fixture
def stack(vector_stack: VectorStack) -> Iterator[VectorStack]:
    """The stack without faults, before and after the test."""
    vector_stack.faults("")
    yield vector_stack
    vector_stack.faults("")


@pytest.fixture(scope="session")
def everybody(vector_stack: VectorStack) -> People:
    return People(vector_stack.target)
