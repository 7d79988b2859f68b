"""Lambda workers that are forked, compared with what they are on AWS: environments that share nothing."""

import gc
import os
from typing import Any

import psutil
import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.seams import lambda_forks, lambdas
from tests.support.lambda_workers import Workers, package, result
from tests.support.waiting import wait_until

# MiniStack leaves a worker's pipes to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

COUNTING = """
import os
imported_by, calls = os.getpid(), []
def handler(event, context):
    calls.append(event)
    return {"imported_by": imported_by, "process": os.getpid(), "calls": calls, "parent": os.getppid()}
"""
ECHOING = """
import os, random, sys, uuid
import {imports}
def handler(event, context):
    return [eval(expression) for expression in event]
"""


def evaluated(worker: Any, *expressions: str) -> list[Any]:
    return result(worker, expressions)


def echoing(imports: str = "json") -> bytes:
    return package(app=ECHOING.format(imports=imports))


def fork_servers() -> list[psutil.Process]:
    """The processes that this one has started to fork from. A running stack, which other tests left, has its own."""
    return [each for each in psutil.Process().children() if "fork_server.py" in _command(each)]


def _command(process: psutil.Process) -> str:
    """Empty for a process that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one too
        return ""


def ended(process: psutil.Process) -> bool:
    """One whose parent ended first stays a zombie where nothing waits for orphans, as in many containers."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_handler_is_imported_once_for_all_workers_of_a_function(workers: Workers) -> None:
    code = package(app=COUNTING)
    first, second = (result(workers.worker(code)) for _ in range(2))
    assert first["imported_by"] == second["imported_by"] == first["parent"]
    assert len({first["imported_by"], first["process"], second["process"]}) == 3


def test_workers_share_no_state(workers: Workers) -> None:
    first, second = (workers.worker(package(app=COUNTING)) for _ in range(2))
    result(first, 1)
    result(second, 2)
    assert result(first, 3)["calls"] == [1, 3]
    assert result(second, 4)["calls"] == [2, 4]


def test_each_worker_has_its_own_environment_and_random_numbers(workers: Workers) -> None:
    own = ("os.environ['AWS_LAMBDA_LOG_STREAM_NAME']", "os.environ['LAMBDA_TASK_ROOT']")
    chance = ("random.random()", "uuid.uuid4().hex", "os.urandom(8).hex()")
    one, other = (evaluated(workers.worker(echoing()), *own, *chance, "os.getcwd()") for _ in range(2))
    assert one.pop() == other.pop() == os.path.realpath(one[1])  # both link to the unpacked package
    assert not set(one) & set(other)


def test_a_worker_has_the_environment_that_its_function_has_now(workers: Workers) -> None:
    def told(variables: dict[str, str], name: str = "f") -> object:
        worker = workers.worker(echoing(), name, Environment={"Variables": variables})
        return evaluated(worker, "os.environ.get('A'), os.environ.get('B'), context.function_name")[0]

    assert told({"A": "1"}) == ["1", None, "f"]
    assert told({"B": "2"}) == [None, "2", "f"]
    assert told({"A": "3"}, "g") == ["3", None, "g"]
    assert told({"A": "1"}) == ["1", None, "f"]


def test_a_worker_runs_the_code_and_the_handler_that_its_function_has_now(workers: Workers) -> None:
    def answer(code: bytes, handler: str = "app.handler") -> object:
        return result(workers.worker(code, Handler=handler))

    one = package(app="handler = lambda *_: 1\nother = lambda *_: 'other'", more="handler = lambda *_: 'more'")
    assert answer(one) == 1
    assert answer(package(app="handler = lambda *_: 2")) == 2
    assert answer(one, "app.other") == "other"
    assert answer(one, "more.handler") == "more"


def test_layers_are_imported_once_for_all_functions_and_the_later_one_is_found_first(workers: Workers) -> None:
    workers.layers["one"] = package(python__shared="import os\nprocess = os.getpid()", python__which="layer = 'one'")
    workers.layers["two"] = package(python__of_two="layer = 'two'")
    layers = [{"Arn": "one"}, {"Arn": "two"}]
    expressions = ("shared.process", "which.layer", "of_two.layer", "sys.path[0].endswith('layer_1')")
    of_one = evaluated(workers.worker(echoing("shared, which"), "f", Layers=layers[:1]), *expressions[:2])
    of_both = evaluated(workers.worker(echoing("shared, which, of_two"), "g", Layers=layers), *expressions)
    assert of_both == [of_one[0], "one", "two", True]


def test_a_worker_has_the_packages_of_its_layer_and_not_those_of_this_machine(workers: Workers) -> None:
    """As on AWS, where a layer comes before what the runtime has. The shared layer has an SDK of its own."""
    names = ("jmespath", "urllib3", "boto3")
    workers.layers["sdk"] = package(**{f"python__{name}/__init__": "version = 'own'" for name in names})
    versions = [f"getattr({name}, 'version', None)" for name in names]
    code = {found: package(app=ECHOING.format(imports=", ".join(names[:found]))) for found in (2, 3)}
    assert evaluated(workers.worker(code[3], "f", Layers=[{"Arn": "sdk"}]), *versions) == ["own"] * 3
    assert evaluated(workers.worker(code[2], "g"), *versions[:2]) == [None, None]


def test_a_new_version_of_a_layer_is_imported(workers: Workers) -> None:
    def version() -> object:
        return evaluated(workers.worker(echoing("layer"), Layers=[{"Arn": "layer"}]), "layer.version")

    for number in (1, 2):
        workers.layers["layer"] = package(python__layer=f"version = {number}")
        assert version() == [number]


