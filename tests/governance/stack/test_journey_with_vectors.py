"""The same story on a stack that answers from S3 Vectors."""

from tests.governance.stack.test_journey import *  # noqa: F403 - its tests and fixtures
from tests.support.with_vectors import everybody, running_stack, stack

__all__ = ["everybody", "running_stack", "stack"]
