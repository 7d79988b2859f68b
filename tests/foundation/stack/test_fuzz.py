"""Whatever a client sends, the API answers as openapi.yaml says, and never with a fault of its own."""

import subprocess
import sys
from pathlib import Path

from tests.support.people import People
from tests.support.project import ROOT
from tests.support.stack import SECONDS, Stack

# API Gateway tells a method that a path does not have like a path that there is not: 404. And what looks like a
# `next` need not be one that a page gave.
NOT_CHECKED = "unsupported_method,positive_data_acceptance"
# That a request is too large is as good a refusal as any.
REFUSALS = """
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 409, 413, 415, 429, "5xx"]
"""


def test_no_request_brings_an_answer_that_the_contract_does_not_have(
    running_stack: Stack, everybody: People, tmp_path: Path
) -> None:
    """Schemathesis makes requests of every operation, right ones and wrong ones, and checks every answer."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        str(ROOT / "openapi.yaml"),
        *("--url", running_stack.target.outputs["ApiUrl"]),
        *("--header", f"Authorization: Bearer {everybody.token('fuzz@example.com')}"),
        *("--exclude-checks", NOT_CHECKED),
        # Its phase "coverage" takes two minutes more, for wrong requests that docent.api's own tests have too.
        *("--phases", "examples,fuzzing"),
        *("--max-examples", "15"),
        *("--seed", "2026"),
        *("--request-timeout", "60"),
        "--no-color",
    ]
    (tmp_path / "schemathesis.toml").write_text(REFUSALS)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS - 60, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