def test_a_worker_finds_no_module_of_the_local_aws(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="No module named 'alarms'"):
        workers.worker(echoing("alarms")).invoke({}, "id")


def test_what_a_worker_prints_is_in_its_own_log(workers: Workers) -> None:
    code = package(app="import sys\ndef handler(event, _):\n  print(event)\n  print('!', event, file=sys.stderr)")
    first, second = workers.worker(code), workers.worker(code)
    assert first.invoke("one", "id")["log"] == "one\n! one"
    assert second.invoke("two", "id")["log"] == "two\n! two"


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("import missing_module", "Worker init failed: No module named 'missing_module'"),
        ("raise ValueError('not today')", "Worker init failed: not today"),
        ("handle = print", "Worker init failed: module 'app' has no attribute 'handler'"),
        ("import os\nos._exit(1)", "Worker process exited immediately"),
        ("raise SystemExit('bye')", "Worker process exited immediately"),
    ],
)
def test_a_module_that_cannot_be_imported_is_told_as_by_ministack(workers: Workers, module: str, told: str) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError, match=told):
            workers.worker(package(app=module)).invoke({}, "id")
    assert result(workers.worker(package(app="handler = lambda *_: 'next'"))) == "next"


def test_a_worker_that_takes_too_long_or_crashes_ends_alone(workers: Workers) -> None:
    code = package(
        app="import os, time\ndef handler(event, _):\n  eval(event)\n  return os.getpid()",
    )
    first, second = workers.worker(code), workers.worker(code)
    before, other = result(first, "0"), result(second, "0")
    first.config["Timeout"] = 1
    assert first.invoke("time.sleep(30)", "id")["error"] == "Task timed out after 1.00 seconds"
    assert not psutil.pid_exists(before)
    first.config["Timeout"] = 20
    after = result(first, "0")
    assert after not in (before, other)
    assert first.invoke("os._exit(3)", "id")["error"] == "Worker process died"
    assert result(first, "0") not in (before, after, other)
    assert result(second, "0") == other


def test_a_worker_that_ended_before_it_was_asked_has_the_error_of_one_that_ended_amid_its_work(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = workers.worker(package(app=COUNTING))
    result(worker)
    process = worker._proc
    process.kill()
    process.wait()
    process.poll = lambda: None  # it is asked in the moment in which it ends
    reply = worker.invoke({}, "id")
    body = {"errorType": "Runtime.HandlerError", "errorMessage": reply["error"]}
    monkeypatch.setattr(lambda_svc, "_execute_function_warm", lambda *_: {"body": body, "error": True})
    monkeypatch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", lambdas._RAISED)
    lambdas.name_errors_as_lambda_does()
    assert lambda_svc._execute_function_warm({}, {}, "id")["body"]["errorType"] == "Runtime.ExitError"


def test_a_killed_worker_is_gone(workers: Workers) -> None:
    worker = workers.worker(package(app=COUNTING))
    process = psutil.Process(result(worker)["process"])
    assert worker._proc.poll() is None
    worker.kill()
    assert ended(process)


def test_a_worker_has_the_name_of_its_function(workers: Workers) -> None:
    """A user sees in `top` which function takes so much."""
    worker = workers.worker(package(app=COUNTING), "docent-CaptionImageFunction-1A2B")
    assert psutil.Process(result(worker)["process"]).name() == "docent-CaptionI"


def test_a_worker_can_fork_and_wait_for_its_children(workers: Workers) -> None:
    code = package(
        app="import subprocess, sys\n"
        "def handler(event, _):\n  return subprocess.run([sys.executable, '-c', 'exit(7)']).returncode"
    )
    assert result(workers.worker(code)) == 7


def test_a_fork_server_that_was_killed_is_replaced(workers: Workers) -> None:
    code = package(app=COUNTING)
    first = result(workers.worker(code))
    psutil.Process(first["imported_by"]).kill()
    replaced = [result(workers.worker(code)) for _ in range(3)]
    assert replaced[-1]["imported_by"] == replaced[-2]["imported_by"] != first["imported_by"]


def test_fork_servers_end_with_the_server(monkeypatch: pytest.MonkeyPatch, workers: Workers) -> None:
    worker = workers.worker(package(app=COUNTING))
    server = psutil.Process(result(worker)["imported_by"])
    assert fork_servers()
    monkeypatch.undo()  # nothing refers to them now
    gc.collect()
    wait_until(lambda: ended(server) and not fork_servers())
    assert worker._proc.poll() is None


def test_of_a_function_that_changes_only_the_last_fork_server_stays(workers: Workers) -> None:
    servers = [
        result(workers.worker(package(app=f"{COUNTING}\nnumber = {number}")))["imported_by"] for number in range(3)
    ]
    wait_until(lambda: [psutil.pid_exists(server) for server in servers] == [False, False, True])


def test_the_fork_server_of_a_function_that_nobody_calls_ends(
    monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    code = package(app=COUNTING)
    idle, used = (result(workers.worker(code, name))["imported_by"] for name in ("idle", "used"))
    monkeypatch.setattr(lambda_forks, "IDLE_SERVER_SECONDS", 0)
    assert result(workers.worker(code, "used"))["imported_by"] == used
    wait_until(lambda: not psutil.pid_exists(idle))
    assert psutil.pid_exists(used)


def test_workers_of_other_runtimes_are_started_by_ministack(workers: Workers) -> None:
    assert lambda_runtime.subprocess.Popen(["true"], env=dict(os.environ)).wait() == 0
