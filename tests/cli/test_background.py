"""Programs that continue after the command that started them: which process is ours."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from cli.background import Background
from cli.main import app
from cli.target import CommandError

WORDS = ("-c", "import time; time.sleep(600)", "ours")


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Background]:
    found = Background("The program", WORDS, tmp_path / "run" / "program.pid", tmp_path / "run" / "program.log")
    yield found
    found.stop()


@pytest.fixture
def another() -> Iterator["subprocess.Popen[bytes]"]:
    """Another program of the same user."""
    with subprocess.Popen([sys.executable, *WORDS[:-1], "theirs"]) as process:
        yield process
        process.kill()


def test_a_program_is_started_once_and_stopped(background: Background) -> None:
    for _ in range(2):
        background.start(sys.executable, lambda: bool(background.process), os.environ)
    (number,) = {int(background.pid_file.read_text())}
    assert background.process == psutil.Process(number)
    assert background.stop()
    assert not psutil.pid_exists(number)
    assert not background.stop()


def test_a_process_that_got_the_number_of_ours_is_never_signalled(
    background: Background, another: "subprocess.Popen[bytes]"
) -> None:
    background.pid_file.parent.mkdir()
    background.pid_file.write_text(str(another.pid))
    assert not background.stop()
    assert another.poll() is None


@pytest.mark.parametrize("program", ["local.pid", "idp/saml/provider.pid", "idp/oidc/provider.pid"])
def test_docent_down_signals_no_other_program(
    tmp_path: Path, another: "subprocess.Popen[bytes]", program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_HOME", str(tmp_path))
    (tmp_path / program).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / program).write_text(str(another.pid))
    done = CliRunner().invoke(app, ["down"])
    assert (done.exit_code, "not running" in done.output) == (0, True)
    assert another.poll() is None


@pytest.mark.parametrize("content", ["", "x", "-1", "0", "99999999999999999999", "\0"])
def test_a_number_that_no_process_has_is_nobody_s(background: Background, content: str) -> None:
    background.pid_file.parent.mkdir()
    background.pid_file.write_text(content)
    assert background.process is None
    assert not background.stop()


def test_a_program_that_runs_but_is_silent_is_not_started_again(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    background.start(sys.executable, lambda: bool(background.process), os.environ)
    number = background.pid_file.read_text()
    monkeypatch.setattr(sys.modules[Background.__module__], "START_SECONDS", 0.3)
    with pytest.raises(CommandError, match="is running but does not answer"):
        background.start(sys.executable, lambda: False, os.environ)
    assert background.pid_file.read_text() == number
    assert background.process


def test_a_program_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    failing = Background("The program", ("-c", "print('no disk'); exit(1)"), tmp_path / "p.pid", tmp_path / "p.log")
    with pytest.raises(CommandError, match=r"The program did not start.*\n.*no disk"):
        failing.start(sys.executable, lambda: False, os.environ)
