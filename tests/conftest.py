"""What every test can count on: no network unless it asked for some, nothing left by another test."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import aws_xray_sdk.core  # noqa: F401 - opens a datagram socket when it is first imported, so before they close
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.aws import World, session, world
from tests.support.fake_connections import FakeConnections
from tests.support.fake_index import FakeIndex
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.functions import CANARY, INDEX_ID, Function
from tests.support.project import FUNCTIONS, ROOT

# The package that each function brings along.
sys.path[:0] = [str(folder) for folder in FUNCTIONS]


def pytest_configure(config: pytest.Config) -> None:
    # Powertools reads these when a handler is imported; the template sets the same.
    os.environ.update(POWERTOOLS_METRICS_NAMESPACE="Docent", POWERTOOLS_LOG_LEVEL="INFO")
    # An invocation that fails has no metrics: Powertools warns of it where it should report the error.
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish:UserWarning")


class _Together(LoadScopeScheduling):
    """How two processes share the work: by file, and by folder where all tests need the stack, as each has its own."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in ("tests/e2e/", "tests/statemachines/") if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)


@pytest.hookimpl(trylast=True)  # when the tests of the stack are marked as such
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ROOT / "tests" / "local" not in item.path.parents and not item.get_closest_marker("stack"):
            item.add_marker("disable_socket")


@pytest.fixture
def function(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    """The function that the test's module is named after. Whatever it logged, the canary is not in it."""
    function = Function(request.path.stem.removeprefix("test_"), monkeypatch)
    yield function
    function.close()
    assert CANARY not in function.logged


@pytest.fixture
def aws() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def model(aws: World) -> Iterator[FakeModel]:
    model = FakeModel(f"<text>Ellery Race | 184\n{CANARY}</text><description>A bar chart of {CANARY}.</description>")
    with model.attached(session()):
        yield model


@pytest.fixture
def guardrail(aws: World) -> Iterator[FakeGuardrail]:
    guardrail = FakeGuardrail()
    with guardrail.attached(session()):
        yield guardrail


@pytest.fixture
def connections(aws: World) -> Iterator[FakeConnections]:
    connections = FakeConnections()
    with connections.attached(session()):
        yield connections


@pytest.fixture
def index(aws: World) -> Iterator[FakeIndex]:
    index = FakeIndex(INDEX_ID)
    with index.attached(session()):
        yield index
