"""The command line as a whole: how commands are found, what they all take, and how they fail."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from cli.main import app
from tests.support.project import ROOT

# What is on this machine only.
LOCAL = {"up", "down", "demo", "debate tofueval", "flow validate"}
NEW_GROUP = '''
import typer
from cli.commands import Panel
app = typer.Typer(name="poll", rich_help_panel=Panel.ANSWERS, help="Ask many people.")
@app.command()
def run(question: str) -> None:
    """Run a poll."""
    print(f"Asking: {question}")
@app.command()
def stop() -> None:
    """Stop it."""
'''


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its words, such as `user add`."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
    else:
        for word, each in below.items():
            yield from commands(each, f"{name} {word}".strip())


def python(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_every_command_but_those_for_this_machine_takes_a_stack_and_a_region() -> None:
    options = {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in commands(get_command(app))
    }
    assert {name for name, each in options.items() if not {"--stack", "--region"} <= each} == LOCAL


def test_a_new_file_adds_a_group_of_commands(tmp_path: Path) -> None:
    (tmp_path / "polls.py").write_text(NEW_GROUP)
    printed = python(
        f"from cli import commands; commands.__path__.append({str(tmp_path)!r})\n"
        "import sys; sys.argv = ['docent', 'poll', 'run', 'Why?']\n"
        "from cli.main import app; app()"
    )
    assert printed == "Asking: Why?\n"


def test_help_and_completion_do_without_what_is_slow_to_import() -> None:
    loaded = python("import sys, cli.main; print(*sys.modules)").split()
    assert not {"boto3", "httpx", "lxml", "docent", "samcli"} & set(loaded)


def test_a_mistake_is_told_in_a_sentence_and_ends_with_exit_code_1() -> None:
    result = CliRunner().invoke(app, ["up", "oidc", "--no-idp"])
    assert (result.exit_code, result.output) == (1, "✗ --no-idp cannot be combined with oidc.\n")
