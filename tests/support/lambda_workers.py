"""MiniStack's Lambda workers in the test's own process, without a server."""

import gc
import io
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.seams import lambda_forks, lambdas

# MiniStack's script imports it in each worker, which takes longer than all that these tests do.
SMALL_SDK = {"botocore____init__": "", "botocore__handlers": "BUILTIN_HANDLERS = []"}


def package(**modules: str) -> bytes:
    """A package with modules. Two underscores in a name stand for a slash."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as into:
        for name, text in (SMALL_SDK | modules).items():
            into.writestr(zipfile.ZipInfo(f"{name.replace('__', '/', 1)}.py"), text)
    return written.getvalue()


@dataclass
class Workers:
    """Starts workers of functions, and ends them."""

    layers: dict[str, bytes] = field(default_factory=dict)
    _started: list[Any] = field(default_factory=list)

    def worker(self, code: bytes, name: str = "f", **config: Any) -> Any:
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
        told = {"FunctionName": name, "FunctionArn": arn, "Runtime": "python3.13", "Handler": "app.handler"}
        worker = lambda_runtime.Worker(name, told | {"Timeout": 20} | config, code)
        self._started.append(worker)
        return worker

    def close(self) -> None:
        """MiniStack leaves a worker's pipes to the garbage collector: it finds them here, in no later test."""
        lambda_runtime.kill_workers(self._started)
        for thread in threading.enumerate():
            if thread.name.startswith("stderr-"):
                thread.join()
        gc.collect()


def result(worker: Any, event: Any = None) -> Any:
    """What the handler returns."""
    reply = worker.invoke(event, "id")
    assert reply["status"] == "ok", reply
    return reply["result"]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Workers]:
    """Workers as the server starts them. The packages are unpacked in `tmp_path / "unpacked"`."""
    for name in ("Worker", "subprocess", "zipfile"):
        monkeypatch.setattr(lambda_runtime, name, getattr(lambda_runtime, name))
    monkeypatch.setattr(lambda_runtime, "open", open, raising=False)
    lambdas.unpack_packages_once(tmp_path / "unpacked")
    lambda_forks.fork_workers()
    started = Workers()
    monkeypatch.setattr(lambda_svc, "_resolve_layer_zip", lambda layer: started.layers[layer["Arn"]])
    yield started
    started.close()
