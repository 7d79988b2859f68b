"""A function's settings: one frozen dataclass, read once from the environment, everything missing named at once."""

import os
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from docent.errors import MisconfiguredError


def read_settings[T](settings: type[T]) -> T:
    """`settings` filled from the variables named like its fields, in capitals (`model_id` from MODEL_ID).

    Fields may be str, int or float. Raises MisconfiguredError naming every variable that is missing or
    is not a number where one is needed.
    """
    values: dict[str, Any] = {}
    wrong: list[str] = []
    types = get_type_hints(settings)
    for field in fields(settings):  # pyright: ignore[reportArgumentType] - T is a dataclass by contract
        variable = field.name.upper()
        text = os.environ.get(variable, "")
        if not text:
            if field.default is MISSING:
                wrong.append(f"{variable} is not set")
            continue
        try:
            values[field.name] = types[field.name](text)
        except ValueError:
            wrong.append(f"{variable} is not a number")
    if wrong:
        raise MisconfiguredError(f"The function cannot start: {', '.join(wrong)}.")
    return settings(**values)


def is_at_aws() -> bool:
    """Whether the SDK is to call AWS itself, and no other endpoint."""
    return not (os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT_URL_S3"))
