"""The files in flows/tests, and what they hold."""

from pathlib import Path

from cli.target import CommandError
from flows.flow_tests import FlowTest

FOLDER = Path("flows") / "tests"


def read_test(path: Path) -> FlowTest:
    """Raises CommandError for a file that is no test."""
    try:
        return FlowTest.parse(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no test of a flow: {error}") from error


def write_test(test: FlowTest, folder: Path = FOLDER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{test.flow}.{test.name}.json"
    path.write_text(test.text)
    return path


def paths_of_tests(flow: str | None, folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob(f"{flow or '*'}.*.json"))
