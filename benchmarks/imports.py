"""The cost of a cold start beyond the runtime's own: each function's import time and unzipped size.

Import times are measured in fresh processes, in turn with an empty handler that uses Powertools as ours do. The
ratio is computed pair by pair.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parent.parent
# Lambda's limit for a function and its layers, unzipped.
LIMIT_MB = 250
EMPTY = """
from aws_lambda_powertools import Logger, Metrics, Tracer
logger, tracer, metrics = Logger(), Tracer(), Metrics()

@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event, context):
    return {}
"""
MEASURE = """
import sys, time
sys.path[:0] = sys.argv[1:]
import boto3  # the runtime imports it neither for ours nor for the empty one; both need it at the first call
start = time.perf_counter()
import app
print(time.perf_counter() - start)
"""


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{function: {seconds, empty_seconds, ratio, megabytes}}`; megabytes only if `sam build` has run."""
    pairs = 5 if quick else 15
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "app.py").write_text(EMPTY)
        for folder in sorted(
            (app.parent for app in (ROOT / "functions").glob("*/*/app.py")), key=lambda each: each.name
        ):
            _seconds(folder), _seconds(Path(empty))  # bytecode is compiled before the measurement
            measured = [(_seconds(folder), _seconds(Path(empty))) for _ in range(pairs)]
            results[folder.name] = {
                "seconds": statistics.median(ours for ours, _ in measured),
                "empty_seconds": statistics.median(theirs for _, theirs in measured),
                "ratio": statistics.median(ours / theirs for ours, theirs in measured),
                "megabytes": _megabytes(folder.name),
            }
    return results


def _seconds(folder: Path) -> float:
    words = [sys.executable, "-c", MEASURE, str(folder), *map(str, (ROOT / "layers").iterdir())]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def _megabytes(name: str) -> float | None:
    logical_id = "".join(word.capitalize() for word in name.split("_")) + "Function"
    for build in (ROOT / ".docent/build", ROOT / ".aws-sam/build"):
        if (build / logical_id).exists():
            template = yaml_parse((build / "template.yaml").read_text())
            own = template["Resources"][logical_id]["Properties"].get("Layers", [])
            layers = [each["Ref"] for each in (*template["Globals"]["Function"]["Layers"], *own)]
            folders = [build / each for each in (logical_id, *layers)]
            return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file()) / 1e6
    return None


def table(results: dict[str, Any]) -> str:
    lines = [
        "| function | import, against an empty handler | unzipped, with layer (limit 250 MB) |",
        "|---|--:|--:|",
    ]
    for name, figures in results.items():
        size = f"{figures['megabytes']:.0f} MB" if figures["megabytes"] else "not built"
        lines.append(f"| `{name}` | {figures['ratio']:.2f}× | {size} |")
    return "\n".join(lines)
