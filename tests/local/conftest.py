"""Fixtures for tests of the engines behind signatures and IAM: one machine, two identity providers."""

from collections.abc import Iterator

import pytest

from tests.support.machine import Machine, running_machine
from tests.support.open_id import OpenIdProvider, serving
from tests.support.saml import SamlProvider


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running_machine(tmp_path_factory.mktemp("machine")) as found:
        yield found


@pytest.fixture(scope="session")
def open_id() -> Iterator[OpenIdProvider]:
    with serving(OpenIdProvider()) as provider:
        yield provider


@pytest.fixture(scope="session")
def saml() -> SamlProvider:
    return SamlProvider()
