"""What is kept on disk, and when."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ministack import app
from ministack.services import (
    stepfunctions,
)


def activity() -> tuple[int, int]:
    """`(executions ever started, executions running now)`: unlike before means that there is something to save."""
    executions = list(stepfunctions._executions._data.values())
    return len(executions), sum(execution["status"] == "RUNNING" for execution in executions)


def save_state() -> None:
    """Save all services' state now; MiniStack itself does so only when it is stopped in good order.

    Executions go on meanwhile, in threads: MiniStack leaves a service out that one of them changes while it is copied.
    """
    with _no_other_thread():
        copies = {name: copy() for name, copy in app._build_persistence_save_dict().items()}
    app.save_all({name: lambda state=state: state for name, state in copies.items()})


@contextmanager
def _no_other_thread() -> Iterator[None]:
    """Let Python not change threads for a minute, which is far longer than copying takes."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
