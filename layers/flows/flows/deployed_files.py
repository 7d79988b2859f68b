"""The files in flows/ as they were deployed: `make compile` writes them into deployed_files.json beside this module."""

import json
from functools import cache
from pathlib import Path


@cache
def deployed_files() -> dict[str, dict[str, str]]:
    """`{flow: {"text", "layout"}}`"""
    return json.loads((Path(__file__).parent / "deployed_files.json").read_text())["flows"]
