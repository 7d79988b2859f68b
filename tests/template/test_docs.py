"""What the documentation names exists, and what exists is documented."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from cli.main import app
from docent.errors import every_error
from tests.support.project import FUNCTIONS, ROOT, machines, resources

DOCS = sorted(
    path
    for folder in ("", "docs", "docs/decisions", "samples", "tests/support")
    for path in (ROOT / folder).glob("*.md")
)
by_page = pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
COMMANDS = set(get_command(app).commands)  # pyright: ignore[reportAttributeAccessIssue]


@by_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


@by_page
def test_every_path_in_backquotes_exists(page: Path) -> None:
    known = re.compile(r"^(functions|layers|statemachines|events|local|cli|samples|benchmarks|tests|docs)/[\w./-]+$")
    for path in re.findall(r"`([^`\s]+)`", page.read_text()):
        if known.match(path) and not path.endswith("/"):
            assert (ROOT / path).exists(), path


@by_page
def test_every_docent_command_exists(page: Path) -> None:
    for command in re.findall(
        r"\bdocent ([a-z]+(?:-[a-z]+)*)\b(?! is| makes)",
        "\n".join(re.findall(r"`[^`]+`|```sh.*?```", page.read_text(), re.DOTALL)),
    ):
        assert command in COMMANDS, command


@by_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"`?\bmake ([a-z-]+)\b`", page.read_text()):
        assert target in targets, target


@by_page
def test_every_sam_example_names_a_function_and_an_event(page: Path) -> None:
    for function, event in re.findall(r"sam local invoke (\w+) -e (\S+)", page.read_text()):
        assert function in resources("AWS::Serverless::Function")
        assert (ROOT / event).exists()


def test_every_error_is_explained() -> None:
    for name, error in every_error().items():
        assert f"| `{name}` |" in (ROOT / "docs/errors.md").read_text()
        assert error.meaning, name


def test_every_alarm_is_explained() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    assert set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE)) == set(resources("AWS::CloudWatch::Alarm"))


def test_every_event_we_announce_is_documented() -> None:
    announcing = [ROOT / machine["DefinitionUri"] for machine in machines().values()]
    announcing += [path for folder in FUNCTIONS for path in folder.rglob("*.py")]
    announced = {name for path in announcing for name in re.findall(r'"DetailType": "(\w+)"', path.read_text())}
    assert announced == set(re.findall(r"^\| `(\w+)`", (ROOT / "docs/events.md").read_text(), re.MULTILINE))


def test_every_module_that_tests_share_is_explained() -> None:
    folder = ROOT / "tests/support"
    explained = set(re.findall(r"`((?!test_)\w+\.py)`", (folder / "README.md").read_text()))
    assert explained == {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def test_no_file_names_this_machine_or_a_registry() -> None:
    import subprocess

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".txt", ".toml", ".yaml", ".json", ".in", ""):
            text = path.read_text(errors="replace")
            assert "pypi" + ".org" not in text, name
            assert str(ROOT) not in text, name


def test_the_metrics_of_alarms_that_are_always_charged_are_counted() -> None:
    alarms = [body for body in resources("AWS::CloudWatch::Alarm").values() if "Condition" not in body]
    metrics = [
        len([each for each in alarm["Properties"].get("Metrics", []) if "MetricStat" in each]) for alarm in alarms
    ]
    for page in ("README.md", "docs/operations.md"):
        assert f"{sum(max(each, 1) for each in metrics)} CloudWatch alarm metrics" in (ROOT / page).read_text()
