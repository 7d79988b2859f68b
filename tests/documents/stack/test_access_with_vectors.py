"""The same people, documents, denials and doors as with Kendra, on a stack that answers from S3 Vectors."""

from tests.documents.stack.test_access import *  # noqa: F403 - its tests and fixtures
from tests.support.with_vectors import everybody, running_stack, stack

__all__ = ["everybody", "running_stack", "stack"]
