"""What every test can count on: no network unless it asked for some, nothing left by another test."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_xray_sdk.core import xray_recorder  # opens a datagram socket when it is first imported, so before they close
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from answering.vector_retrieval import _vector_of
from flows import deployed_flows
from tests.support.aws import World, session, world
from tests.support.deployments import deployed_in
from tests.support.fake_connections import FakeConnections
from tests.support.fake_embeddings import FakeEmbeddings
from tests.support.fake_flows import FakeFlows
from tests.support.fake_index import FakeIndex
from tests.support.fake_models import FakeGuardrail, FakeModel
from tests.support.fake_vectors import FakeVectors
from tests.support.functions import CANARY, INDEX_ID, VECTOR_INDEX_ARN, Function
from tests.support.project import FUNCTIONS, ROOT

# The package that each function brings along.
sys.path[:0] = [str(folder) for folder in FUNCTIONS]


def pytest_configure(config: pytest.Config) -> None:
    # Powertools reads these when a handler is imported; the template sets the same.
    os.environ.update(POWERTOOLS_METRICS_NAMESPACE="Docent", POWERTOOLS_LOG_LEVEL="INFO")
    # An invocation that fails has no metrics: Powertools warns of it where it should report the error.
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish:UserWarning")
    # How long an example takes says how busy the machine is. What a fixture makes, examples may share.
    unchecked = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    usual = settings(deadline=None, suppress_health_check=unchecked)
    # The same examples in each run, so that no test fails by chance; `--hypothesis-profile explore` tries others.
    settings.register_profile("docent", usual, derandomize=True)
    settings.register_profile("explore", usual)
    chosen = config.getoption("--hypothesis-profile") or "docent"
    settings.load_profile(chosen)
    if chosen == "docent":
        # Among the examples are constants of the modules that the process has imported so far, whichever these are.
        providers._get_local_constants = Constants


def pytest_unconfigure() -> None:
    xray_recorder.emitter._socket.close()


class _Shares(LoadScopeScheduling):
    """How the processes of `-n` share the tests: by group, each of which stays together and in order.

    In front are the groups that need the stack or a browser. The first process begins there: it
    builds and deploys the template. The others begin at the end, and go on at the front when it is deployed. So nobody
    waits for that, and when the tests end, no long group is left. Which group a test is of, only the processes know
    that collect it.
    """

    def schedule(self) -> None:
        if not self.collection_is_completed or self.collection is None:
            self._groups = json.loads(_groups_file(self.nodes[0].workerinput).read_text())
            self._deployed = deployed_in(self.config._tmp_path_factory.getbasetemp())
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return self._groups[nodeid]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if node is not self.nodes[0] and not self._deployed.exists():
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # those with the most tests first
    return _Shares(config, log)


def _groups_file(workerinput: dict[str, Any]) -> Path:
    return Path(tempfile.gettempdir(), f"docent-tests-{workerinput['testrunuid']}.json")


def _group(item: pytest.Item) -> str:
    """A file's tests share what it sets up; `xdist_group` names the group of tests of several files."""
    marker = item.get_closest_marker("xdist_group")
    return marker.args[0] if marker else str(item.path)


def _place(item: pytest.Item) -> tuple[bool, ...]:
    """Tests that need the stack or a browser before others, as they take long, and those last that have to be."""
    marked = {each.name for each in item.iter_markers()}
    return not marked & {"stack", "browser", "first"}, "last" in marked


@pytest.hookimpl(trylast=True)  # when the tests of the stack are marked as such
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if ROOT / "tests" / "local" not in item.path.parents and not item.get_closest_marker("stack"):
            item.add_marker("disable_socket")
    items.sort(key=_place)
    if hasattr(config, "workerinput"):
        _groups_file(config.workerinput).write_text(json.dumps({item.nodeid: _group(item) for item in items}))


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
def flows(aws: World) -> Iterator[FakeFlows]:
    deployed_flows._version.cache_clear()
    flows = FakeFlows()
    with flows.attached(session()):
        yield flows


@pytest.fixture
def index(aws: World) -> Iterator[FakeIndex]:
    index = FakeIndex(INDEX_ID)
    with index.attached(session()):
        yield index


@pytest.fixture
def embeddings(aws: World) -> Iterator[FakeEmbeddings]:
    _vector_of.cache_clear()
    embeddings = FakeEmbeddings()
    with embeddings.attached(session()):
        yield embeddings


@pytest.fixture
def vectors(aws: World) -> Iterator[FakeVectors]:
    vectors = FakeVectors(VECTOR_INDEX_ARN)
    with vectors.attached(session()):
        yield vectors
