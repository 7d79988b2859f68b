"""How a command ends where something is wrong with the machine around it: one sentence, and the right exit code."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError, ProfileNotFound
from typer.testing import CliRunner

from cli.main import app
from cli.sentences import sentence_of
from cli.target import CommandError
from tests.support.project import ROOT

DOCENT = [sys.executable, "-m", "cli.main"]


def docent(*words: Any, cwd: Path = ROOT, **more: Any) -> subprocess.CompletedProcess[str]:
    """`docent` as a person runs it, where no stack is running; its standard streams as the test gives them."""
    environment = {**os.environ, "DOCENT_PORT": "1", "PYTHONPATH": str(ROOT)} | more.pop("env", {})
    streams: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    done = subprocess.run([*DOCENT, *words], cwd=cwd, env=environment, text=True, check=False, **streams)
    assert "Traceback" not in f"{done.stdout}{done.stderr}"
    return done


@pytest.mark.parametrize("words", [["upload", ""], ["glossary", ""], ["events", "--folder", ""]], ids=" ".join)
def test_an_empty_path_is_refused_and_is_not_the_current_folder(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "the path is empty" in result.output


@pytest.mark.parametrize("words", [["remove", "x", "--stack", ""], ["documents", "--stack", "s", "--region", " "]])
def test_an_empty_stack_or_region_is_refused_and_is_not_the_default(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "it is empty" in result.output


@pytest.mark.parametrize("words", [["shwo"], ["show"], ["ask", "x", "--nothing"], ["up", "ldap"]], ids=" ".join)
def test_a_wrong_call_is_told_in_two_lines_and_ends_with_exit_code_2(words: list[str]) -> None:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert result.output.startswith("✗ ")
    assert "--help` explains the command.\n" in result.output
    assert len(result.output.splitlines()) == 2


def test_what_is_typed_wrong_reaches_the_terminal_without_control_characters() -> None:
    result = CliRunner().invoke(app, ["\x1b[31mshow\u202e"])
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_a_full_disk_behind_the_output_is_told() -> None:
    for words in (["--help"], ["login", "--help"]):
        with Path("/dev/full").open("w") as full:
            done = docent(*words, stdout=full)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "No space left on device" in done.stderr


def test_a_full_disk_behind_the_errors_leaves_the_exit_code() -> None:
    with Path("/dev/full").open("w") as full:
        assert docent("shwo", stderr=full).returncode == 2


def test_a_reader_who_has_gone_ends_a_command_in_silence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = docent("--help", stdout=gone)
    assert (done.returncode, done.stderr) == (141, "")


def test_closed_streams_do_no_harm() -> None:
    program = 'exec "$@" <&- >&- 2>&-'
    done = subprocess.run(["/bin/sh", "-c", program, "sh", *DOCENT, "--help"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_in_a_folder_that_was_deleted_help_works_and_other_commands_say_so(tmp_path: Path) -> None:
    program = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    for words, code in ((["documents"], 1), (["--help"], 0)):
        (tmp_path / "gone").mkdir()
        command = ["/bin/sh", "-c", program, "sh", str(tmp_path / "gone"), *DOCENT, *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)
        assert ("The current folder no longer exists." in done.stderr) == bool(code)


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}],
    ids=str,
)
def test_other_locales_get_the_same_sentences(locale: dict[str, str]) -> None:
    done = docent("shwo", env=locale, errors="replace")
    assert done.returncode == 2
    assert "No such command 'shwo'. Did you mean 'show'?" in done.stderr


def test_bytes_that_are_no_text_are_refused() -> None:
    done = docent("ask", b"\xff\xfe")
    assert done.returncode == 2
    assert "is not text" in done.stderr


def test_a_bug_is_one_sentence_and_its_traceback_is_there_on_demand() -> None:
    assert sentence_of(KeyError("row")) == (
        "Docent failed with KeyError: 'row'. This is a bug; DOCENT_TRACEBACK=1 shows where it happened."
    )


def test_errors_of_the_machine_and_of_aws_say_what_to_do() -> None:
    expired = ClientError({"Error": {"Code": "ExpiredToken", "Message": "The token is expired"}}, "DescribeStacks")
    assert sentence_of(PermissionError(13, "Permission denied", "/root/x.json")) == "/root/x.json: Permission denied."
    assert "aws sso login" in sentence_of(expired)
    assert "aws configure" in sentence_of(NoCredentialsError())
    assert "--region" in sentence_of(NoRegionError())
    assert "list-profiles" in sentence_of(ProfileNotFound(profile="x"))
    assert sentence_of(CommandError("As it is.")) == "As it is."
