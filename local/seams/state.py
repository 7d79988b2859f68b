"""What is kept on disk, and when."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ministack import app
from ministack.services import (
    stepfunctions,
)

from local.seams.histories import forget_what_aws_forgets


def activity() -> tuple[int, int]:
    """`(executions there are, executions running now)`: unlike before means that there is something to save."""
    executions = list(stepfunctions._executions._data.values())
    return len(executions), sum(execution["status"] == "RUNNING" for execution in executions)


def save_state() -> None:
    """Save all services' state now, but for what AWS would have forgotten by now.

    MiniStack itself saves only when it is stopped in good order, and leaves a service out whose state a thread of an
    execution changes while it is copied.
    """
    forget_what_aws_forgets(datetime.now(UTC))
    with _threads_wait():
        app.save_all(app._build_persistence_save_dict())


@contextmanager
def _threads_wait() -> Iterator[None]:
    """Python goes on with another thread only where this one waits for the disk, and not while it copies."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
