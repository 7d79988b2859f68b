"""Fixtures that tests of every kind may ask for."""

import os

# One thread for each process, before anything imports numpy: threads of several processes spin while they wait for each
# other. On a busy machine, 4 s of work were not done after 500 s.
for threads in ("OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

pytest_plugins = [
    "tests.support.stack",
    "tests.support.vector_stack",
    "tests.support.browser",
    "tests.support.people",
    "tests.support.chat",
    "tests.support.lambda_workers",
]
