"""What is kept on disk, and when."""

from ministack import app
from ministack.services import (
    stepfunctions,
)


def activity() -> tuple[int, int]:
    """`(executions ever started, executions running now)`: unlike before means that there is something to save."""
    executions = list(stepfunctions._executions._data.values())
    return len(executions), sum(execution["status"] == "RUNNING" for execution in executions)


def save_state() -> None:
    """Save all services' state now; MiniStack itself does so only when it is stopped in good order."""
    app.save_all(app._build_persistence_save_dict())
