"""Fixtures that tests of every kind may ask for."""

pytest_plugins = [
    "tests.support.stack",
    "tests.support.vector_stack",
    "tests.support.people",
    "tests.support.chat",
    "tests.support.lambda_workers",
]
