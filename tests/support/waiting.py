"""Waiting for what others bring about."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], seconds: float = 240, pause: float = 0.05) -> None:
    """Many times what it takes: how long it takes says how busy the machine is, and what never holds fails anyway."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(pause)
