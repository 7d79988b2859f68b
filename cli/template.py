"""The template that is deployed, as data."""

from functools import cache
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


@cache
def template() -> dict[str, Any]:
    """Read once for a command, because it takes half a second."""
    from samcli.yamlhelper import yaml_parse

    return yaml_parse(TEMPLATE.read_text())
