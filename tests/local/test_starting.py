"""`docent up` and `docent down` beside other programs: another home, a taken port, a proxy, a server that is silent."""

import io
import json
import os
import socket
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cli import background
from cli.machine import start, stop
from cli.target import CommandError, Target
from local.settings import LocalSettings, SettingsError, never_proxied
from tests.support.deployments import settings_for
from tests.support.machine import Machine
from tests.support.project import ROOT

# Nobody listens there.
PROXY = "http://127.0.0.1:9"
FETCH = """
from urllib.request import urlopen

def handler(url, _):
    with urlopen(url, timeout=60) as reply:
        return reply.status
"""


def docent(settings: LocalSettings, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {"DOCENT_HOME": str(settings.home), "DOCENT_PORT": str(settings.port), **environment}
    program = [sys.executable, "-m", "cli.main", *words]
    return subprocess.run(program, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[LocalSettings]:
    found = settings_for(tmp_path / "home")
    yield found
    stop(found, print)


def test_another_home_at_the_same_port_is_told_whose_it_is(machine: Machine, tmp_path: Path) -> None:
    other = LocalSettings(tmp_path / "other", machine.settings.port, "", None, "1")
    done = docent(other, "up")
    assert done.returncode == 1
    assert f"has the stack of {machine.settings.home}" in done.stderr
    assert "DOCENT_PORT" in done.stderr
    assert "docent" not in [
        stack["StackName"] for stack in machine.client("cloudformation").describe_stacks()["Stacks"]
    ]
    assert "not running" in docent(other, "down").stderr
    assert machine.client("sts").get_caller_identity()


def test_the_program_that_has_the_port_is_named(settings: LocalSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FREE_SECONDS", 0)
    with (
        socket.create_server(("127.0.0.1", settings.port)),
        pytest.raises(CommandError, match=rf"Port {settings.port} is in use by process {os.getpid()} \("),
    ):
        start(settings, print)


def test_a_home_that_runs_at_another_port_is_not_started_twice(machine: Machine) -> None:
    other = LocalSettings(machine.settings.home, settings_for(machine.settings.home).port, "", None, "1")
    with pytest.raises(CommandError, match=f"running at port {machine.settings.port}"):
        start(other, print)


def test_a_silent_server_is_neither_replaced_nor_forgotten(
    settings: LocalSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(settings, print)
    server = psutil.Process(int(settings.pid_file.read_text()))
    server.suspend()
    try:
        monkeypatch.setattr(background, "START_SECONDS", 3)
        with pytest.raises(CommandError, match="is running but does not answer"):
            start(settings, print)
    finally:
        server.resume()
    assert settings.pid_file.read_text() == str(server.pid)
    start(settings, print)
    stop(settings, print)
    assert not server.is_running()


def test_loopback_is_not_proxied(settings: LocalSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for the command line nor for the server's functions."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, PROXY)
        monkeypatch.setenv(name.upper(), PROXY)
    monkeypatch.setenv("NO_PROXY", "internal.example")
    start(settings, print)
    target = Target(local=settings)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = target.client("iam").create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )
    functions = target.client("lambda")
    functions.create_function(
        FunctionName="fetch",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="app.handler",
        Timeout=30,
        Code={"ZipFile": zipped("app.py", FETCH)},
    )
    reply = functions.invoke(FunctionName="fetch", Payload=json.dumps(f"{settings.url}/health"))
    assert json.load(reply["Payload"]) == 200


def zipped(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, text)
    return content.getvalue()


def test_what_is_not_proxied_already_stays_so() -> None:
    told = never_proxied({"NO_PROXY": "internal.example, localhost", "no_proxy": ""})
    assert told["NO_PROXY"] == told["no_proxy"] == "internal.example,localhost,.localhost,127.0.0.1,::1"
    assert never_proxied(told) == told


def test_all_files_of_a_machine_are_its_owners_only(machine: Machine) -> None:
    machine.client("dynamodb").list_tables()
    files = [path for path in machine.settings.home.rglob("*") if not path.is_symlink()]
    assert {"local.log", "local.pid", "tmp", "state"} <= {path.name for path in files}
    assert [path for path in files if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []


@pytest.mark.parametrize(("name", "value"), [("DOCENT_HOME", ""), ("DOCENT_PORT", "http"), ("DOCENT_PORT", "70000")])
def test_a_setting_that_cannot_be_used_is_told(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        LocalSettings.from_environment()
