"""Accepted documents are indexed even if the process is killed, and work that hangs is ended."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from local.kendra.service import KendraService
from local.kendra.store import Store
from local.kendra.worker import Worker, WorkerStoppedError
from tests.support.waiting import wait_until

START = """
    import asyncio, base64, json, sys, time
    from pathlib import Path
    from local.kendra.service import KendraService

    def call(operation, **request):
        target = {"X-Amz-Target": f"AWSKendraFrontendService.{operation}"}
        body = json.dumps(request).encode()
        status, _, answer = asyncio.run(service.handle_request("POST", "/", target, body, {}))
        assert status == 200, answer
        return json.loads(answer)

    if __name__ == "__main__":
        service = KendraService(Path(sys.argv[1]), lambda role: None, indexing_seconds=0)
        role = "arn:aws:iam::000000000000:role/kendra"
        index = call("CreateIndex", Name="documents", RoleArn=role)["Id"]
        while call("DescribeIndex", Id=index)["Status"] != "ACTIVE":
            time.sleep(0.01)
        service._indexing_seconds = float(sys.argv[2])
        for batch in range(4):
            content = base64.b64encode(("Bees make honey. " * 25).encode()).decode()
            call("BatchPutDocument", IndexId=index, Documents=[
                {"Id": f"d{batch}-{n}", "Blob": content, "ContentType": "PLAIN_TEXT"} for n in range(10)
            ])
        print(index, flush=True)
        time.sleep(600)
"""
DOCUMENTS = {f"d{batch}-{n}" for batch in range(4) for n in range(10)}


def killed_after(data_dir: Path, indexing_seconds: float, happened: Callable[[str], bool]) -> str:
    """Starts a service in another process, puts documents and kills it. Returns the index's id."""
    program = textwrap.dedent(START)
    command = [sys.executable, "-W", "ignore", "-c", program, str(data_dir), str(indexing_seconds)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        index = process.stdout.readline().strip()
        wait_until(lambda: happened(index))
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    return index


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "kendra"


@pytest.mark.parametrize(("indexing_seconds", "indexed_before"), [(600, 0), (0, 3)], ids=["accepted", "at work"])
def test_accepted_work_survives_kill_9(data_dir: Path, indexing_seconds: float, indexed_before: int) -> None:
    def enough_is_indexed(index: str) -> bool:
        with closing(Store(data_dir / "kendra.sqlite")) as store:
            return store.statistics(index)[0] >= indexed_before

    index = killed_after(data_dir, indexing_seconds, enough_is_indexed)
    with closing(Store(data_dir / "kendra.sqlite")) as store:
        assert store.statistics(index)[0] < len(DOCUMENTS)  # it was killed before the work was done
        make_due(store)
    with closing(KendraService(data_dir, lambda role: None)) as service:  # pyright: ignore[reportArgumentType]
        with closing(Store(data_dir / "kendra.sqlite")) as store:
            wait_until(lambda: {store.status(index, name).status for name in DOCUMENTS} == {"INDEXED"})  # pyright: ignore[reportOptionalMemberAccess]
        search = service._opened(index)
        assert search is not None
        assert search.tantivy.searcher().num_docs == len(DOCUMENTS)  # one passage each, without duplicates
        wait_until(lambda: not list((data_dir / "uploads").iterdir()))  # they are deleted after the status is told


def make_due(store: Store) -> None:
    """Makes the accepted work of a service with a long delay due now."""
    store._run("UPDATE tasks SET ready_at = ?", (0.0,))


@pytest.fixture
def worker() -> Iterator[Worker]:
    with closing(Worker()) as worker:
        yield worker


def test_a_call_that_hangs_is_ended_and_the_next_one_works(worker: Worker) -> None:
    with pytest.raises(WorkerStoppedError):
        worker.call(0.5, time.sleep, 600)  # longer than a test may take
    assert worker.call(10, abs, -1) == 1


def test_a_call_that_takes_too_much_memory_is_ended(worker: Worker) -> None:
    with pytest.raises(WorkerStoppedError):
        worker.call(20, bytes, 8 << 30)


def test_an_error_of_a_call_is_raised_here(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        worker.call(10, divmod, 1, 0)
