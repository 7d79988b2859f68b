"""The error of a failed task, as Step Functions hands it over."""

import json
from collections.abc import Mapping


def error_of(failed: Mapping[str, str]) -> dict[str, str]:
    """`{name, message}` of `{error, cause}`. The cause of a function's error is JSON with its message."""
    try:
        message = json.loads(failed.get("cause", ""))["errorMessage"]
    except (ValueError, KeyError, TypeError):
        message = ""
    return {"name": failed["error"], "message": str(message) or "The task failed without a message."}
