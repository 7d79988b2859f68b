"""Template parameters as words of SAM's command line."""

import click
from samcli.cli.types import CfnParameterOverridesType

from cli.target import CommandError


def override(name: str, value: str) -> str:
    """`NAME="VALUE"`, which SAM reads as the same value. Raises CommandError for a value that it cannot be given."""
    if not (name.isascii() and name.isalnum()):
        raise CommandError(f"{name or 'An empty word'} is no name of a template parameter: --parameter NAME=VALUE.")
    escaped = value.replace('"', '\\"')
    word = f'{name}="{escaped}"'
    if _read_by_sam(word) != {name: value}:
        raise CommandError(
            f"SAM cannot be given this value of {name}. Leave out backslashes before spaces, quotes and the end."
        )
    return word


def _read_by_sam(word: str) -> dict[str, str] | None:
    try:
        return CfnParameterOverridesType().convert(word, None, None)
    except click.BadParameter:
        return None
