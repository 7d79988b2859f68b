"""The template, built once and deployed once for all processes of a test session.

The home (local/settings.py) that this leaves behind is copied for each machine, which goes on under its own port.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli import machine
from local.settings import LocalSettings
from tests.support.ports import free_ports

# What a home has of its own run, and what machines only add to, under names made of the content.
OWN = ("*.log", "*.pid", "tmp", "cache")
SHARED = ("build", "unpacked")
DEPLOYED = "deployed"


def settings_for(home: Path, wait_scale: str = "1") -> LocalSettings:
    """With a free port; the two after it are for identity providers."""
    return LocalSettings(home=home, port=free_ports(3), faults="", llm_url=None, wait_scale=wait_scale)


@contextmanager
def running(settings: LocalSettings) -> Iterator[None]:
    machine.start(settings, print)
    try:
        yield
    finally:
        machine.stop(settings, print)


def copy_built(factory: pytest.TempPathFactory, settings: LocalSettings) -> None:
    """What `sam build` makes, for a machine that deploys it itself."""
    built = _once(factory, "built", _build)
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copy(built / "built", settings.home)
    _share(built, settings.home)


def built_layer(factory: pytest.TempPathFactory) -> Path:
    """The packages of the shared layer as `sam build` makes them."""
    return _once(factory, "built", _build) / "build" / "SharedLayer" / "python"


def copy_deployed(factory: pytest.TempPathFactory, settings: LocalSettings) -> None:
    """A deployment to start a machine from. All that it knows of where it is, is the port."""

    def deploy(home: Path) -> None:
        local = settings_for(home)
        copy_built(factory, local)
        with running(local):
            machine.deploy(local, print)
        (home / "port").write_text(str(local.port))

    deployed = _once(factory, DEPLOYED, deploy)
    not_copied = shutil.ignore_patterns(*OWN, *SHARED)
    shutil.copytree(deployed, settings.home, symlinks=True, ignore=not_copied, dirs_exist_ok=True)
    _share(deployed, settings.home)
    before, now = f"localhost:{(deployed / 'port').read_text()}", f"localhost:{settings.port}"
    state, objects = settings.home / "state" / "current", settings.home / "s3"
    # The console's configuration is an object: where to sign in.
    for file in (settings.home / "deployed", *state.glob("*.json"), *objects.glob("*/*/config.json")):
        file.write_text(file.read_text().replace(before, now))


def _build(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    machine.build(LocalSettings(home=home, port=0, faults="", llm_url=None, wait_scale="1"), print)
    (home / "unpacked").mkdir()


def _share(one: Path, other: Path) -> None:
    for name in SHARED:
        (other / name).symlink_to((one / name).resolve())


def deployed_in(folder: Path) -> Path:
    """The deployment of a session, which is there when it is complete. `folder` is that of all its processes."""
    return folder / f"template-{DEPLOYED}"


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that the first process to ask has made."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each process has one in there
    whole, partial = folder / f"template-{name}", folder / f"template-{name}-partial"
    with (folder / f"template-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(partial, ignore_errors=True)  # of one who failed
            make(partial)
            partial.rename(whole)
    return whole
